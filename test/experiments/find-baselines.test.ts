import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../src/core/experiment.ts';
import { type FoundBaseline, findBaselines } from '../../src/experiments/find-baselines.ts';
import { listExperiments } from '../../src/experiments/refs.ts';
import { requireRepository } from '../../src/git/repository.ts';
import { openRig, type Rig } from '../rig.ts';
import { experimentHere } from './rig.ts';

/** A branch `work` of two commits on `main`, and an experiment of each. */
async function twoExperiments(): Promise<{ rig: Rig; first: Experiment; second: Experiment }> {
  const rig = await openRig();
  rig.write({ 'params.yaml': 'trees: 100\n' });
  await rig.commit('base');
  await rig.git('switch', '-q', '-c', 'work');
  rig.write({ 'train.mjs': 'one\n' });
  await rig.commit('one');
  const first = experimentHere(rig, 'first');
  rig.write({ 'train.mjs': 'one\ntwo\n', 'score.mjs': 'score\n' });
  await rig.commit('two');
  const second = experimentHere(rig, 'second');
  return { rig, first, second };
}

function found(rig: Rig, experiment: Experiment): FoundBaseline {
  const repo = requireRepository(rig.path);
  return findBaselines(repo, listExperiments(repo)).get(experiment.baseline)!;
}

const id = async (rig: Rig, rev: string): Promise<string> => (await rig.git('rev-parse', rev)).trim();

describe('findBaselines', () => {
  it('leaves an experiment at its baseline while a branch, tag or HEAD leads there', async () => {
    const { rig, first, second } = await twoExperiments();
    expect(found(rig, first)).toEqual({ kind: 'itself', commit: first.baseline });
    await rig.git('switch', '-q', '--detach');
    await rig.git('branch', '-D', 'work');
    expect(found(rig, second)).toEqual({ kind: 'itself', commit: second.baseline });
    await rig.git('tag', '-a', '-m', 'kept', 'v1', first.baseline);
    await rig.git('switch', '-q', 'main');
    expect(found(rig, first)).toEqual({ kind: 'itself', commit: first.baseline });
    expect(found(rig, second)).toEqual({ kind: 'gone' });
  });

  it('finds an amended baseline by its tree', async () => {
    const { rig, first, second } = await twoExperiments();
    await rig.git('commit', '-q', '--amend', '-m', 'two, said better');
    const amended = await id(rig, 'HEAD');
    // What changes nothing may follow.
    await rig.git('commit', '-q', '--allow-empty', '-m', 'run the checks again');
    expect(found(rig, second)).toEqual({ kind: 'tree', commit: amended });
    expect(found(rig, first)).toEqual({ kind: 'itself', commit: first.baseline });
  });

  it('finds a squashed baseline by its tree', async () => {
    const { rig, first, second } = await twoExperiments();
    await rig.git('switch', '-q', 'main');
    await rig.git('merge', '-q', '--squash', 'work');
    await rig.commit('work, squashed');
    await rig.git('branch', '-D', 'work');
    expect(found(rig, second)).toEqual({ kind: 'tree', commit: await id(rig, 'main') });
    expect(found(rig, first)).toEqual({ kind: 'gone' });
  });

  it('finds rebased baselines by their patches', async () => {
    const { rig, first, second } = await twoExperiments();
    await rig.git('switch', '-q', 'main');
    rig.write({ 'readme.md': 'elsewhere\n' });
    await rig.commit('elsewhere');
    await rig.git('rebase', '-q', 'main', 'work');
    expect(found(rig, first)).toEqual({ kind: 'patch', commit: await id(rig, 'work~1') });
    expect(found(rig, second)).toEqual({ kind: 'patch', commit: await id(rig, 'work') });
  });

  it('finds baselines again after a filter wrote all of history anew', async () => {
    const { rig, first, second } = await twoExperiments();
    const filter = ['filter-branch', '-f', '--msg-filter', 'sed s/^/new:/', '--', 'main', 'work'];
    const { exit } = await rig.run('env', 'FILTER_BRANCH_SQUELCH_WARNING=1', 'git', ...filter);
    expect(exit).toBe(0);
    await rig.git('update-ref', '-d', 'refs/original/refs/heads/work');
    expect(found(rig, second)).toEqual({ kind: 'tree', commit: await id(rig, 'work') });
    expect(found(rig, first)).toEqual({ kind: 'tree', commit: await id(rig, 'work~1') });
  });

  it('reaches a baseline through a merge, and places one that is a merge by its tree alone', async () => {
    const { rig, first } = await twoExperiments();
    await rig.git('switch', '-q', 'main');
    rig.write({ 'readme.md': 'elsewhere\n' });
    await rig.commit('elsewhere');
    await rig.git('merge', '-q', '-m', 'merged', 'work');
    await rig.git('branch', '-D', 'work');
    expect(found(rig, first)).toEqual({ kind: 'itself', commit: first.baseline });
    const third = experimentHere(rig, 'third');
    expect(third.patch).toBeNull();
    await rig.git('commit', '-q', '--amend', '-m', 'merged, said better');
    expect(found(rig, third)).toEqual({ kind: 'tree', commit: await id(rig, 'main') });
    await rig.git('reset', '-q', '--hard', 'main^1');
    expect(found(rig, third)).toEqual({ kind: 'gone' });
  });

  it('does not take branches of experiments for history', async () => {
    const { rig, first } = await twoExperiments();
    const kept = experimentHere(rig, 'kept', { prefix: 'refs/heads/mlops-exp/' });
    await rig.git('switch', '-q', 'main');
    await rig.git('branch', '-D', 'work');
    expect(found(rig, kept)).toEqual({ kind: 'gone' });
    await rig.git('update-ref', 'refs/remotes/origin/mlops-exp/x/y', kept.commit);
    expect(found(rig, first)).toEqual({ kind: 'gone' });
    await rig.git('update-ref', 'refs/remotes/origin/work', kept.baseline);
    expect(found(rig, kept)).toEqual({ kind: 'itself', commit: kept.baseline });
  });

  it('lists as gone what a cut history does not hold', async () => {
    const { rig, first, second } = await twoExperiments();
    const from = `file://${rig.path}`;
    await rig.git('clone', '-q', '--depth=1', '-b', 'work', from, rig.beside('cut'));
    await rig.git('-C', '../cut', 'fetch', '-q', '--depth=1', 'origin', '+refs/mlops/*:refs/mlops/*');
    expect(existsSync(rig.beside('cut/.git/shallow'))).toBe(true);
    const repo = requireRepository(rig.beside('cut'));
    const all = findBaselines(repo, listExperiments(repo));
    expect(all.get(first.baseline)).toEqual({ kind: 'gone' });
    expect(all.get(second.baseline)).toEqual({ kind: 'itself', commit: second.baseline });
  });

  it('works in a repository without commits on its branch', async () => {
    const { rig, first } = await twoExperiments();
    await rig.git('switch', '-q', '--orphan', 'fresh');
    expect(found(rig, first)).toEqual({ kind: 'itself', commit: first.baseline });
    await rig.git('branch', '-D', 'work', 'main');
    expect(found(rig, first)).toEqual({ kind: 'gone' });
  });
});
