// actions/cache/restore and save: a key is written once; who reads finds the caches of its own ref, of the branch that it will be merged
// into, and of the default branch.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StandIn } from '../stand-ins.ts';
import type { JobRun } from '../steps.ts';

interface Entry {
  readonly key: string;
  readonly ref: string;
  /** As given: other paths are another cache. */
  readonly path: string;
  readonly order: number;
  readonly folder: string;
}

export const cacheRestore: StandIn = {
  inputs: ['path', 'key', 'restore-keys'],
  run: async (job, given) => {
    const seen = readableRefs(job);
    const entries = entriesOf(job).filter(({ ref, path }) => seen.includes(ref) && path === given['path']);
    const keys = [given['key']!, ...lines(given['restore-keys'] ?? '')];
    const found =
      entries.find(({ key }) => key === keys[0]) ??
      keys.map((key) => entries.findLast((entry) => entry.key.startsWith(key))).find((entry) => entry);
    if (!found) {
      job.machine.output.line('Cache not found');
      return { 'cache-hit': '', 'cache-primary-key': keys[0]!, 'cache-matched-key': '' };
    }
    for (const [at, path] of lines(found.path).entries())
      if (existsSync(join(found.folder, String(at))))
        cpSync(join(found.folder, String(at)), path, { recursive: true, preserveTimestamps: true });
    job.machine.output.line(`Cache restored from key: ${found.key}`);
    return {
      'cache-hit': String(found.key === keys[0]),
      'cache-primary-key': keys[0]!,
      'cache-matched-key': found.key,
    };
  },
};

export const cacheSave: StandIn = {
  inputs: ['path', 'key'],
  run: async (job, given) => {
    const [key, path] = [given['key']!, given['path']!];
    const ref = job.event.ref;
    const entries = entriesOf(job);
    if (entries.some((entry) => entry.key === key && entry.ref === ref && entry.path === path)) {
      job.machine.output.line(`::warning::Failed to save: another job may have made the key ${key}`);
      return {};
    }
    const folder = join(job.host.folder, 'caches', String(entries.length));
    mkdirSync(folder);
    const there = lines(path).filter((each) => existsSync(each));
    if (there.length === 0) throw new Error('Path Validation Error: none of the paths to cache exists');
    for (const [at, each] of lines(path).entries())
      if (existsSync(each)) cpSync(each, join(folder, String(at)), { recursive: true });
    writeFileSync(join(folder, 'entry.json'), JSON.stringify({ key, ref, path, order: entries.length }));
    job.machine.output.line(`Cache saved with key: ${key}`);
    return {};
  },
};

/** Oldest first. */
function entriesOf({ host }: JobRun): Entry[] {
  const root = join(host.folder, 'caches');
  return readdirSync(root)
    .map((name) => join(root, name))
    .filter((folder) => statSync(folder).isDirectory())
    .map((folder) => ({ ...JSON.parse(readFileSync(join(folder, 'entry.json'), 'utf8')), folder }) as Entry)
    .sort((a, b) => a.order - b.order);
}

function readableRefs({ event }: JobRun): string[] {
  const repository = event.payload['repository'] as { default_branch?: string } | undefined;
  return [event.ref, `refs/heads/${event.baseRef}`, `refs/heads/${repository?.default_branch ?? 'main'}`];
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
