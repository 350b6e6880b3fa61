// What the file system says of many files, asked on all threads.
import type { FileColumns } from './file-columns.ts';
import { type StatJob, StatShare } from './stat-loop.ts';
import { chunksOf, startWorkers, workTogether } from './threads.ts';

/** A thread costs as much as asking for so many files. */
const THREADS_ABOVE = 20_000;
const CHUNK = { items: 512, bytes: Number.POSITIVE_INFINITY };
const WORKER = new URL('./stat-worker.js', import.meta.url);

/** Fills in every row; the paths of those that are no files any more. `root` is absolute. */
export async function statFiles(
  root: string,
  files: FileColumns,
  worker: URL | null = WORKER,
): Promise<string[]> {
  if (files.length === 0) return [];
  const job: StatJob = {
    root,
    names: files.paths.join('\0'),
    columns: files.shared,
    done: new Uint8Array(new SharedArrayBuffer(files.length)),
    ...chunksOf(
      files.paths.map(() => 0),
      CHUNK,
    ),
  };
  const workers = startWorkers(files.length > THREADS_ABOVE ? worker : null, () => ({ job }));
  await workTogether(new StatShare(job), workers);
  return files.paths.filter((_, row) => job.done[row] !== 1);
}
