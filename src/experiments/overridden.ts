// Params files of the workspace while an experiment runs in it. `<git-dir>/mlops/exp-here.json` holds what they were and
// what they were made; it is written before the first of them and removed after the experiment's ref is: a run that was
// killed is found by it, and its files are put back as long as nobody edited them since.
//
//   {"v":1,"name":"calm-otter","pid":4242,"files":[{"file":"params.yaml","before":"a: 1\n","after":"a: 2\n"}]}
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Override } from '../core/experiment.ts';
import type { RepoPath } from '../core/ids.ts';
import { modifiedAmong } from '../git/files.ts';
import type { Repository } from '../git/repository.ts';
import type { StateDirs } from '../run/context.ts';
import { removeTemporaries } from '../store/temporary.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { isErrno, orAbsent } from '../util/errno.ts';
import { type ParamsEdit, planOverrides, writeEdits, writeParams } from './overrides/write.ts';

interface Journal {
  readonly v: 1;
  readonly name: string;
  /** Who changes them. */
  readonly pid: number;
  readonly files: readonly ParamsEdit[];
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
  const files = planOverrides(top, overrides);
  if (files.length === 0) return;
  mkdirSync(state.worktree, { recursive: true });
  writeAtomic(
    journalOf(state),
    `${JSON.stringify({ v: 1, name, pid: process.pid, files } satisfies Journal)}\n`,
  );
  writeEdits(top, files);
}

/** They stay as they are. */
export function keepOverrides(state: StateDirs): void {
  rmSync(journalOf(state), { force: true });
}

/** Undefined when there is nothing to put back. Only under the claim of whoever runs experiments here. */
export function putBackOverrides(top: string, state: StateDirs): PutBack | undefined {
  const journal = readJournal(state);
  return journal && putBack(top, state, journal);
}

function putBack(top: string, state: StateDirs, journal: Journal): PutBack {
  const files: RepoPath[] = [];
  const edited: RepoPath[] = [];
  for (const { file, before, after } of journal.files) {
    const now = orAbsent(() => readFileSync(join(top, file), 'utf8'), undefined);
    if (now === after && after !== before) writeParams(top, file, before);
    if (now === after || now === before) files.push(file);
    else edited.push(file);
  }
  keepOverrides(state);
  return { name: journal.name, files, edited };
}

/** After a run that was killed: what was committed since is meant to stay. */
export function recoverOverrides(repo: Repository, state: StateDirs): PutBack | undefined {
  const journal = readJournal(state);
  if (!journal) return undefined;
  for (const { file } of journal.files)
    removeTemporaries(dirname(join(repo.top, file)), journal.pid, { below: false });
  const modified = new Set(
    modifiedAmong(
      repo,
      journal.files.map(({ file }) => file),
    ),
  );
  return putBack(repo.top, state, {
    ...journal,
    files: journal.files.filter(({ file }) => modified.has(file)),
  });
}

function journalOf(state: StateDirs): string {
  return join(state.worktree, 'exp-here.json');
}

function readJournal(state: StateDirs): Journal | undefined {
  try {
    const journal = JSON.parse(readFileSync(journalOf(state), 'utf8')) as Journal | null;
    return Array.isArray(journal?.files) ? journal : undefined;
  } catch (error) {
    // Written atomically: what cannot be parsed is none of ours.
    if (error instanceof SyntaxError || isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
