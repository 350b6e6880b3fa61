// Which files have not changed since they were hashed. One table per directory artifact, one for all single files
// (10,000 stages must not make 10,000 cache files). A wrong "not changed" would be a wrong key, so an entry is kept
// only when the file's times are older than the moment its hashing began by more than the clock's granularity:
// a later write then cannot have got the same times. What was written a moment ago is hashed once more next time.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest, RepoPath } from '../core/ids.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { digestBytes } from '../util/digest.ts';
import { orAbsent } from '../util/errno.ts';
import type { Clock } from './clock.ts';
import { FileColumns } from './file-columns.ts';
import { type FileStat, type HashedFile, sameStat } from './file-stat.ts';
import { encodeTable, StatTable } from './stat-table.ts';

export class StatCache {
  readonly clock: Clock;
  readonly #dir: string;
  readonly #tables = new Map<RepoPath, StatTable>();
  #files: Map<string, HashedFile> | undefined;
  #dirty = false;

  /** `dir` holds the tables; it belongs to one worktree. */
  constructor(dir: string, clock: Clock) {
    this.#dir = dir;
    this.clock = clock;
  }

  /** Whether a file last written at these times could be written again without its times showing it. */
  racy(stat: FileStat, hashedFrom: bigint): boolean {
    const safe = hashedFrom - this.clock.granularity;
    return stat.mtime >= safe || stat.ctime >= safe;
  }

  /** What is known of the files below a directory artifact, by their path inside it. */
  directory(path: RepoPath): StatTable {
    let table = this.#tables.get(path);
    if (!table) {
      table = readTable(this.#fileOf(path));
      this.#tables.set(path, table);
    }
    return table;
  }

  /**
   * Replaces what is known of a directory artifact, at once. `hashedFrom`: `clock.now()` before the first byte was
   * read. `note` is kept only when every row is.
   */
  setDirectory(path: RepoPath, files: FileColumns, hashedFrom: bigint, note = ''): void {
    const { mtime, ctime } = files.shared;
    const safe = hashedFrom - this.clock.granularity;
    const kept = [...files.paths.keys()].filter((row) => mtime[row]! < safe && ctime[row]! < safe);
    const table = encodeTable(files, kept, kept.length === files.length ? note : '');
    writeAtomic(this.#fileOf(path), table, { durable: false });
    this.#tables.set(path, new StatTable(table));
  }

  file(path: RepoPath, stat: FileStat): Digest | undefined {
    const row = this.#single().get(path);
    return row && sameStat(row.stat, stat) ? row.digest : undefined;
  }

  /** The size that a single file had when it was last hashed. */
  fileBytes(path: RepoPath): number | undefined {
    return this.#single().get(path)?.stat.bytes;
  }

  /** Remembers a single file; written by `flush`. */
  setFile(path: RepoPath, stat: FileStat, digest: Digest, hashedFrom: bigint): void {
    if (this.racy(stat, hashedFrom)) return;
    this.#single().set(path, { stat, digest });
    this.#dirty = true;
  }

  /** Writes what was learnt of single files. Two processes at once: the last one wins, nothing but time is lost. */
  flush(): void {
    if (!this.#dirty) return;
    const files = new FileColumns(this.#single().size);
    for (const [path, { stat, digest }] of this.#single()) files.add(path, stat, digest);
    writeAtomic(this.#filesPath(), encodeTable(files, [...files.paths.keys()]), { durable: false });
    this.#dirty = false;
  }

  #single(): Map<string, HashedFile> {
    if (!this.#files) {
      const known = readTable(this.#filesPath()).all();
      this.#files = new Map(
        known.paths.map((path, row) => [path, { stat: known.stat(row), digest: known.digest(row) }]),
      );
    }
    return this.#files;
  }

  #filesPath(): string {
    return join(this.#dir, 'files');
  }

  #fileOf(path: RepoPath): string {
    return join(this.#dir, digestBytes(path).slice(0, 16));
  }
}

/** A table that is absent or broken is empty. */
export function readTable(path: string): StatTable {
  if (!existsSync(path)) return new StatTable();
  return new StatTable(orAbsent(() => readAligned(path), undefined));
}

/** Columns of 8 bytes need a buffer that starts at a multiple of 8; a small pooled one may not. */
function readAligned(path: string): Buffer {
  const bytes = readFileSync(path);
  return bytes.byteOffset % 8 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
}
