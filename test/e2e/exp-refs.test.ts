// What becomes of experiments as a whole: listed, renamed, made a branch, removed; and what gc thinks of them.
import { describe, expect, it } from 'vitest';
import { experimentHere, experimentWith } from '../experiments/rig.ts';
import { openRig, type Rig } from '../rig.ts';

const PIPELINE = `stages:
  train:
    cmd: cp params.yaml model.txt && cp params.yaml metrics.yaml
    deps: [params.yaml]
    outs: [model.txt]
    metrics: [metrics.yaml]
`;

/** One experiment for each number of trees, which is its metric too; then the workspace is as HEAD has it. */
async function withTrees(trees: { readonly [name: string]: number }): Promise<Rig> {
  const rig = await openRig();
  await rig.mlops('init');
  rig.write({ 'pipeline.yaml': PIPELINE, 'params.yaml': 'trees: 1\n' });
  expect(await rig.mlops('repro')).toMatchObject({ exit: 0 });
  await rig.commit('base');
  for (const [name, count] of Object.entries(trees)) {
    rig.write({ 'params.yaml': `trees: ${count}\n` });
    expect(await rig.mlops('repro')).toMatchObject({ exit: 0 });
    experimentHere(rig, name, { words: `trees=${count}` });
  }
  await rig.git('reset', '-q', '--hard');
  expect(await rig.mlops('checkout')).toMatchObject({ exit: 0 });
  return rig;
}

async function names(rig: Rig): Promise<string[]> {
  const { stdout } = await rig.mlops('exp', 'list', '--json');
  const { baselines } = JSON.parse(stdout) as { baselines: { experiments: { name: string }[] }[] };
  return baselines.flatMap(({ experiments }) => experiments.map(({ name }) => name)).sort();
}

describe('exp list', () => {
  it('shows names under the commits they belong to, also after history was rewritten', async () => {
    const rig = await withTrees({ 'calm-otter': 2 });
    const was = (await rig.git('rev-parse', '--short=7', 'HEAD')).trim();
    await rig.git('commit', '-q', '--amend', '-m', 'base, said better');
    const now = (await rig.git('rev-parse', '--short=7', 'HEAD')).trim();
    expect((await rig.mlops('exp', 'list')).stdout).toMatch(
      new RegExp(`^${now} base, said better\n {2}calm-otter {2}[0-9a-f]{7} {2}trees=2\n$`),
    );
    rig.write({ 'params.yaml': 'trees: 7\n' });
    await rig.git('commit', '-q', '-a', '--amend', '-m', 'other');
    expect((await rig.mlops('exp', 'list')).stdout).toContain(`${was} baseline gone\n  calm-otter`);
  });
});

describe('exp remove --keep-best', () => {
  it('never guesses which way is better', async () => {
    const rig = await withTrees({ few: 2, many: 9 });
    const keep = ['exp', 'remove', '--keep-best', '1', '--by', 'metrics.yaml:trees'];
    const asked = await rig.mlops(...keep);
    expect(asked).toMatchObject({ exit: 2 });
    expect(asked.stderr).toContain('is less of trees better, or more?');
    expect(await names(rig)).toEqual(['few', 'many']);
    expect(await rig.mlops(...keep, '--direction', 'min')).toMatchObject({ exit: 0 });
    expect(await names(rig)).toEqual(['few']);
  });
});

describe('exp rename', () => {
  it('changes the name in the ref and in the record, and keeps all else', async () => {
    const rig = await withTrees({ 'calm-otter': 2, 'brave-lynx': 3 });
    expect(await rig.mlops('exp', 'rename', 'calm-otter', 'deep')).toMatchObject({ exit: 0 });
    expect(await names(rig)).toEqual(['brave-lynx', 'deep']);
    const log = JSON.parse((await rig.mlops('exp', 'log', 'deep', '--json')).stdout) as object;
    expect(log).toMatchObject({ name: 'deep', message: 'trees=2', ms: 1200 });
    expect((await rig.mlops('exp', 'rename', 'deep', 'Brave-Lynx')).exit).toBe(7);
    expect((await rig.mlops('exp', 'rename', 'deep', '.deep')).exit).toBe(2);
    expect(await rig.mlops('exp', 'rename', 'deep', 'Deep')).toMatchObject({ exit: 0 });
    expect(await names(rig)).toEqual(['Deep', 'brave-lynx']);
    expect(await rig.mlops('exp', 'rename', 'Deep', 'Deep')).toMatchObject({ exit: 0 });
  });
});

describe('exp branch', () => {
  it('makes a branch that can be switched to, with its outs', async () => {
    const rig = await withTrees({ 'calm-otter': 2 });
    expect(await rig.mlops('exp', 'branch', 'calm-otter', 'deep')).toMatchObject({ exit: 0 });
    await rig.git('switch', '-q', 'deep');
    expect(await rig.mlops('checkout')).toMatchObject({ exit: 0 });
    expect(rig.read('model.txt')).toBe('trees: 2\n');
    expect((await rig.mlops('exp', 'branch', 'calm-otter', 'deep')).exit).toBe(7);
    expect((await rig.mlops('exp', 'branch', 'calm-otter', 'a..b')).exit).toBe(2);
    expect((await rig.mlops('exp', 'branch', 'calm-otter', '-d')).exit).toBe(2);
  });
});

describe('exp log', () => {
  it('says what ran, how long, and what was there before', async () => {
    const rig = await withTrees({ 'calm-otter': 2 });
    const { stdout } = await rig.mlops('exp', 'log', 'calm-otter');
    expect(stdout).toMatch(
      /^calm-otter {2}[0-9a-f]{7} on [0-9a-f]{7}\n2026-01-02 03:04:05 {2}1\.2 s {2}ok\n/,
    );
    expect(stdout).toMatch(/\ntrain +20\d\d-.* s +\S+/);
  });
});

describe('exp remove', () => {
  it('removes by name, and says how each comes back', async () => {
    const rig = await withTrees({ 'calm-otter': 2, 'brave-lynx': 3 });
    const dry = await rig.mlops('exp', 'remove', 'calm-otter', '--dry');
    expect(dry.stdout).toContain('would remove calm-otter');
    expect(await names(rig)).toEqual(['brave-lynx', 'calm-otter']);
    const removed = await rig.mlops('exp', 'remove', 'calm-otter');
    expect(await names(rig)).toEqual(['brave-lynx']);
    const back = /back: (git update-ref .+)$/m.exec(removed.stdout)![1]!;
    expect(await rig.run('sh', '-c', back)).toMatchObject({ exit: 0 });
    expect(await names(rig)).toEqual(['brave-lynx', 'calm-otter']);
    expect((await rig.mlops('exp', 'remove', 'nobody', 'calm-otter')).exit).toBe(4);
    expect(await names(rig)).toEqual(['brave-lynx', 'calm-otter']);
  });

  it('keeps the best by a metric, and what cannot be judged', async () => {
    const rig = await withTrees({ one: 10, two: 30, three: 20 });
    await experimentWith(rig, 'odd', { 'metrics.yaml': 'none: 1\n' });
    const { stderr, exit } = await rig.mlops(
      'exp',
      'remove',
      '--keep-best',
      '1',
      '--by',
      'metrics.yaml:trees',
      '--direction',
      'max',
    );
    expect(exit).toBe(0);
    expect(stderr).toContain('1 experiment without metrics.yaml:trees: kept');
    expect(await names(rig)).toEqual(['odd', 'two']);
    await rig.mlops('exp', 'remove', 'odd');
    const min = ['--keep-best', '0', '--by', 'metrics.yaml:trees', '--direction', 'min'];
    expect(await rig.mlops('exp', 'remove', ...min)).toMatchObject({ exit: 0 });
    expect(await names(rig)).toEqual([]);
  });

  it('removes by age and by baseline, also one whose commit has another id now', async () => {
    const rig = await withTrees({ old: 2 });
    await experimentWith(rig, 'young', { 'a.txt': 'a' }, { started: new Date().toISOString() });
    expect((await rig.mlops('exp', 'remove', '--older-than', '1d', '--dry')).stdout).toMatch(
      /^would remove old /,
    );
    await rig.git('commit', '-q', '--amend', '-m', 'base, said better');
    expect(await rig.mlops('exp', 'remove', '--baseline', 'HEAD', '--older-than', '1d')).toMatchObject({
      exit: 0,
    });
    expect(await names(rig)).toEqual(['young']);
    expect(await rig.mlops('exp', 'remove', '--all')).toMatchObject({ exit: 0 });
    expect(await names(rig)).toEqual([]);
  });

  it('wants to be told which', async () => {
    const rig = await withTrees({});
    for (const wrong of [
      [],
      ['--older-than', 'soon'],
      ['--keep-best', '2'],
      ['--keep-best', 'x', '--by', 'a:b'],
      ['--keep-best', '2', '--by', 'accuracy'],
      ['--keep-best', '2', '--by', 'a:b', '--direction', 'up'],
      ['x', '--all'],
    ])
      expect((await rig.mlops('exp', 'remove', ...wrong)).exit).toBe(2);
  });
});

describe('gc', () => {
  it('keeps what experiments need, says which one, and frees it when they are removed', async () => {
    const rig = await withTrees({ 'calm-otter': 2 });
    const head = (await rig.git('rev-parse', 'HEAD')).trim();
    const lock = await rig.git('show', `refs/mlops/exp/${head}/calm-otter:pipeline.lock`);
    const digest = /"model.txt": \{[^}]*"file": "([0-9a-f]{64})"/.exec(lock)![1]!;
    const why = async (): Promise<string> =>
      (await rig.mlops('gc', '--why', digest, '--keep-days', '0')).stdout;
    const gc = async (): Promise<void> => {
      expect(await rig.mlops('gc', '--yes', '--keep-days', '0')).toMatchObject({ exit: 0 });
      expect(await rig.mlops('gc', '--yes', '--keep-days', '0', '--empty-trash')).toMatchObject({ exit: 0 });
    };
    expect(await why()).toContain('experiment calm-otter');
    await gc();
    expect(await why()).toContain('(in the store)');
    expect(await rig.mlops('exp', 'remove', 'calm-otter')).toMatchObject({ exit: 0 });
    // Git removes a reflog with its ref.
    expect(await why()).toContain('needed by nothing');
    await gc();
    expect(await why()).toContain('(not in the store)');
  });

  it('counts experiments that others pushed when it clears a remote', async () => {
    const rig = await withTrees({ 'calm-otter': 2 });
    await rig.git('init', '-q', '--bare', '-b', 'main', rig.beside('server.git'));
    await rig.git('remote', 'add', 'origin', rig.beside('server.git'));
    expect(await rig.mlops('remote', 'add', '-d', 'data', rig.beside('data'))).toMatchObject({ exit: 0 });
    await rig.commit('remote');
    await rig.git('push', '-q', 'origin', 'main');
    expect(await rig.mlops('exp', 'push', 'origin', 'calm-otter')).toMatchObject({ exit: 0 });
    // A clone that has neither the experiment nor its run.
    await rig.git('clone', '-q', rig.beside('server.git'), rig.beside('clone'));
    const inClone = (...args: readonly string[]) => rig.mlopsWith({ cwd: '../clone' }, ...args);
    const condemned = async (): Promise<number> => {
      const { stdout } = await inClone('gc', '--remote', '--keep-days', '0', '--json');
      const { condemn } = JSON.parse(stdout) as { condemn: { [kind: string]: readonly unknown[] } };
      return ['objects', 'packs'].reduce((sum, kind) => sum + condemn[kind]!.length, 0);
    };
    expect(await condemned()).toBe(0);
    await rig.git('push', '-q', 'origin', '--delete', ...(await refsThere(rig)));
    expect(await condemned()).toBeGreaterThan(0);
  });
});

async function refsThere(rig: Rig): Promise<string[]> {
  const listed = await rig.git('ls-remote', 'origin', 'refs/mlops/*');
  return listed
    .trim()
    .split('\n')
    .map((line) => line.split('\t')[1]!);
}
