// The files behind a data source: globs expanded, formats known, content digested.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import fastGlob from 'fast-glob';
import { fail } from '../../core/failure.ts';
import type { Digest } from '../../core/ids.ts';
import { canonicalJson } from '../../util/canonical-json.ts';
import { byUtf8 } from '../../util/compare.ts';
import { digestBytes, digestFile } from '../../util/digest.ts';
import { orAbsent } from '../../util/errno.ts';
import { asCommonGlob, isGlob } from '../../util/glob.ts';
import type { DataSource, TableFormat } from './source.ts';

export interface TableFile {
  /** As written, or as the glob found it: relative to the folder of the options. */
  readonly path: string;
  readonly absolute: string;
  readonly format: TableFormat;
  readonly compression: Compression;
}

export type Compression = 'none' | 'gzip' | 'zstd';

/** Files in the order written; what a glob matches is sorted by bytes. A path that names nothing is a failure. */
export function filesOf(source: DataSource, cwd: string): TableFile[] {
  return source.paths.flatMap((path) => {
    const found = isGlob(path) ? matched(path, cwd) : [path];
    if (found.length === 0) fail('missing', `no file matches "${path}"`);
    return found.map((each) => fileOf(each, cwd, source.format));
  });
}

/** By the globs of pipeline.yaml, so that what is read here is what stands among the deps. */
function matched(pattern: string, cwd: string): string[] {
  return fastGlob.sync(asCommonGlob(pattern), { cwd, onlyFiles: true, extglob: false }).sort(byUtf8);
}

function fileOf(path: string, cwd: string, declared: DataSource['format']): TableFile {
  const absolute = resolve(cwd, path);
  const stat = orAbsent(() => statSync(absolute), undefined);
  if (!stat) fail('missing', `data file ${path} does not exist`);
  if (stat.isDirectory())
    fail('config', `${path} is a folder, not a table`, { help: `name its files: ${path}/*.csv` });
  if (stat.size === 0) fail('config', `data set is empty: ${path} has no bytes`);
  const named = namedFormat(path);
  const format = declared === 'auto' ? named.format : declared;
  if (!format)
    fail('config', `cannot tell the format of ${path} by its name`, {
      help: 'write {path: …, format: csv} (or tsv, jsonl, parquet)',
    });
  return { path, absolute, format, compression: named.compression };
}

/** What the name of a file says of its contents. */
export function namedFormat(path: string): Pick<TableFile, 'compression'> & {
  readonly format: TableFormat | undefined;
} {
  const [ending] = /\.(gz|zst)$/i.exec(path) ?? [''];
  return {
    compression: COMPRESSIONS[ending.toLowerCase()]!,
    format: formatOf(path.slice(0, path.length - ending.length)),
  };
}

const COMPRESSIONS: { readonly [ending: string]: Compression } = {
  '': 'none',
  '.gz': 'gzip',
  '.zst': 'zstd',
};

function formatOf(path: string): TableFormat | undefined {
  if (/\.(csv|txt)$/i.test(path)) return 'csv';
  if (/\.(tsv|tab)$/i.test(path)) return 'tsv';
  if (/\.(jsonl|ndjson)$/i.test(path)) return 'jsonl';
  return /\.(parquet|pq)$/i.test(path) ? 'parquet' : undefined;
}

/** One file: the digest of its bytes. Several: the digest of the canonical list of their paths and digests. */
export function digestOfFiles(files: readonly TableFile[]): Digest {
  if (files.length === 1) return digestFile(files[0]!.absolute).digest;
  const list = files.map(({ path, absolute }) => ({ path, sha256: digestFile(absolute).digest }));
  return digestBytes(canonicalJson(list));
}
