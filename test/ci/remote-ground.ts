// A bare repository, the checkout of a job, and a second clone that somebody else works in.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CommitPlan, PlannedPath } from '../../src/ci/commit/plan.ts';
import type { Fingerprint } from '../../src/core/fingerprint.ts';
import { type CommitId, commitOf, type Digest, type RepoPath } from '../../src/core/ids.ts';
import { fingerprintKey } from '../../src/core/key.ts';
import type { LockBlock } from '../../src/core/lock.ts';
import { type Repository, requireRepository, runGit } from '../../src/git/repository.ts';
import { readLock } from '../../src/lockfile/read.ts';
import { writeLock } from '../../src/lockfile/write.ts';

export interface Ground {
  readonly root: string;
  readonly bare: string;
  readonly job: Repository;
}

/** `main` at the remote has a lock of two stages, a metrics file that Git keeps, and a source file. */
export function openGround(): Ground {
  const root = mkdtempSync(join(tmpdir(), 'mlops-ci-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const bare = join(root, 'remote.git');
  git(root, 'init', '-q', '--bare', '-b', 'main', bare);
  const first = join(root, 'first');
  git(root, 'clone', '-q', bare, first);
  git(first, 'switch', '-q', '-c', 'main');
  write(first, {
    'pipeline.lock': lockText({ prepare: 1, train: 1 }),
    'metrics.json': '{"accuracy": 0.5}\n',
    'train.py': 'print(1)\n',
    '.gitignore': '*.log\n',
  });
  commitAll(first, 'first');
  git(first, 'push', '-q', 'origin', 'main');
  return { root, bare, job: clone(root, bare, 'job') };
}

export function clone(root: string, url: string, name: string, ...flags: readonly string[]): Repository {
  git(root, 'clone', '-q', ...flags, url, join(root, name));
  return requireRepository(join(root, name));
}

export function git(cwd: string, ...args: readonly string[]): string {
  const done = runGit(cwd, ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args]);
  if (done.code !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr}`);
  return done.stdout.toString().trim();
}

export function write(top: string, files: { readonly [path: string]: string }): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  }
}

export function commitAll(top: string, message: string): CommitId {
  git(top, 'add', '-A');
  git(top, 'commit', '-q', '--allow-empty', '-m', message);
  return commitOf(git(top, 'rev-parse', 'HEAD'));
}

/** A commit of somebody else on a branch of the remote, pushed. */
export function pushedBy(
  ground: Ground,
  who: string,
  files: { readonly [path: string]: string },
  branch = 'main',
): CommitId {
  const other = clone(ground.root, ground.bare, who, '-b', branch);
  write(other.top, files);
  const commit = commitAll(other.top, `by ${who}`);
  git(other.top, 'push', '-q', 'origin', `HEAD:${branch}`);
  return commit;
}

/** Such a commit, in the remote below refs/aside/ and on no branch yet: for a hook that puts it there. */
export function aside(ground: Ground, who: string, files: { readonly [path: string]: string }): CommitId {
  const other = clone(ground.root, ground.bare, who);
  write(other.top, files);
  const commit = commitAll(other.top, `by ${who}`);
  git(other.top, 'push', '-q', 'origin', `HEAD:refs/aside/${who}`);
  return commit;
}

export function hook(ground: Ground, name: 'pre-receive' | 'update', script: string): void {
  const path = join(ground.bare, 'hooks', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/** Stage → which inputs it was run with, or [inputs, results] where the results tell runs apart. */
export function lockText(stages: { readonly [name: string]: number | readonly [number, number] }): string {
  const blocks = Object.entries(stages).map(([name, run]) => {
    const [inputs, results] = typeof run === 'number' ? [run, run] : run;
    return [name, block(name, inputs, results)] as const;
  });
  return writeLock({ data: new Map(), stages: new Map(blocks) });
}

function block(name: string, inputs: number, results: number): LockBlock {
  const out = name === 'train' ? 'metrics.json' : `${name}.out`;
  const fingerprint = {
    v: 1,
    action: { cmd: [`make ${inputs}`] },
    outs: [out],
  } as unknown as Fingerprint;
  const digest = results.toString(16).padStart(64, '0') as Digest;
  return { in: fingerprint, key: fingerprintKey(fingerprint), outs: { [out]: { bytes: 1, file: digest } } };
}

/** Stage → its inputs and results, as `lockText` takes them. */
export function stagesIn(text: string): { [name: string]: readonly [number, number] } {
  const { lock, warnings } = readLock(text);
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
  return Object.fromEntries(
    [...lock.stages].map(([name, { in: fingerprint, outs }]) => {
      const cmd = (fingerprint.action as { cmd: readonly string[] }).cmd[0]!;
      const [out] = Object.values(outs) as { file: string }[];
      return [name, [Number(cmd.slice(5)), Number.parseInt(out!.file, 16)]];
    }),
  );
}

export function planned(...paths: readonly string[]): PlannedPath[] {
  const kindOf = (path: string): PlannedPath['kind'] => {
    if (path.endsWith('pipeline.lock')) return 'lock';
    return path.endsWith('.gitignore') ? 'ignore' : 'out';
  };
  return paths.map((path) => ({ path: path as RepoPath, kind: kindOf(path) }));
}

export function planOf(job: Repository, more: Partial<CommitPlan> = {}): CommitPlan {
  const head = commitOf(git(job.top, 'rev-parse', 'HEAD'));
  return {
    remote: 'origin',
    branch: 'main',
    ranOn: head,
    head,
    paths: planned('pipeline.lock', 'metrics.json', '.gitignore'),
    message: 'Update pipeline.lock\n\nMlops-Run: https://ci.example/1\n',
    by: { name: 'bot', email: 'bot@example.org' },
    ...more,
  };
}

/** A file of a branch of the remote. */
export function there(ground: Ground, path: string, branch = 'main'): string {
  return runGit(ground.bare, ['show', `${branch}:${path}`]).stdout.toString();
}

export function tipThere(ground: Ground, branch = 'main'): string {
  return git(ground.bare, 'rev-parse', branch);
}

export function readHere(job: Repository, path: string): string {
  return readFileSync(join(job.top, path), 'utf8');
}
