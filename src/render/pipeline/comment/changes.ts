// What was changed: params, data with what changed inside them, and pictures.
import type { Artifact } from '../../../core/artifact.ts';
import { formatBytes, formatCount, plural } from '../../../util/units.ts';
import { folded, image, paragraph } from '../../markdown/blocks.ts';
import { someItems, someRows } from '../../markdown/fit.ts';
import { code, joined, type Markdown, md } from '../../markdown/text.ts';
import { type Clause, insideOf } from '../inside.ts';
import type { PipelineView } from '../types.ts';
import { valueInWords } from '../value-words.ts';
import { titled } from './metrics.ts';

/** More than these are folded. */
const OPEN = 8;

export function paramsPart({ changes: { params } }: PipelineView, rows: number): Markdown | undefined {
  if (params.length === 0) return undefined;
  const several = new Set(params.map(({ file }) => file)).size > 1;
  const body = someRows(
    [{ title: 'param' }, { title: 'was → now' }],
    params.map(({ file, key, was, now }) => [
      several ? md`${code(key)}<br><sub>${code(file, 40)}</sub>` : code(key),
      md`${written(was)} → ${written(now)}`,
    ]),
    rows,
  );
  return openOrFolded('Params', plural(params.length, 'param'), params.length, body);
}

/** As it was written. */
function written(value: unknown): Markdown {
  if (value === undefined) return md`–`;
  return code(valueInWords(value), 40);
}

function openOrFolded(title: string, counted: string, count: number, body: Markdown): Markdown {
  return count <= OPEN ? titled(title, body) : folded(`${counted} changed`, body);
}

export function dataPart(view: PipelineView, rows: number): Markdown | undefined {
  const data = withoutReports(view);
  if (data.length === 0) return undefined;
  const known = new Set<string>(view.changes.data.map(({ path }) => path));
  const inside = (path: string): Markdown[] => insideOf(view, path).map(clauseOf);
  const items = [
    ...data.map(({ path, was, now }) =>
      joined([md`${code(path)} ${sizes(was, now)}`, ...inside(path)], ' · '),
    ),
    // Inside directories.
    ...view.tables
      .filter(({ path }) => !known.has(path))
      .map(({ path }) => joined([code(path, 60), ...inside(path)], ' · ')),
  ];
  return openOrFolded('Data', plural(data.length, 'artifact'), data.length, someItems(items, rows));
}

/** Metrics say what is in them. */
function withoutReports({ changes, history }: PipelineView): PipelineView['changes']['data'] {
  const files = [...changes.metrics, ...history].map(({ file }) => file);
  const told = new Set(files.flatMap((file) => [file, file.replace(/\.json$/, '.details.json')]));
  return changes.data.filter(({ path }) => !told.has(path));
}

function clauseOf(clause: Clause): Markdown {
  return joined(
    clause.map((piece) => (typeof piece === 'string' ? piece : code(piece.name, 60))),
    '',
  );
}

function sizes(was: Artifact | undefined, now: Artifact | undefined): string {
  if (!was && now) return `new, ${sizeOf(now)}`;
  if (was && !now) return `gone, was ${sizeOf(was)}`;
  if (!was || !now) return '';
  const [before, after] = [sizeOf(was), sizeOf(now)];
  return before === after ? `changed, ${after}` : `${before} → ${after}`;
}

function sizeOf(artifact: Artifact): string {
  const files = 'files' in artifact ? `${plural(artifact.files, 'file')}, ` : '';
  return `${files}${formatBytes(artifact.bytes)}`;
}

export function imagesPart({ images }: PipelineView, rows: number): Markdown | undefined {
  if (images.length === 0) return undefined;
  const drawn = images.map(({ alt, file, url }) => ({
    alt,
    file,
    picture: url === null ? undefined : image(alt, url),
  }));
  const shown = drawn.filter(({ picture }) => picture).slice(0, rows);
  const files = drawn.filter(({ picture }) => !picture).map(({ alt, file }) => md`${code(file)}: ${alt}`);
  const more = drawn.length - files.length - shown.length;
  const body = joined(
    [
      ...shown.map(({ alt, picture }) => paragraph(md`${picture!}<br>${alt}`)),
      ...(more > 0 ? [paragraph(md`*and ${formatCount(more)} more*`)] : []),
      ...(files.length > 0 ? [paragraph(md`Among the files of this job:`), someItems(files, rows)] : []),
    ],
    '\n',
  );
  return folded(plural(images.length, 'plot'), body);
}
