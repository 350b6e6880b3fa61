// Experiments for tests of what is done with them, written as `exp run` writes them but without running anything.
import { rmSync } from 'node:fs';
import type { Experiment, ExperimentRecord } from '../../src/core/experiment.ts';
import type { CommitId } from '../../src/core/ids.ts';
import { writeExperiment } from '../../src/experiments/refs.ts';
import { resolveCommit } from '../../src/git/history.ts';
import { patchId } from '../../src/git/patch-id.ts';
import { type Repository, requireRepository, runGit } from '../../src/git/repository.ts';
import { treeOf } from '../../src/git/write-commit.ts';
import type { Rig } from '../rig.ts';

export interface TrialWish extends Partial<Omit<ExperimentRecord, 'v' | 'name'>> {
  /** The first lines of the message. */
  readonly words?: string;
  readonly prefix?: string;
}

/** What the workspace holds, as an experiment of HEAD. The workspace stays as it is. */
export function experimentHere(rig: Rig, name: string, wish: TrialWish = {}): Experiment {
  const repo = requireRepository(rig.path);
  const tree = treeHere(repo);
  return experimentOf(repo, tree, name, { ...wish, baseline: wish.baseline ?? resolveCommit(repo, 'HEAD') });
}

/** Files of a Git tree, as an experiment. */
export function experimentOf(
  repo: Repository,
  tree: string,
  name: string,
  { words = name, prefix, baseline, ...more }: TrialWish & { readonly baseline: CommitId },
): Experiment {
  const record: ExperimentRecord = {
    v: 1,
    name,
    baseline,
    baselineTree: treeOf(repo, baseline),
    patch: patchId(repo, baseline),
    overrides: [],
    ticket: null,
    sweep: null,
    ended: 'ok',
    ms: 1200,
    started: '2026-01-02T03:04:05.000Z',
    ...more,
  };
  return writeExperiment(repo, tree, record, words, prefix);
}

/** All that Git does not ignore; its index stays as it is. */
function treeHere(repo: Repository): string {
  const env = { GIT_INDEX_FILE: `${repo.gitDir}/index-of-rig` };
  runGit(repo.top, ['read-tree', 'HEAD'], undefined, env);
  runGit(repo.top, ['add', '-A', '--', '.'], undefined, env);
  const { stdout } = runGit(repo.top, ['write-tree'], undefined, env);
  rmSync(env.GIT_INDEX_FILE);
  return stdout.toString().trim();
}

/** An experiment with these files; then the workspace is as HEAD has it. */
export async function experimentWith(
  rig: Rig,
  name: string,
  files: Parameters<Rig['write']>[0],
  wish?: TrialWish,
): Promise<Experiment> {
  rig.write(files);
  const made = experimentHere(rig, name, wish);
  await rig.git('reset', '-q', '--hard');
  await rig.git('clean', '-fdq');
  return made;
}
