// Many commits at once say what each of them says alone, and cost no more git calls when there are more.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { CommitId, RepoPath } from '../../../src/core/ids.ts';
import { Commits } from '../../../src/experiments/commits/commits.ts';
import { type Repository, requireRepository } from '../../../src/git/repository.ts';
import { actions } from '../../../src/run/actions/registry.ts';
import { committed } from '../../../src/run/committed.ts';
import { sideOf } from '../../../src/run/side.ts';
import { allTracked } from '../../../src/run/tracked.ts';
import { openRig } from '../../rig.ts';
import { baselineIn, madeExperiment, PIPELINE } from '../made.ts';

afterEach(() => vi.unstubAllEnvs());

const lock = (digest: string): string =>
  `{"version":1,"data":{"data.csv":{"file":"${digest.repeat(64)}","bytes":3}},"stages":{}}\n`;

const withData = `${PIPELINE}data:\n  data.csv: {}\n`;

it('says what each commit says alone', async () => {
  const rig = await openRig();
  const baseline = await baselineIn(rig);
  const made = [
    madeExperiment(rig, baseline, 'wrong-pipeline', { files: { 'pipeline.yaml': 'stages: [' } }),
    madeExperiment(rig, baseline, 'same', { files: {} }),
    madeExperiment(rig, baseline, 'data', {
      files: { 'pipeline.yaml': withData, 'pipeline.lock': lock('a') },
    }),
    madeExperiment(rig, baseline, 'other-data', {
      files: { 'pipeline.yaml': withData, 'pipeline.lock': lock('b'), 'sub/pipeline.lock': lock('c') },
    }),
    madeExperiment(rig, baseline, 'gone', { files: { 'metrics.json': null } }),
    madeExperiment(rig, baseline, 'wrong-lock', { files: { 'pipeline.lock': '<<<<<<< ours' } }),
  ];
  const repo = requireRepository(rig.path);
  const commits = new Commits(repo, made);
  const paths = ['params.yaml', 'metrics.json', 'pipeline.lock', 'nowhere'] as RepoPath[];
  for (const { commit, name } of [...made, { commit: baseline, name: 'baseline' }]) {
    const [side, alone] = [commits.side(commit), sideOf(repo, commit)];
    expect(side.read(paths), name).toEqual(alone.read(paths));
    expect(
      orThrown(() => side.locks()),
      name,
    ).toEqual(orThrown(() => alone.locks()));
    expect(
      orThrown(() => tracked(commits.locked(commit)!)),
      name,
    ).toEqual(orThrown(() => tracked(committed(repo, commit, actions))));
  }
});

it('is not misled about one by another that lacks what their pipeline asks of params', async () => {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': PIPELINE.replace('train.mjs', 'train.mjs $' + '{train.trees}'),
    'params.yaml': 'train: {trees: 100}\n',
  });
  const baseline = (await rig.commit('first')) as CommitId;
  const lacking = madeExperiment(rig, baseline, 'lacking', { files: { 'params.yaml': null } });
  const whole = madeExperiment(rig, baseline, 'whole', { files: { 'params.yaml': 'train: {trees: 2}\n' } });
  const commits = new Commits(requireRepository(rig.path), [lacking, whole]);
  expect(commits.locked(lacking.commit)).toBeUndefined();
  expect(commits.locked(whole.commit)).toBeDefined();
});

it('costs as many git calls for twelve as for three', async () => {
  const rig = await openRig();
  const baseline = await baselineIn(rig);
  const made = Array.from({ length: 12 }, (_, at) =>
    madeExperiment(rig, baseline, `exp-${at}`, {
      files: { 'metrics.json': { accuracy: at }, 'pipeline.lock': lock('abcdef'[at % 6]!) },
    }),
  );
  const repo = requireRepository(rig.path);
  const read = (some: typeof made): void => {
    const commits = new Commits(repo, some);
    const file = 'metrics.json' as RepoPath;
    commits.load(some.map(({ commit }) => ({ commit, path: file })));
    for (const { commit } of some) {
      expect(commits.locked(commit)).toBeDefined();
      expect(commits.side(commit).read([file])[0]?.toString()).toContain('accuracy');
    }
  };
  const few = gitCalls(repo, () => read(made.slice(0, 3)));
  expect(gitCalls(repo, () => read(made))).toBe(few);
  expect(few).toBeLessThan(10);
});

function tracked({ pipeline, locks }: ReturnType<typeof committed>) {
  return allTracked(pipeline, locks);
}

function orThrown<T>(what: () => T): T | 'thrown' {
  try {
    return what();
  } catch {
    return 'thrown';
  }
}

function gitCalls(repo: Repository, work: () => void): number {
  const trace = join(repo.gitDir, 'calls');
  vi.stubEnv('GIT_TRACE', trace);
  work();
  vi.unstubAllEnvs();
  const calls = readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => line.includes('trace: built-in: git'));
  rmSync(trace);
  return calls.length;
}
