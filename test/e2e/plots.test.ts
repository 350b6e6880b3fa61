// `mlops plots` through the real program: of the workspace, of commits, of outs that Git does not keep, of experiments.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, repro, words } from './story.ts';

const history = (factor: number): string =>
  Array.from({ length: 5 }, (_, step) => JSON.stringify({ step, loss: factor / (step + 1) })).join('\n');

/** A stage that writes its history into Git, its predictions into the store, and a folder of curves. */
const PROJECT = {
  'pipeline.yaml': `plots:
  - Loss: {x: step, y: {metrics/train.jsonl: loss}, y_scale: log}
  - Confusion: {template: confusion, x: actual, y: {predictions.csv: predicted}}
  - curves
stages:
  train:
    cmd:
      - mkdir -p metrics curves
      - cp history.jsonl metrics/train.jsonl
      - printf 'actual,predicted\\na,a\\nb,\${label}\\n' > predictions.csv
      - printf 'fpr\\ttpr\\n0\\t0\\n1\\t1\\n' > curves/roc.tsv
      - printf 'no points' > curves/notes.md
    deps: [history.jsonl]
    params: [label]
    outs: [predictions.csv, curves]
    plots: [metrics/train.jsonl]
`,
  'params.yaml': 'label: b\n',
  'history.jsonl': history(2),
};

async function project(): Promise<Rig> {
  const rig = await openRig();
  rig.write(PROJECT);
  await repro(rig);
  await rig.git('add', '-A');
  await rig.git('commit', '-q', '-m', 'first');
  return rig;
}

interface Drawn {
  readonly revisions: readonly string[];
  readonly figures: readonly {
    readonly title: string;
    readonly kind: string;
    readonly files: readonly string[];
    readonly series?: readonly { readonly name: string; readonly summary?: { readonly last: number } }[];
    readonly matrices?: readonly { readonly name: string; readonly counts: readonly (readonly number[])[] }[];
  }[];
  readonly troubles: readonly { readonly rev: string; readonly file: string; readonly problem: string }[];
}

async function json(rig: Rig, ...args: readonly string[]): Promise<Drawn> {
  return JSON.parse(expectExit(await rig.mlops('plots', ...args, '--json'), 0).stdout) as Drawn;
}

describe('plots show', () => {
  it('draws what is declared, on the terminal and on a page that Git does not see', async () => {
    const rig = await project();
    const ignored = await rig.git('status', '--porcelain', '--ignored');
    const shown = expectExit(await rig.mlops('plots', 'show'), 0);
    expect(shown.stdout).toMatch(
      /Loss {2}metrics\/train\.jsonl\n.*last.*\n {2}loss +\S{5} +0\.400 +0\.400 +2\n/,
    );
    expect(shown.stdout).toContain('100.0 %');
    expect(shown.stdout).toContain('page: .git/mlops/plots.html\n');
    expect(rig.read('.git/mlops/plots.html')).toContain('<!doctype html>');
    expect(await rig.git('status', '--porcelain', '--ignored')).toBe(ignored);
  });

  it('takes what a stage appended while it still writes', async () => {
    const rig = await project();
    rig.write({ 'metrics/train.jsonl': `${history(2)}\n{"step":5,"lo` });
    expect(words(expectExit(await rig.mlops('plots', 'show', 'Loss'), 0))).toContain(
      'the last line is not complete yet',
    );
  });

  it('draws any file, as the flags say, seen from the folder one stands in', async () => {
    const rig = await project();
    rig.write({ 'sub/log.csv': '0,5\r\n1,7\r\n' });
    const flags = ['-x', '0', '-y', '1', '--no-header', '--title', 'T', '--x-label', 'X', '--json'];
    const ended = await rig.mlopsWith({ cwd: 'sub' }, 'plots', 'show', 'log.csv', ...flags);
    const { figures } = JSON.parse(expectExit(ended, 0).stdout) as Drawn;
    expect(figures).toMatchObject([
      {
        title: 'T',
        x: { label: 'X' },
        files: ['sub/log.csv'],
        series: [
          {
            points: [
              [0, 5],
              [1, 7],
            ],
          },
        ],
      },
    ]);
  });

  it('draws what a stage writes', async () => {
    const rig = await project();
    const { figures } = await json(rig, 'show', 'train');
    expect(figures.map(({ title }) => title)).toEqual(['Loss', 'Confusion', 'fpr', 'tpr', 'loss']);
  });

  it('draws a folder file by file, and leaves what holds no points', async () => {
    const rig = await project();
    const { figures } = await json(rig, 'show', 'curves', '-t', 'roc');
    expect(figures.map(({ files }) => files)).toEqual([['curves/roc.tsv']]);
  });

  it('writes SVG files, and the page where it is told to', async () => {
    const rig = await project();
    expectExit(await rig.mlops('plots', 'show', '--svg', 'pictures', '--out', 'docs/p.html'), 0);
    expect(rig.files().filter((path) => /^(pictures|docs)/.test(path))).toEqual([
      'docs/p.html',
      'pictures/Confusion.svg',
      'pictures/Loss.svg',
      'pictures/fpr.svg',
      'pictures/tpr.svg',
    ]);
    expect(rig.read('pictures/Loss.svg')).toMatch(/^<svg xmlns/);
    expect(rig.has('.git/mlops/plots.html')).toBe(false);
  });
});

describe('plots diff', () => {
  it('draws HEAD and the workspace; outs that are not in Git come from the store by their lock', async () => {
    const rig = await project();
    rig.write({ 'history.jsonl': history(4), 'params.yaml': 'label: a\n' });
    await repro(rig);
    const { revisions, figures, troubles } = await json(rig, 'diff');
    expect(revisions).toEqual(['HEAD', 'workspace']);
    expect(troubles).toEqual([]);
    const [loss, confusion, curves] = figures;
    expect(loss!.series!.map(({ name, summary }) => [name, summary!.last])).toEqual([
      ['HEAD', 0.4],
      ['workspace', 0.8],
    ]);
    expect(confusion!.matrices).toEqual([
      {
        name: 'HEAD',
        counts: [
          [1, 0],
          [0, 1],
        ],
      },
      {
        name: 'workspace',
        counts: [
          [1, 0],
          [1, 0],
        ],
      },
    ]);
    expect(curves!.files).toEqual(['curves/roc.tsv']);
  });

  it('of a file that one side lacks says so and goes on', async () => {
    const rig = await project();
    rig.write({ 'new.csv': 'step,v\n0,1\n' });
    const ended = expectExit(await rig.mlops('plots', 'diff', '--targets', 'new.csv'), 0);
    expect(ended.stderr).toContain('new.csv of HEAD is not there');
    expect(ended.stdout).toContain('workspace');
  });

  it('says what the lock records and the store lacks', async () => {
    const rig = await project();
    await rig.git('tag', 'v1');
    const copy = await rig.clone('copy');
    const ended = expectExit(await copy.mlops('plots', 'show', '--rev', 'v1'), 0);
    expect(ended.stdout).toContain('Loss');
    expect(ended.stderr).toContain(
      'predictions.csv of v1 is recorded, but its bytes are not here: mlops fetch',
    );
  });

  it('takes commits, tags and experiments by name', async () => {
    const rig = await project();
    await rig.git('tag', 'v1');
    const head = (await rig.git('rev-parse', 'HEAD')).trim();
    const record = {
      v: 1,
      name: 'calm-otter',
      baseline: head,
      baselineTree: (await rig.git('rev-parse', 'HEAD^{tree}')).trim(),
      patch: null,
      overrides: [],
      ticket: null,
      sweep: null,
      ended: 'ok',
      ms: 1,
      started: '2026-01-01T00:00:00Z',
    };
    rig.write({ 'metrics/train.jsonl': history(8) });
    await rig.git('commit', '-q', '-am', `x\n\nMlops-Experiment: ${JSON.stringify(record)}`);
    await rig.git('update-ref', `refs/mlops/exp/${head}/calm-otter`, 'HEAD');
    await rig.git('reset', '-q', '--hard', head);
    const { figures } = await json(rig, 'diff', 'v1', 'calm-otter', 'workspace', '--targets', 'Loss');
    expect(figures[0]!.series!.map(({ name, summary }) => [name, summary!.last])).toEqual([
      ['v1', 0.4],
      ['calm-otter', 1.6],
      ['workspace', 0.4],
    ]);
    expect(words(expectExit(await rig.mlops('plots', 'diff', 'calm-oter'), 4))).toContain(
      'did you mean calm-otter?',
    );
  });
});

describe('plots templates', () => {
  it('lists them, or tells of one', async () => {
    const rig = await openRig();
    expect(expectExit(await rig.mlops('plots', 'templates'), 0).stdout).toContain('confusion_normalized');
    const one = JSON.parse(
      expectExit(await rig.mlops('plots', 'templates', 'roc', '--json'), 0).stdout,
    ) as object;
    expect(one).toMatchObject({ name: 'roc', x: ['fpr', 'false_positive_rate'] });
  });
});

describe('what cannot be drawn', () => {
  it('is said in words, with what to do', async () => {
    const rig = await project();
    rig.write({ 'b.png': Uint8Array.of(137, 80, 0, 1), 'e.csv': '', 'bin.csv': Uint8Array.of(0, 1, 2) });
    for (const [args, exit, said] of [
      [['show', 'metrics/train.jsonl', '-y', 'los'], 4, 'has no column "los"; did you mean "loss"?'],
      [['show', 'b.png'], 4, 'is no JSON, JSON lines, YAML, CSV or TSV by its name'],
      [['show', 'bin.csv'], 4, 'is no text in UTF-8'],
      [['show', 'e.csv'], 4, 'e.csv of workspace is empty'],
      [['show', 'gone.csv'], 5, 'gone.csv of workspace is not there'],
      [['show', '../x.csv'], 4, 'stay inside it'],
      [['show', '--rev', 'nowhere'], 4, 'no commit or experiment is called "nowhere"'],
      [['show', '-t', 'confusoin'], 2, 'did you mean "confusion"?'],
      [['show', '--y-scale', 'lgo'], 2, 'linear, log'],
      [['templates', 'x'], 2, 'mlops plots templates'],
    ] as const)
      expect(words(expectExit(await rig.mlops('plots', ...args), exit)), args.join(' ')).toContain(said);
  });

  it('also where no plot is declared', async () => {
    const rig = await openRig();
    rig.write({ 'pipeline.yaml': 'stages: {a: {cmd: x}}\n' });
    expect(words(expectExit(await rig.mlops('plots', 'show'), 4))).toContain(
      'mlops plots show metrics/train.jsonl',
    );
    expect(words(expectExit(await rig.mlops('plots', 'diff'), 4))).toContain('there is no commit yet');
  });

  it('of a folder of data is refused, not drawn for an hour', async () => {
    const rig = await openRig();
    const files = Array.from({ length: 201 }, (_, at) => [`data/${at}.csv`, 'a\n1\n'] as const);
    rig.write({ 'pipeline.yaml': 'stages: {a: {cmd: x}}\n', ...Object.fromEntries(files) });
    expect(words(expectExit(await rig.mlops('plots', 'show', 'data'), 2))).toContain(
      '201 files would be drawn',
    );
  });

  it('of a history that is too large is refused before it is read', async () => {
    const rig = await openRig();
    rig.write({ 'pipeline.yaml': 'stages: {a: {cmd: x}}\n' });
    await rig.run('truncate', '-s', '200000000', 'big.csv');
    expect(words(expectExit(await rig.mlops('plots', 'show', 'big.csv'), 4))).toContain(
      'too large to draw: 200 MB',
    );
  });
});

it('keeps equal pages equal', async () => {
  const rig = await project();
  expectExit(await rig.mlops('plots', 'show', '-o', 'a.html'), 0);
  expectExit(await rig.mlops('plots', 'show', '-o', 'b.html'), 0);
  expect(readFileSync(join(rig.path, 'a.html'))).toEqual(readFileSync(join(rig.path, 'b.html')));
});
