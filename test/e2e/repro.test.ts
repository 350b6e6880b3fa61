// What repro runs, what it leaves alone, and what it says about it.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openRig } from '../rig.ts';
import { expectExit, ran, repro, step, TWO_STAGES, verdicts, words } from './story.ts';

describe('repro', () => {
  it('runs everything once, then only what changed, and gives back what ran before', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    const first = await repro(rig);
    expect(first).toMatch(/2 ran in/);
    expect(ran(rig)).toEqual(['prepare', 'train']);
    expect(rig.read('model.txt')).toBe('HELLO\ndepth 5\n');

    expect(await repro(rig)).toMatch(/^2 fresh, nothing to do \(/);
    expect(ran(rig)).toEqual([]);

    rig.write({ 'params.yaml': 'train:\n  depth: 4\n  trees: 10\n' });
    expect(await verdicts(rig)).toEqual({ prepare: 'fresh', train: 'stale' });
    expect(words(await rig.mlops('status', '--why'))).toContain('train.depth 5 → 4');
    expect(await repro(rig)).toContain('params.yaml train.depth 5 → 4');
    expect(ran(rig)).toEqual(['train']);

    rig.write({ 'params.yaml': TWO_STAGES['params.yaml'] });
    expect(await repro(rig)).toMatch(/train\s+restored from the run cache/);
    expect(ran(rig)).toEqual([]);
    expect(rig.read('model.txt')).toBe('HELLO\ndepth 5\n');
    expect(await verdicts(rig)).toEqual({ prepare: 'fresh', train: 'fresh' });
  });

  it('stops where a rerun made the same bytes', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    await repro(rig);
    ran(rig);
    rig.write({ 'in.txt': 'HELLO\n' });
    const said = await repro(rig);
    expect(ran(rig)).toEqual(['prepare']);
    expect(said).toMatch(/train\s+fresh/);
  });

  it('takes a removed param, a changed command and a changed out list for changes', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    await repro(rig);
    ran(rig);
    rig.write({ 'params.yaml': 'train:\n  depth: 5\n' });
    expect(await repro(rig)).toMatch(/because params\.yaml train\.trees/);
    expect(ran(rig)).toEqual(['train']);

    rig.write({ 'pipeline.yaml': rig.read('pipeline.yaml').replace('tr a-z A-Z', 'tr a-y A-Y') });
    expect(await repro(rig)).toMatch(/prepare .*because/);
    expect(ran(rig)).toEqual(['prepare']);
  });

  it('looks at targets and what they need, at what follows, or at the targets alone', async () => {
    const rig = await openRig();
    rig.write({
      ...TWO_STAGES,
      'pipeline.yaml': `${TWO_STAGES['pipeline.yaml']}  judge:
    cmd: ${step('judge', 'wc -c < model.txt > score.txt')}
    deps: [model.txt]
    outs: [score.txt]
  other:
    cmd: ${step('other', 'cp in.txt other.txt')}
    deps: [in.txt]
    outs: [other.txt]
`,
    });
    await repro(rig, 'train');
    expect(ran(rig)).toEqual(['prepare', 'train']);
    await repro(rig, 'score.txt');
    expect(ran(rig)).toEqual(['judge']);
    rig.write({ 'in.txt': 'other words\n' });
    await repro(rig, '--downstream', 'train');
    expect(ran(rig), 'train itself sees the old prepared.txt').toEqual([]);
    await repro(rig, '--single', 'prepare');
    expect(ran(rig)).toEqual(['prepare']);
    await repro(rig, '--downstream', 'train');
    expect(ran(rig)).toEqual(['judge', 'train']);
    expect(rig.has('other.txt')).toBe(false);
    await repro(rig);
    expect(ran(rig)).toEqual(['other']);
  });

  it('--force runs what is fresh, --dry runs nothing, --no-run-cache does not look for earlier runs', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    const before = rig.files();
    const dry = await rig.mlops('repro', '--dry');
    expectExit(dry, 0);
    expect(words(dry)).toContain('prepare');
    expect(rig.files()).toEqual(before);
    expect(ran(rig)).toEqual([]);

    await repro(rig);
    ran(rig);
    await repro(rig, '--force');
    expect(ran(rig)).toEqual(['prepare', 'train']);
    await repro(rig, '--force', '--single', 'train');
    expect(ran(rig)).toEqual(['train']);

    rig.write({ 'in.txt': 'b\n' });
    await repro(rig);
    rig.write({ 'in.txt': 'hello\n' });
    ran(rig);
    await repro(rig, '--no-run-cache');
    expect(ran(rig)).toEqual(['prepare', 'train']);
  });

  it('gives back outs that were deleted or modified, and keeps modified bytes in the trash', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    await repro(rig);
    ran(rig);
    rig.write({ 'model.txt': null, 'prepared.txt': 'edited by hand\n' });
    const said = await repro(rig);
    expect(ran(rig)).toEqual([]);
    expect(said).toMatch(/prepared\.txt was stored nowhere; it is in the trash/);
    expect(rig.read('prepared.txt')).toBe('HELLO\n');
    expect(rig.read('model.txt')).toBe('HELLO\ndepth 5\n');
    const trash = readdirSync(`${rig.path}/.git/mlops/store/trash`);
    expect(trash).toEqual([expect.stringMatching(/^\d{4}-\d{2}-\d{2}-/)]);
    expect(rig.read(`.git/mlops/store/trash/${trash[0]}/prepared.txt`)).toBe('edited by hand\n');
  });

  it('calls lost what neither the store nor Git has, and nothing that a clone checked out', async () => {
    const origin = await openRig();
    const pipeline = (score: number): string =>
      `stages: {score: {cmd: "echo '{\\"score\\": ${score}}' > score.json", metrics: [score.json]}}\n`;
    origin.write({ 'pipeline.yaml': pipeline(1) });
    await repro(origin);
    await origin.commit('a score');
    const rig = await origin.clone('clone');
    rig.write({ 'pipeline.yaml': pipeline(2) });
    expect(await repro(rig)).not.toContain('stored nowhere');
    rig.write({ 'pipeline.yaml': pipeline(3), 'score.json': '{"score": "mine"}\n' });
    expect(await repro(rig)).toContain('score.json was stored nowhere; it is in the trash');
    expect(rig.read('score.json')).toContain('3');
    rig.write({ 'score.json': '{"score": "mine again"}\n' });
    expect(await repro(rig)).toContain('score.json was stored nowhere; it is in the trash');
  });

  it('restores a whole pipeline from the run cache when lock and outs are gone', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    await repro(rig);
    const lock = rig.read('pipeline.lock');
    ran(rig);
    rig.write({ 'pipeline.lock': null, 'prepared.txt': null, 'model.txt': null });
    expect(await repro(rig)).toMatch(/2 restored/);
    expect(ran(rig)).toEqual([]);
    expect(rig.read('pipeline.lock')).toBe(lock);
    expect(rig.read('model.txt')).toBe('HELLO\ndepth 5\n');
  });

  it('heals a lock that is not JSON or holds conflict markers', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    await repro(rig);
    ran(rig);
    const lock = rig.read('pipeline.lock');
    for (const damaged of [
      lock.slice(0, lock.length / 2),
      'not json at all',
      '',
      lock.replace(/^( {2}"train": \{)$/m, '<<<<<<< HEAD\n$1\n=======\n$1\n>>>>>>> theirs'),
      lock.replace(/"depth": 5/, '"depth": 6'),
    ]) {
      rig.write({ 'pipeline.lock': damaged });
      const said = await repro(rig);
      expect(said, damaged).toMatch(/warning: .*pipeline\.lock/);
      expect(rig.read('pipeline.lock')).toBe(lock);
    }
    expect(ran(rig)).toEqual([]);
  });

  it('drops the blocks of stages that are gone', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    await repro(rig);
    rig.write({ 'pipeline.yaml': rig.read('pipeline.yaml').replace(/ {2}train:[\s\S]*/, '') });
    await repro(rig);
    expect(Object.keys(JSON.parse(rig.read('pipeline.lock')).stages)).toEqual(['prepare']);
  });
});

describe('kinds of stages', () => {
  it('holds a frozen stage as it is, and refuses one that never ran', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    expectExit(await rig.mlops('freeze', 'train'), 0);
    const never = expectExit(await rig.mlops('repro'), 4);
    expect(words(never)).toContain('train is frozen but never ran');
    expectExit(await rig.mlops('unfreeze', 'train'), 0);
    await repro(rig);
    expectExit(await rig.mlops('freeze', 'train'), 0);
    rig.write({ 'params.yaml': 'train:\n  depth: 1\n' });
    ran(rig);
    await repro(rig);
    expect(ran(rig)).toEqual([]);
    expectExit(await rig.mlops('unfreeze', 'train'), 0);
    await repro(rig);
    expect(ran(rig)).toEqual(['train']);
  });

  it('runs an `always` stage every time, and nothing after it while it makes the same', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': {
        stages: {
          ask: { cmd: step('ask', 'cp source.txt answer.txt'), outs: ['answer.txt'], always: true },
          use: { cmd: step('use', 'cp answer.txt used.txt'), deps: ['answer.txt'], outs: ['used.txt'] },
          check: { cmd: step('check', 'true') },
        },
      },
      'source.txt': '1',
    });
    await repro(rig);
    expect(ran(rig)).toEqual(['ask', 'check', 'use']);
    await repro(rig);
    expect(ran(rig)).toEqual(['ask', 'check']);
    rig.write({ 'source.txt': '2' });
    await repro(rig);
    expect(ran(rig)).toEqual(['ask', 'check', 'use']);
  });

  it('lets a `persist` stage go on from what it wrote, and gives that back when it fails', async () => {
    const rig = await openRig();
    const pipeline = (end: string): object => ({
      stages: {
        grow: {
          cmd: step('grow', `cat in.txt >> log.txt${end}`),
          deps: ['in.txt'],
          outs: [{ 'log.txt': { persist: true } }],
        },
      },
    });
    rig.write({ 'pipeline.yaml': pipeline(''), 'in.txt': 'a\n' });
    await repro(rig);
    rig.write({ 'in.txt': 'b\n' });
    await repro(rig);
    expect(rig.read('log.txt')).toBe('a\nb\n');
    rig.write({ 'pipeline.yaml': pipeline(' && false'), 'in.txt': 'c\n' });
    expectExit(await rig.mlops('repro'), 1);
    expect(rig.read('log.txt')).toBe('a\nb\n');
    ran(rig);
    rig.write({ 'pipeline.yaml': pipeline(''), 'in.txt': 'a\n' });
    await repro(rig);
    expect(ran(rig), 'never restored from a run').toEqual(['grow']);
    expect(rig.read('log.txt')).toBe('a\nb\na\n');
  });

  it('stores no bytes of a `cache: false` out: it is fresh or runs again', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': {
        stages: {
          big: {
            cmd: step('big', 'cp in.txt big.txt'),
            deps: ['in.txt'],
            outs: [{ 'big.txt': { cache: false } }],
          },
        },
      },
      'in.txt': 'x',
    });
    await repro(rig);
    ran(rig);
    expect(await repro(rig)).toMatch(/1 fresh/);
    rig.write({ 'big.txt': null });
    await repro(rig);
    expect(ran(rig)).toEqual(['big']);
  });

  it('reads globs, and says which file came, went or changed', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': {
        stages: {
          join: { cmd: step('join', 'cat src/*.txt > all.txt'), deps: ['src/*.txt'], outs: ['all.txt'] },
        },
      },
      'src/a.txt': 'a',
      'src/b.txt': 'b',
      'src/ignored.md': 'no',
    });
    await repro(rig);
    ran(rig);
    rig.write({ 'src/ignored.md': 'changed' });
    await repro(rig);
    expect(ran(rig)).toEqual([]);
    rig.write({ 'src/c.txt': 'c' });
    expect(words(await rig.mlops('status', '--why'))).toContain('src/*.txt changed (2 → 3 files)');
    expect(await repro(rig)).toMatch(/because src\/\*\.txt/);
    expect(ran(rig)).toEqual(['join']);
    expect(rig.read('all.txt')).toBe('abc');
  });

  it('keeps the declared environment in the key, and hides secrets', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': {
        stages: {
          ask: {
            cmd: step('ask', 'echo $REGION $TOKEN && echo $REGION > region.txt'),
            env: ['REGION'],
            secrets: ['TOKEN'],
            outs: ['region.txt'],
          },
        },
      },
    });
    const env = { REGION: 'eu', TOKEN: 'very-secret-word' };
    expectExit(await rig.mlopsWith({ env }, 'repro'), 0);
    ran(rig);
    const again = expectExit(await rig.mlopsWith({ env: { ...env, TOKEN: 'other' } }, 'repro'), 0);
    expect(words(again)).toMatch(/1 fresh/);
    const changed = expectExit(await rig.mlopsWith({ env: { ...env, REGION: 'us' } }, 'repro'), 0);
    expect(words(changed)).toMatch(/because .*REGION/);
    const logs = words(await rig.mlops('logs', 'ask'));
    expect(logs).toContain('us ***');
    expect(rig.read('pipeline.lock') + logs).not.toContain('very-secret-word');
  });

  it('runs items of foreach and matrix as stages of their own', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': `stages:
  train:
    matrix: {model: [forest, linear], size: [1, 2]}
    cmd: ${step(`\${item.model}`, `echo \${item.model} \${item.size} > \${item.model}-\${item.size}.txt`)}
    outs: ["\${item.model}-\${item.size}.txt"]
`,
    });
    await repro(rig, 'train@forest-2');
    expect(ran(rig)).toEqual(['forest']);
    await repro(rig, 'train');
    expect(ran(rig)).toEqual(['forest', 'linear', 'linear']);
    expect(rig.read('linear-2.txt')).toBe('linear 2\n');
  });

  it('joins the pipelines of all folders in one graph, wherever it is typed', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': {
        stages: {
          use: {
            cmd: step('use', 'cp features/table.txt used.txt'),
            deps: ['features/table.txt'],
            outs: ['used.txt'],
          },
        },
      },
      'features/pipeline.yaml': {
        stages: {
          build: { cmd: step('build', 'cp raw.txt table.txt'), deps: ['raw.txt'], outs: ['table.txt'] },
        },
      },
      'features/raw.txt': '1',
    });
    const first = expectExit(await rig.mlopsWith({ cwd: 'features' }, 'repro', 'build'), 0);
    expect(words(first)).toContain('features:build');
    expect(ran(rig)).toEqual(['build']);
    expectExit(await rig.mlopsWith({ cwd: 'features' }, 'repro', '/:use'), 0);
    expect(ran(rig)).toEqual(['use']);
    rig.write({ 'features/raw.txt': '2' });
    await repro(rig);
    expect(ran(rig)).toEqual(['build', 'use']);
    expect(rig.read('used.txt')).toBe('2');
    expect(Object.keys(JSON.parse(rig.read('features/pipeline.lock')).stages)).toEqual(['build']);
    expect(await repro(rig, 'features:build')).toMatch(/1 fresh/);
  });
});
