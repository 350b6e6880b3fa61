// Comparing experiments, through the real program.
import { describe, expect, it } from 'vitest';
import type { CommitId } from '../../src/core/ids.ts';
import { baselineIn, madeExperiment, override } from '../experiments/made.ts';
import { shown as seenIn } from '../render/shown.ts';
import { openRig, type Rig } from '../rig.ts';

async function withThree(): Promise<{ rig: Rig; baseline: CommitId }> {
  const rig = await openRig();
  const baseline = await baselineIn(rig);
  const tried = [
    ['calm-otter', 200, 0.928],
    ['blue-heron', 400, 0.806],
    ['odd-marten', 50, 0.759],
  ] as const;
  for (const [at, [name, trees, accuracy]] of tried.entries())
    madeExperiment(rig, baseline, name, {
      files: {
        'params.yaml': `train:\n  trees: ${trees}\n  depth: 8\n`,
        'metrics.json': { accuracy, loss: 1 - accuracy },
      },
      overrides: [override('train.trees', trees)],
      message: `train.trees=${trees}`,
      record: { started: `2026-11-2${at + 1}T10:00:00.000Z`, ended: name === 'blue-heron' ? 'gate' : 'ok' },
    });
  return { rig, baseline };
}

describe('mlops exp show', () => {
  it('compares what was tried, the best first when asked', async () => {
    const { rig } = await withThree();
    const plain = await rig.mlops('exp', 'show');
    expect(plain).toMatchObject({ exit: 0, stderr: '' });
    const names = plain.stdout.split('\n').map((line) => line.split('  ')[0]!.trim());
    expect(names).toEqual([
      'experiment',
      'workspace',
      expect.stringMatching(/^main [0-9a-f]{7}$/),
      '├─ calm-otter',
      '├─ blue-heron',
      '└─ odd-marten',
      '',
    ]);
    const sorted = await rig.mlops('exp', 'show', '--sort', 'accuracy', '--columns', 'trees,accuracy');
    expect(sorted.stdout.replace(/main [0-9a-f]{7}/, 'main        ')).toBe(
      [
        'experiment     trees   accuracy',
        'calm-otter       200      0.928 ←',
        'blue-heron       400      0.806',
        'workspace        100      0.800',
        'main             100      0.800',
        'odd-marten        50      0.759',
        '',
      ].join('\n'),
    );
    expect(sorted.stderr).toBe('next: mlops exp apply calm-otter\n');
    const worst = await rig.mlops(
      'exp',
      'show',
      '--sort',
      'accuracy',
      '--asc',
      '--hide-workspace',
      '--csv',
      '--columns',
      'accuracy,state',
    );
    expect(worst.stdout.split('\r\n')).toEqual([
      'experiment,accuracy,state',
      'odd-marten,0.759,done',
      'main,0.8,baseline',
      'blue-heron,0.806,gate',
      'calm-otter,0.928,done',
      '',
    ]);
  });

  it('shows metrics that are equal everywhere when asked, or when nothing was tried yet', async () => {
    const rig = await openRig();
    const baseline = await baselineIn(rig);
    const header = async (...flags: string[]) =>
      (await rig.mlops('exp', 'show', ...flags)).stdout.split('\n')[0]!.split(/ {2,}/);
    expect(await header()).toEqual(['experiment', 'created', 'duration', 'accuracy', 'loss']);
    const made = { files: { 'metrics.json': { accuracy: 0.8, loss: 0.1234567 } }, overrides: [] };
    madeExperiment(rig, baseline, 'odd-marten', made);
    expect(await header()).toEqual(['experiment', 'created', 'duration', 'loss']);
    expect(await header('--all-columns')).toContain('accuracy');
    expect(await header('--keep', 'acc')).toContain('accuracy');
    expect(await header('--sort', 'accuracy')).toContain('accuracy');
  });

  it('keeps the rows asked for, and points at what it cannot understand', async () => {
    const { rig } = await withThree();
    const some = await rig.mlops(
      'exp',
      'show',
      '--where',
      'accuracy > 0.7 and not state == gate and created > 2020',
      '--columns',
      'trees',
    );
    expect(some.stdout).toMatch(
      /^experiment {5}trees\nmain [0-9a-f]{7} {5}100\ncalm-otter {7}200\nodd-marten {8}50\n$/,
    );
    expect(some.stderr).toBe('1 row left out for want of a value that --where asks for\n');
    const none = await rig.mlops('exp', 'show', '--where', 'accuracy > 2');
    expect(none.stderr).toBe('no row is like that\n');
    const wrong = await rig.mlops('exp', 'show', '--where', 'accuracy > 0.7 && trees > 1');
    expect(wrong).toEqual({
      exit: 2,
      stdout: '',
      stderr:
        'error: && is not known here  --where:1:16\n  1 │ accuracy > 0.7 && trees > 1\n    │                ^^\nhelp: write and\n',
    });
  });

  it.each([
    [['--sort', 'acuracy'], 2, 'no column is called "acuracy"'],
    [['--columns', 'trees,nothing'], 2, 'no column is called "nothing"'],
    [['--drop', '('], 2, '--drop is no regular expression'],
    [['--precision', '-1'], 2, '--precision "-1" is no whole number from 0 on'],
    [['-n', '0'], 2, '--num "0" is no whole number from 1 on'],
    [['--sort', 'loss', '--asc', '--desc'], 2, '--asc and --desc exclude each other'],
    [['nothing'], 4, 'no experiment or commit is called "nothing"'],
    [['blue-hero'], 4, 'did you mean blue-heron?'],
    [['calm-otter', 'nothing'], 4, 'no commit is called "nothing"'],
    [['--html', 'page.txt'], 2, '--html writes a page, and page.txt is not named like one'],
  ])('refuses %j', async (args, exit, message) => {
    const { rig } = await withThree();
    const ended = await rig.mlops('exp', 'show', ...args);
    expect(ended).toMatchObject({ exit, stdout: '' });
    expect(ended.stderr).toContain(message);
  });

  it('shows params that differ, and others when asked', async () => {
    const { rig } = await withThree();
    const head = async (...args: string[]) =>
      (await rig.mlops('exp', 'show', '--csv', ...args)).stdout.split('\r\n')[0];
    expect(await head()).toBe('experiment,state,created,duration_ms,trees,accuracy,loss');
    expect(await head('--all-columns')).toBe(
      'experiment,state,created,duration_ms,trees,depth,accuracy,loss',
    );
    expect(await head('--keep', 'depth', '--drop', 'loss|trees')).toBe(
      'experiment,state,created,duration_ms,depth,accuracy',
    );
    expect(await head('--sort', 'depth', '--columns', 'loss')).toBe('experiment,loss,depth');
  });

  it('fits the terminal and says what it cut', async () => {
    const { rig } = await withThree();
    const { stdout } = await rig.startOnTerminal({ columns: 48, env: { NO_COLOR: '1' } }, 'exp', 'show').done;
    const lines = stdout.split('\r\n');
    expect(lines[0]).toMatch(/^experiment +state +trees +accuracy$/);
    for (const line of lines.slice(0, 6)) expect(line.length).toBeLessThanOrEqual(48);
    expect(lines[6]).toBe(
      'no room for loss, created, duration; --columns chooses, --csv and --html have all',
    );
    expect(stdout).not.toContain('\u001b');
    const wide = await rig.startOnTerminal({ columns: 200 }, 'exp', 'show').done;
    expect(wide.stdout).not.toContain('no room');
    expect(wide.stdout).toContain('\u001b[');
  });

  it('is JSON with every value by file and key', async () => {
    const { rig, baseline } = await withThree();
    const { rows } = JSON.parse((await rig.mlops('exp', 'show', '--json', '--hide-workspace')).stdout);
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatchObject({
      name: 'calm-otter',
      state: 'done',
      baseline,
      created: '2026-11-21T10:00:00.000Z',
      ms: 1500,
      overrides: [{ file: 'params.yaml', key: ['train', 'trees'], op: 'set', value: 200 }],
      params: { 'params.yaml': { 'train.trees': 200, 'train.depth': 8 } },
      metrics: { 'metrics.json': { accuracy: 0.928, loss: 1 - 0.928 } },
    });
  });

  it('shows what waits and what failed beside what was tried', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml':
        'stages: {train: {cmd: node train.mjs, deps: [train.mjs], params: [depth], metrics: [m.json]}}\n',
      'params.yaml': 'depth: 1\n',
      'train.mjs': `import { readFileSync, writeFileSync } from 'node:fs';
const depth = Number(/depth: (\\d+)/.exec(readFileSync('params.yaml', 'utf8'))[1]);
if (depth === 3) process.exit(7);
writeFileSync('m.json', JSON.stringify({ accuracy: depth / 10 }));
`,
    });
    expect(await rig.mlops('repro')).toMatchObject({ exit: 0 });
    await rig.commit('first');
    expect(await rig.mlops('exp', 'run', '--queue', '-S', 'depth=2,3')).toMatchObject({ exit: 0 });
    const shown = async (...args: string[]) => {
      const { stdout } = await rig.mlops(
        'exp',
        'show',
        '--csv',
        '--columns',
        'state,depth,accuracy',
        '--hide-workspace',
        ...args,
      );
      return stdout
        .trim()
        .split('\r\n')
        .map((line) => line.slice(line.indexOf(',') + 1));
    };
    expect(await shown()).toEqual(['state,depth,accuracy', 'baseline,1,0.1', 'waiting,2,', 'waiting,3,']);
    expect(await shown('--hide-queued')).toEqual(['state,depth,accuracy', 'baseline,1,0.1']);
    await rig.mlops('exp', 'run', '--all', '-j', '1');
    expect(await shown()).toEqual(['state,depth,accuracy', 'baseline,1,0.1', 'done,2,0.2', 'failed,3,']);
    expect(await shown('--hide-failed')).toEqual(['state,depth,accuracy', 'baseline,1,0.1', 'done,2,0.2']);
    expect(await shown('--sort', 'accuracy', '--where', 'state == done or state == failed')).toEqual([
      'state,depth,accuracy',
      'done,2,0.2',
      'failed,3,',
    ]);
    const lines = (await rig.mlops('exp', 'show')).stdout.split('\n');
    const name = /[├└]─ (\S+) +✖ failed/.exec(lines.join('\n'))![1]!;
    const { stdout } = await rig.mlops('exp', 'show', name);
    expect(stdout).toMatch(
      new RegExp(
        `^${name}   ✖ failed · just now · on [0-9a-f]{7}\ndepth=3\n.*train.*\n\nnext: mlops exp queue logs ${name} · mlops exp queue retry ${name}\n$`,
      ),
    );
    expect(JSON.parse((await rig.mlops('exp', 'show', name, '--json')).stdout)).toMatchObject({
      name,
      state: 'failed',
    });
  });

  it('says that there is nothing yet, and where the others are', async () => {
    const rig = await openRig();
    expect(await rig.mlops('exp', 'show')).toMatchObject({
      exit: 0,
      stderr: 'no experiments yet; next: mlops exp run -S key=value\n',
    });
    const baseline = await baselineIn(rig);
    madeExperiment(rig, baseline, 'calm-otter', { files: {} });
    await rig.commit('next');
    expect((await rig.mlops('exp', 'show')).stderr).toBe(
      'and 1 experiment on other commits: --all-baselines\n',
    );
    expect((await rig.mlops('exp', 'show', '-A')).stdout).toContain('└─ calm-otter');
    expect((await rig.mlops('exp', 'show', 'HEAD~')).stdout).toContain('└─ calm-otter');
    expect((await rig.mlops('exp', 'show', '-n', '2')).stdout).toContain('└─ calm-otter');
  });

  it('shows the table also where the pipeline of the workspace is wrong, or a file of an experiment is', async () => {
    const { rig, baseline } = await withThree();
    madeExperiment(rig, baseline, 'half', { files: { 'metrics.json': '{"acc' } });
    rig.write({ 'pipeline.yaml': 'stages: [' });
    const { exit, stdout, stderr } = await rig.mlops('exp', 'show');
    expect(exit).toBe(0);
    expect(stdout).toContain('calm-otter');
    expect(stdout).not.toContain('workspace');
    expect(stderr).toMatch(
      /^warning: the workspace is left out: .+\nwarning: half: metrics.json is not valid JSON\n$/,
    );
  });

  it('writes a page out of sight of Git, or where it is told', async () => {
    const { rig } = await withThree();
    const unnamed = await rig.mlops('exp', 'show', '--html');
    expect(unnamed.stdout).toBe(`${rig.path}/.git/mlops/experiments.html\n`);
    const named = await rig.mlops('exp', 'show', '--html', 'out/page.html');
    expect(named.stdout).toBe(`${rig.path}/out/page.html\n`);
    expect(rig.read('out/page.html')).toContain('<h1>Experiments on main</h1>');
  });

  it('reads metrics that only the store keeps, and what the stages took', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml':
        'stages: {train: {cmd: cp params.yaml m.json, params: [auc], metrics: [{m.json: {git: false}}]}}\n',
      'params.yaml': '{"auc": 0.5}\n',
    });
    const baseline = (await rig.commit('first')) as CommitId;
    rig.write({ 'params.yaml': '{"auc": 0.9}\n' });
    expect(await rig.mlops('repro')).toMatchObject({ exit: 0 });
    const files = { 'params.yaml': rig.read('params.yaml'), 'pipeline.lock': rig.read('pipeline.lock') };
    madeExperiment(rig, baseline, 'stored', { files, record: { started: '2020-01-01T00:00:00.000Z' } });
    const { stdout } = await rig.mlops('exp', 'show', '--csv', '--columns', 'm.json:auc', '--hide-workspace');
    expect(stdout).toBe('experiment,m.json:auc\r\nmain,\r\nstored,0.9\r\n');
    const one = await rig.mlops('exp', 'show', 'stored');
    expect(one.stdout).toMatch(/^stages\nstage +time\ntrain +\d+\.\d+ s$/m);
  });
});

describe('one experiment', () => {
  it('is shown in full by its name or commit', async () => {
    const { rig, baseline } = await withThree();
    const { stdout } = await rig.mlops('exp', 'show', 'calm-otter');
    expect(stdout).toMatch(
      new RegExp(`^calm-otter   ✔ done · .+ · 1.5 s · on ${baseline.slice(0, 7)} · commit [0-9a-f]{7}\n`),
    );
    expect(stdout).toContain('params.yaml   train.trees       100          200     +100');
    expect(stdout).toContain('better');
    expect(stdout).toContain('files\n~   metrics.json\n~   params.yaml\n');
    expect(stdout).toContain('next: mlops exp apply calm-otter · mlops exp branch calm-otter NAME');
    const commit = (await rig.git('rev-parse', `refs/mlops/exp/${baseline}/calm-otter`)).trim();
    expect((await rig.mlops('exp', 'show', commit.slice(0, 10))).stdout.slice(0, 10)).toBe('calm-otter');
    expect(JSON.parse((await rig.mlops('exp', 'show', 'calm-otter', '--json')).stdout)).toMatchObject({
      name: 'calm-otter',
      commit,
      files: [
        { path: 'metrics.json', kind: 'changed' },
        { path: 'params.yaml', kind: 'changed' },
      ],
      diff: { params: [{ key: 'train.trees', was: 100, now: 200 }] },
    });
  });

  it('is compared with its baseline, another one, a commit, the workspace', async () => {
    const { rig } = await withThree();
    const params = async (...args: string[]) =>
      JSON.parse((await rig.mlops('exp', 'diff', ...args, '--json')).stdout).params;
    const trees = (was: number, now: number) => [{ file: 'params.yaml', key: 'train.trees', was, now }];
    expect(await params('calm-otter')).toEqual(trees(100, 200));
    expect(await params('calm-otter', 'blue-heron')).toEqual(trees(200, 400));
    expect(await params('HEAD', 'blue-heron')).toEqual(trees(100, 400));
    expect(await params('odd-marten', 'workspace')).toEqual(trees(50, 100));
    expect((await rig.mlops('exp', 'diff', 'calm-otter', '--md')).stdout).toContain(
      '| params.yaml | train.trees | 100 | 200 | +100 |',
    );
    expect(await rig.mlops('exp', 'diff', 'calm-oter')).toEqual({
      exit: 4,
      stdout: '',
      stderr: 'error: no experiment is called "calm-oter"\nhelp: did you mean calm-otter?\n',
    });
  });
});

describe('mlops exp show --md', () => {
  it('is fit for a comment, whatever params and metrics are called', async () => {
    const { rig, baseline } = await withThree();
    const evil = ['@team', '#12', '<img src=x onerror=alert(1)>', '](http://evil.example)', 'a|b', '`x`'];
    madeExperiment(rig, baseline, 'evil', {
      files: {
        'params.yaml': `train:\n  trees: 1\n  note: ${JSON.stringify(evil.join(' '))}\n`,
        'metrics.json': Object.fromEntries(evil.map((name, at) => [name, at])),
      },
      overrides: [],
      message: 'evil',
      record: { started: '2026-11-24T10:00:00.000Z', ended: 'ok' },
    });
    const { exit, stdout } = await rig.mlops('exp', 'show', '--md', '--all-columns');
    expect(exit).toBe(0);
    const { tags, plain } = seenIn(stdout);
    expect(new Set(tags.map((tag) => /^\w+/.exec(tag)![0]))).toEqual(
      new Set(['table', 'thead', 'tbody', 'tr', 'th', 'td', 'code']),
    );
    for (const words of plain) expect(words).not.toMatch(/@team|#12|evil\.example/);
    const cells = stdout.split('\n').map((line) => line.split(/(?<!\\)\|/).length);
    expect(new Set(cells.slice(0, -1)).size, 'every row has as many cells').toBe(1);
  });

  it('says when it is more than a comment may be', async () => {
    const { rig, baseline } = await withThree();
    const metrics = Object.fromEntries(
      Array.from({ length: 1500 }, (_, at) => [`metric-${at}-${'x'.repeat(50)}`, at]),
    );
    madeExperiment(rig, baseline, 'large', {
      files: { 'params.yaml': 'train:\n  trees: 1\n', 'metrics.json': metrics },
      overrides: [],
      message: 'large',
      record: { started: '2026-11-24T10:00:00.000Z', ended: 'ok' },
    });
    const all = await rig.mlops('exp', 'show', '--md', '--all-columns');
    expect(all.stderr).toMatch(/characters, more than the 65,536 characters of a comment on GitHub: --where/);
    expect((await rig.mlops('exp', 'show', '--md', '--columns', 'trees')).stderr).toBe('');
  });
});
