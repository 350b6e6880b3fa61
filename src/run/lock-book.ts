// All pipeline.lock files of the repository while a command runs. The run entry is the durable record; the lock is
// its projection, so writes are gathered: at most one per file in 500 ms, and one at the end.
import { readFileSync, statSync } from 'node:fs';
import type { StoredArtifact } from '../core/artifact.ts';
import type { RepoPath } from '../core/ids.ts';
import { type DataRecord, EMPTY_LOCK, type Lock, type LockBlock } from '../core/lock.ts';
import type { Pipeline, PipelineFile, Stage } from '../core/pipeline.ts';
import { readLock } from '../lockfile/read.ts';
import { writeLock } from '../lockfile/write.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';

const FLUSH_MS = 500;

/** Runs `write` while nobody else writes that lock file. */
export type Exclusively = (path: RepoPath, write: () => void) => void;

interface Page {
  readonly file: PipelineFile;
  lock: Lock;
  /** What stood in the file when it was first read: an entry that came later is another process's to prune. */
  readonly opened: Lock;
  /** Of the file that `lock` was read from. */
  stamp: string;
  readonly stages: Map<string, LockBlock | undefined>;
  readonly data: Map<RepoPath, DataRecord | undefined>;
  /** What stands in the file is not what was read from it: it is written anew at the next flush. */
  damaged: boolean;
}

export class LockBook {
  readonly warnings: string[] = [];
  readonly #top: string;
  readonly #exclusively: Exclusively;
  readonly #durable: boolean;
  readonly #pages = new Map<RepoPath, Page>();
  readonly #producers = new Map<RepoPath, Stage>();
  #timer: NodeJS.Timeout | undefined;

  /** `durable: false`: for a work tree that does not outlive the command. */
  constructor(
    top: string,
    pipeline: Pipeline,
    exclusively: Exclusively,
    { durable }: { readonly durable: boolean } = { durable: true },
  ) {
    this.#top = top;
    this.#exclusively = exclusively;
    this.#durable = durable;
    for (const file of pipeline.files) this.#pages.set(file.lock, this.#open(file));
    for (const stage of pipeline.stages.values())
      for (const out of stage.outs) this.#producers.set(out.path, stage);
  }

  block(stage: Stage): LockBlock | undefined {
    const page = this.#page(stage.file);
    return page.stages.has(stage.local) ? page.stages.get(stage.local) : page.lock.stages.get(stage.local);
  }

  data(path: RepoPath): DataRecord | undefined {
    for (const page of this.#pages.values()) {
      const record = page.data.has(path) ? page.data.get(path) : page.lock.data.get(path);
      if (record) return record;
    }
    return undefined;
  }

  /** The recorded out or data entry that is `path` or holds it. */
  owner(
    path: RepoPath,
  ): { readonly path: RepoPath; readonly artifact: StoredArtifact; readonly stage?: Stage } | undefined {
    for (let at: string = path; at !== ''; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '') {
      const stage = this.#producers.get(at as RepoPath);
      const out = stage && this.block(stage)?.outs[at];
      if (stage && out) return { path: at as RepoPath, artifact: out, stage };
      const data = this.data(at as RepoPath);
      if (data) return { path: at as RepoPath, artifact: withoutSource(data) };
    }
    return undefined;
  }

  /** Sees what other processes wrote since. What was set here and not written yet stays. */
  refresh(file: PipelineFile): void {
    const page = this.#page(file);
    const stamp = this.#stamp(file.lock);
    if (stamp === page.stamp) return;
    page.lock = this.#read(file.lock);
    page.stamp = stamp;
  }

  setBlock(stage: Stage, block: LockBlock | undefined): void {
    this.#page(stage.file).stages.set(stage.local, block);
    this.#schedule();
  }

  setData(file: PipelineFile, path: RepoPath, record: DataRecord | undefined): void {
    this.#page(file).data.set(path, record);
    this.#schedule();
  }

  /** Drops blocks of stages and data that the pipeline no longer has. */
  prune(pipeline: Pipeline): void {
    const known = new Set([...pipeline.stages.values()].map((stage) => `${stage.file.lock}\0${stage.local}`));
    for (const [path, page] of this.#pages) {
      for (const local of page.opened.stages.keys())
        if (!known.has(`${path}\0${local}`)) page.stages.set(local, undefined);
      for (const data of page.opened.data.keys())
        if (!pipeline.data.has(data)) page.data.set(data, undefined);
    }
    this.flush();
  }

  /** Writes what changed: reads the file again, replaces its own blocks, renames. Another writer's blocks stay. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [path, page] of this.#pages) {
      if (page.stages.size === 0 && page.data.size === 0 && !page.damaged) continue;
      this.#exclusively(path, () => {
        const now = this.#read(path);
        page.lock = { stages: replaced(now.stages, page.stages), data: replaced(now.data, page.data) };
        const text = writeLock(page.lock);
        if (text !== orAbsent(() => readFileSync(this.#absolute(path), 'utf8'), ''))
          writeAtomic(this.#absolute(path), text, { durable: this.#durable });
        page.stamp = this.#stamp(path);
      });
      page.stages.clear();
      page.data.clear();
      page.damaged = false;
    }
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
    this.#timer.unref();
  }

  #open(file: PipelineFile): Page {
    const stamp = this.#stamp(file.lock);
    const text = orAbsent(() => readFileSync(this.#absolute(file.lock), 'utf8'), undefined);
    const { lock, warnings } =
      text === undefined ? { lock: EMPTY_LOCK, warnings: [] } : readLock(text, file.lock);
    this.warnings.push(...warnings);
    return {
      file,
      lock,
      opened: lock,
      stamp,
      stages: new Map(),
      data: new Map(),
      damaged: warnings.length > 0,
    };
  }

  #read(path: RepoPath): Lock {
    const text = orAbsent(() => readFileSync(this.#absolute(path), 'utf8'), undefined);
    return text === undefined ? EMPTY_LOCK : readLock(text, path).lock;
  }

  #stamp(path: RepoPath): string {
    const stat = orAbsent(() => statSync(this.#absolute(path), { bigint: true }), undefined);
    return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs}` : '';
  }

  #absolute(path: RepoPath): string {
    return `${this.#top}/${path}`;
  }

  #page(file: PipelineFile): Page {
    const page = this.#pages.get(file.lock);
    if (!page) throw new Error(`BUG: ${file.lock} is not a lock of this pipeline`);
    return page;
  }
}

function replaced<K, V>(old: ReadonlyMap<K, V>, changes: ReadonlyMap<K, V | undefined>): Map<K, V> {
  const merged = new Map(old);
  for (const [key, value] of changes) {
    if (value === undefined) merged.delete(key);
    else merged.set(key, value);
  }
  return merged;
}

export function withoutSource(record: DataRecord): StoredArtifact {
  const { from: _, ...artifact } = record;
  return artifact;
}
