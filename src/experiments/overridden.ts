// Params files of the workspace while an experiment runs in it. `<git-dir>/mlops/exp-here.json` holds what they were and
// what they were made; it is written before the first of them and removed after the experiment's ref is: a run that was
// killed is found by it, and its files are put back as long as nobody edited them since.
//
//   {"v":1,"name":"calm-otter","files":[{"path":"params.yaml","before":"a: 1\n","after":"a: 2\n"}]}
import { mkdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Override } from '../core/experiment.ts';
import type { RepoPath } from '../core/ids.ts';
import type { StateDirs } from '../run/context.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { isErrno, orAbsent } from '../util/errno.ts';
import { applyOverrides } from './overrides/apply.ts';

interface Journal {
  readonly v: 1;
  readonly name: string;
  readonly files: readonly {
    readonly path: RepoPath;
    readonly before: string;
    readonly after: string;
  }[];
}

export interface PutBack {
  /** The experiment that had changed them. */
  readonly name: string;
  readonly files: readonly RepoPath[];
  /** Edited by somebody since, and left alone. */
  readonly edited: readonly RepoPath[];
}

/** Carries the overrides out in the files below `top`; all are computed before the first is written. */
export function overrideHere(
  top: string,
  state: StateDirs,
  name: string,
  overrides: readonly Override[],
): void {
  const paths = [...new Set(overrides.map(({ file }) => file))];
  const files = paths.map((path) => {
    const before = readFileSync(join(top, path), 'utf8');
    const ours = overrides.filter(({ file }) => file === path);
    return { path, before, after: applyOverrides(before, path, ours) };
  });
  if (files.length === 0) return;
  mkdirSync(state.worktree, { recursive: true });
  writeAtomic(journalOf(state), `${JSON.stringify({ v: 1, name, files } satisfies Journal)}\n`);
  for (const { path, after } of files) rewrite(join(top, path), after);
}

/** They stay as they are. */
export function keepOverrides(state: StateDirs): void {
  rmSync(journalOf(state), { force: true });
}

/** Undefined when there is nothing to put back. Only under the claim of whoever runs experiments here. */
export function putBackOverrides(top: string, state: StateDirs): PutBack | undefined {
  const journal = readJournal(state);
  if (!journal) return undefined;
  const files: RepoPath[] = [];
  const edited: RepoPath[] = [];
  for (const { path, before, after } of journal.files) {
    const now = orAbsent(() => readFileSync(join(top, path), 'utf8'), undefined);
    if (now === after) rewrite(join(top, path), before);
    if (now === after || now === before) files.push(path);
    else edited.push(path);
  }
  keepOverrides(state);
  return { name: journal.name, files, edited };
}

function journalOf(state: StateDirs): string {
  return join(state.worktree, 'exp-here.json');
}

function readJournal(state: StateDirs): Journal | undefined {
  try {
    return JSON.parse(readFileSync(journalOf(state), 'utf8')) as Journal;
  } catch (error) {
    // Written atomically: what cannot be parsed is none of ours.
    if (error instanceof SyntaxError || isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Through links, with the same mode. */
function rewrite(path: string, text: string): void {
  const real = realpathSync(path);
  writeAtomic(real, text, { mode: statSync(real).mode & 0o777 });
}
