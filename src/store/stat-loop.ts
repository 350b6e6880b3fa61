// Asking the file system about many files, the same on the main thread and in workers; see threads.ts.
import { lstatSync } from 'node:fs';
import { type SharedColumns, setStat } from './file-columns.ts';
import { fileStat } from './file-stat.ts';
import { type Chunks, doChunk, type Share } from './threads.ts';

/** Structured-clonable; every typed array lies on shared memory. One row of the columns for each name. */
export interface StatJob extends Chunks {
  /** Absolute. */
  readonly root: string;
  /** Joined by NUL. */
  readonly names: string;
  /** Filled in. */
  readonly columns: SharedColumns;
  /** By name: 1 where a file was found. */
  readonly done: Uint8Array;
}

export class StatShare implements Share<void> {
  readonly #job: StatJob;
  readonly #names: readonly string[];

  constructor(job: StatJob) {
    this.#job = job;
    this.#names = job.names.split('\0');
  }

  chunk(): number {
    return doChunk(this.#job, (i) => this.#look(i));
  }

  finish(): void {}

  abandon(): void {}

  #look(i: number): void {
    const { root, columns, done } = this.#job;
    const stats = lstatSync(`${root}/${this.#names[i]}`, { bigint: true, throwIfNoEntry: false });
    if (!stats?.isFile()) return;
    const stat = fileStat(stats);
    setStat(columns, i, stat);
    columns.exec[i] = stat.exec ? 1 : 0;
    done[i] = 1;
  }
}
