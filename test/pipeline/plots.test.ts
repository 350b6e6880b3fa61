import { describe, expect, it } from 'vitest';
import { load, problems } from './rig.ts';

const STAGES = 'stages: {train: {cmd: x}}\n';

function plots(yaml: string, file = 'pipeline.yaml') {
  return load({ [file]: `${yaml}${STAGES}` }).plots.map(({ where: _, ...plot }) => plot);
}

describe('plots of a file', () => {
  it('are paths, or paths with the columns to draw', () => {
    expect(
      plots(`plots:
  - metrics/train.jsonl
  - logs.csv: {x: epoch, y: [loss, val_loss], title: Loss, y_scale: log, header: false}
  - eval:
`),
    ).toEqual([
      { id: 'metrics/train.jsonl', x: [], y: [{ file: 'metrics/train.jsonl', columns: [] }] },
      {
        id: 'logs.csv',
        x: [{ column: 'epoch' }],
        y: [{ file: 'logs.csv', columns: ['loss', 'val_loss'] }],
        title: 'Loss',
        yScale: 'log',
        header: false,
      },
      { id: 'eval', x: [], y: [{ file: 'eval', columns: [] }] },
    ]);
  });

  it('are names with columns of files, as in DVC; paths start from the folder of the file', () => {
    expect(
      plots(
        `plots:
  - Accuracy:
      template: smooth
      x: {train.tsv: step, eval.tsv: step}
      y: {train.tsv: acc, eval.tsv: [acc, top5]}
      x_label: Steps
      y_label: Share
`,
        'sub/pipeline.yaml',
      ),
    ).toEqual([
      {
        id: 'Accuracy',
        template: 'smooth',
        x: [
          { file: 'sub/train.tsv', column: 'step' },
          { file: 'sub/eval.tsv', column: 'step' },
        ],
        y: [
          { file: 'sub/train.tsv', columns: ['acc'] },
          { file: 'sub/eval.tsv', columns: ['acc', 'top5'] },
        ],
        xLabel: 'Steps',
        yLabel: 'Share',
      },
    ]);
  });

  it('are filled in like stages', () => {
    const files = {
      'pipeline.yaml': `vars: [{model: forest}]\nplots: ['metrics/\${model}.jsonl']\n${STAGES}`,
    };
    expect(load(files).plots[0]!.id).toBe('metrics/forest.jsonl');
  });

  it('say what is wrong with them, and where', () => {
    expect(
      problems(`plots:
  - a.csv: {template: liner}
  - b.csv: {xx: step}
${STAGES}`),
    ).toEqual([
      expect.stringMatching(/:2:23 .*"liner" is not one of.*did you mean "linear"/),
      expect.stringMatching(/:3:13 .*unknown key "xx"/),
    ]);
    expect(problems(`plots: [../outside.csv]\n${STAGES}`)).toEqual([
      expect.stringMatching(/:1:9 .*leads outside the repository/),
    ]);
    expect(
      problems(`plots:\n  - n: {x: {a.csv: s, b.csv: s}, y: {a.csv: l, b.csv: l, c.csv: l}}\n${STAGES}`),
    ).toEqual([expect.stringMatching(/2 files for x and 3 for y/)]);
  });
});

describe('plots of a stage', () => {
  const found = load(`stages:
  train:
    cmd: x
    wdir: sub
    plots:
      - train.jsonl
      - roc.json: {template: roc, cache: false, git: false}
      - preds.csv:
          - {template: confusion, x: actual, y: predicted}
          - {x: score, desc: d}
`);

  it('are outs that Git keeps, with the options of outs', () => {
    const { outs } = found.stages.get('train' as never)!;
    const shown = outs.map(({ path, git, cache, metric, desc }) => ({ path, git, cache, metric, desc }));
    expect(shown).toEqual([
      { path: 'sub/train.jsonl', git: true, cache: true, metric: false, desc: undefined },
      { path: 'sub/roc.json', git: false, cache: false, metric: false, desc: undefined },
      { path: 'sub/preds.csv', git: true, cache: true, metric: false, desc: 'd' },
    ]);
    expect(Object.keys(outs[1]!)).not.toContain('template');
  });

  it('are drawn, some in several ways', () => {
    expect(found.plots.map(({ id, template, x }) => [id, template, x])).toEqual([
      ['sub/train.jsonl', undefined, []],
      ['sub/roc.json', 'roc', []],
      ['sub/preds.csv', 'confusion', [{ column: 'actual' }]],
      ['sub/preds.csv', undefined, [{ column: 'score' }]],
    ]);
  });

  it('have one owner like any out', () => {
    const two = 'stages:\n  a: {cmd: x, plots: [p.csv]}\n  b: {cmd: x, outs: [p.csv]}\n';
    expect(problems(two)).toEqual([expect.stringContaining('p.csv is an out of a and an out of b')]);
  });
});
