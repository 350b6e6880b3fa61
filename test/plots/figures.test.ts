// Declared plots and files of revisions → what is drawn.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RepoPath } from '../../src/core/ids.ts';
import type { PlotDecl } from '../../src/core/plot.ts';
import type { Figure } from '../../src/plots/figure.ts';
import { figuresOf } from '../../src/plots/figures.ts';
import { withFolders } from '../../src/plots/folders.ts';
import type { Revision } from '../../src/plots/sources.ts';
import { revisionOf } from './revision.ts';

type Sketch = Partial<Omit<PlotDecl, 'x' | 'y'>> & {
  readonly x?: string | { readonly [file: string]: string };
  readonly y: { readonly [file: string]: readonly string[] };
};

function plot({ x, y, ...more }: Sketch): PlotDecl {
  return {
    id: 'P',
    where: { file: 'pipeline.yaml' },
    ...more,
    x:
      x === undefined
        ? []
        : typeof x === 'string'
          ? [{ column: x }]
          : Object.entries(x).map(([file, column]) => ({ file: file as RepoPath, column })),
    y: Object.entries(y).map(([file, columns]) => ({ file: file as RepoPath, columns })),
  };
}

function draw(sketch: Sketch, ...revisions: readonly Revision[]) {
  return figuresOf([plot(sketch)], revisions);
}

function one<Kind extends Figure['kind']>(kind: Kind, sketch: Sketch, ...revisions: readonly Revision[]) {
  const { figures, troubles } = draw(sketch, ...revisions);
  expect(troubles).toEqual([]);
  expect(figures.map((each) => each.kind)).toEqual([kind]);
  return figures[0] as Extract<Figure, { readonly kind: Kind }>;
}

const TRAIN =
  '{"step":0,"loss":2,"acc":0.1}\n{"step":10,"loss":1,"acc":0.6}\n{"step":20,"loss":0.5,"acc":0.8}\n';
const NOW = revisionOf('workspace', { 'm.jsonl': TRAIN });

describe('lines', () => {
  it('of a file are one figure a column of numbers, over its steps', () => {
    const { figures } = draw({ id: 'm.jsonl', y: { 'm.jsonl': [] } }, NOW);
    expect(figures.map(({ title }) => title)).toEqual(['loss', 'acc']);
    expect(figures[0]).toMatchObject({
      kind: 'lines',
      markers: false,
      x: { label: 'step' },
      y: { label: 'loss' },
      series: [
        {
          name: 'loss',
          points: [
            [0, 2],
            [10, 1],
            [20, 0.5],
          ],
          summary: { count: 3, min: 0.5, max: 2, last: 0.5 },
        },
      ],
    });
  });

  it('of named columns stand in one figure; the same column of two revisions stands together', () => {
    const was = revisionOf('HEAD', { 'm.jsonl': TRAIN.replaceAll(/"loss":/g, '"loss":1') });
    const figure = one('lines', { y: { 'm.jsonl': ['loss', 'acc'] } }, was, NOW);
    expect(figure.markers).toBe(true);
    expect(figure.series.map(({ name }) => name)).toEqual([
      'loss · HEAD',
      'loss · workspace',
      'acc · HEAD',
      'acc · workspace',
    ]);
  });

  it('of several files are named by what tells the files apart', () => {
    const files = { 'plots/train/acc.tsv': 'step\tacc\n0\t1\n', 'plots/eval/acc.tsv': 'step\tacc\n0\t2\n' };
    const figure = one(
      'lines',
      { x: 'step', y: { 'plots/train/acc.tsv': ['acc'], 'plots/eval/acc.tsv': ['acc'] } },
      revisionOf('workspace', files),
    );
    expect(figure.series.map(({ name }) => name)).toEqual(['train', 'eval']);
  });

  it('take x from another file where that is said', () => {
    const files = { 'x.csv': 't\n5\n6\n', 'y.csv': 'v\n1\n2\n3\n' };
    const figure = one('lines', { x: { 'x.csv': 't' }, y: { 'y.csv': ['v'] } }, revisionOf('w', files));
    expect(figure.series[0]!.points).toEqual([
      [5, 1],
      [6, 2],
    ]);
    expect(figure.notes).toEqual(['x has 2 rows, y 3']);
  });

  it('go by row where there is no step, or x holds no numbers', () => {
    const files = { 'a.csv': 'day,v\nmon,1\ntue,4\n' };
    expect(one('lines', { y: { 'a.csv': ['v'] } }, revisionOf('w', files))).toMatchObject({
      x: { label: 'row' },
      series: [
        {
          points: [
            [0, 1],
            [1, 4],
          ],
        },
      ],
      notes: [],
    });
    const dated = one('lines', { x: 'day', y: { 'a.csv': ['v'] } }, revisionOf('w', files));
    expect(dated.notes).toEqual(['x "day" holds no numbers: drawn by row']);
  });

  it('go from left to right, also where a history was continued', () => {
    const figure = one(
      'lines',
      { y: { 'a.csv': ['v'] } },
      revisionOf('w', { 'a.csv': 'step,v\n2,9\n0,1\n1,2\n' }),
    );
    expect(figure.series[0]!.points).toEqual([
      [0, 1],
      [1, 2],
      [2, 9],
    ]);
  });

  it('leave out what is no number, and say so', () => {
    const text = 'step,v\n0,1\n1,NaN\n2,inf\n3,oops\n4,\n5,2\n';
    const figure = one('lines', { y: { 'a.csv': ['v'] } }, revisionOf('w', { 'a.csv': text }));
    expect(figure.series[0]!.points).toEqual([
      [0, 1],
      [5, 2],
    ]);
    expect(figure.notes).toEqual(['2 NaN or infinite and 1 that is no number left out']);
    const logarithmic = one(
      'lines',
      { yScale: 'log', y: { 'a.csv': ['v'] } },
      revisionOf('w', { 'a.csv': 'v\n0\n-1\n10\n' }),
    );
    expect(logarithmic.series[0]!.points).toEqual([[2, 10]]);
    expect(logarithmic.notes).toEqual(['2 at or below zero cannot stand on a logarithmic axis']);
  });

  it('of a million points are thinned by a method that has a name; the numbers beside them are of all', () => {
    const rows = Array.from({ length: 1e6 }, (_, at) => `${at},${at === 654_321 ? 99 : Math.sin(at / 1e5)}`);
    const figure = one(
      'lines',
      { y: { 'a.csv': ['v'] } },
      revisionOf('w', { 'a.csv': `step,v\n${rows.join('\n')}\n` }),
    );
    expect(figure.series[0]!.points).toHaveLength(600);
    expect(figure.series[0]!.points).toContainEqual([654_321, 99]);
    expect(figure.series[0]!.summary).toMatchObject({ count: 1e6, max: 99 });
    expect(figure.notes).toEqual(['lines of more than 600 points are thinned by LTTB']);
  });

  it('of a template that smooths keep their points behind', () => {
    const noisy = Array.from({ length: 100 }, (_, at) => `${at},${at % 2}`).join('\n');
    const figure = one(
      'lines',
      { template: 'smooth', y: { 'a.csv': ['v'] } },
      revisionOf('w', { 'a.csv': `step,v\n${noisy}` }),
    );
    expect(figure.series[0]!.behind).toHaveLength(100);
    expect(figure.series[0]!.points[50]![1]).toBeCloseTo(0.5, 1);
    expect(figure.notes).toEqual(['smoothed by LOESS, span 30 %; the points behind in pale']);
  });
});

describe('a ROC curve', () => {
  const golden = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../fixtures/plots/golden.json'), 'utf8'),
  ) as { readonly roc: { readonly fpr: number[]; readonly tpr: number[]; readonly auc: number } };

  it('finds its columns and has the area that scikit-learn says', () => {
    const { fpr, tpr, auc } = golden.roc;
    const roc = fpr.map((x, at) => ({ fpr: x, tpr: tpr[at], threshold: 0 }));
    const figure = one(
      'lines',
      { template: 'roc', y: { 'roc.json': [] } },
      revisionOf('w', { 'roc.json': JSON.stringify({ roc }) }),
    );
    expect(figure.square).toBe(true);
    expect(figure.series[0]!.auc).toBeCloseTo(auc, 12);
  });
});

describe('dots', () => {
  it('are rows of two columns; many are drawn in part', () => {
    const rows = Array.from({ length: 5000 }, (_, at) => `${at},${at}`).join('\n');
    const figure = one(
      'scatter',
      { template: 'scatter', x: 'a', y: { 'a.csv': ['b'] } },
      revisionOf('w', { 'a.csv': `a,b\n${rows}` }),
    );
    expect(figure.series[0]!.points).toHaveLength(1667);
    expect(figure.series[0]!.summary!.count).toBe(5000);
    expect(figure.notes).toEqual(['of more than 2,000 dots every n-th is drawn']);
  });

  it('are moved a little by scatter_jitter, the same every time and never to a neighbour', () => {
    const sketch: Sketch = { template: 'scatter_jitter', x: 'a', y: { 'a.csv': ['b'] } };
    const files = revisionOf('w', { 'a.csv': 'a,b\n1,1\n1,1\n2,1\n' });
    const figure = one('scatter', sketch, files);
    expect(one('scatter', sketch, files)).toEqual(figure);
    const xs = figure.series[0]!.points.map(([x]) => x);
    expect(xs.map(Math.round)).toEqual([1, 1, 2]);
    expect(xs[0]).not.toBe(xs[1]);
  });
});

describe('bars', () => {
  const FILES = {
    'f.json': '[{"name":"a","importance":1},{"name":"b","importance":3},{"name":"c","importance":"x"}]',
  };

  it('have the names of y and the lengths of x, in the order of the file or the longest first', () => {
    const figure = one('bars', { template: 'bar_horizontal', y: { 'f.json': [] } }, revisionOf('w', FILES));
    expect([figure.categories, figure.series[0]!.values]).toEqual([
      ['a', 'b'],
      [1, 3],
    ]);
    expect(figure.notes).toEqual(['1 that is no number left out']);
    const sorted = one(
      'bars',
      { template: 'bar_horizontal_sorted', x: 'importance', y: { 'f.json': ['name'] } },
      revisionOf('w', FILES),
    );
    expect(sorted.categories).toEqual(['b', 'a']);
  });

  it('of two revisions stand in groups, with a gap where one has none', () => {
    const was = revisionOf('HEAD', { 'f.json': '[{"name":"a","importance":2}]' });
    const figure = one(
      'bars',
      { template: 'bar_horizontal', y: { 'f.json': [] } },
      was,
      revisionOf('w', FILES),
    );
    expect(figure.series).toEqual([
      { name: 'HEAD', color: 0, values: [2, null] },
      { name: 'w', color: 1, values: [1, 3] },
    ]);
  });
});

describe('a confusion matrix', () => {
  const CSV = 'actual,predicted\n10,9\n9,9\n10,10\n2,10\n,9\n';

  it('counts rows by actual and predicted; numbers are in their order; empty cells do not count', () => {
    const figure = one(
      'confusion',
      { template: 'confusion', y: { 'p.csv': [] } },
      revisionOf('w', { 'p.csv': CSV }),
    );
    expect(figure.labels).toEqual(['2', '9', '10']);
    expect(figure.matrices).toEqual([
      {
        name: 'w',
        counts: [
          [0, 0, 1],
          [0, 1, 0],
          [0, 1, 1],
        ],
      },
    ]);
  });

  it('has one picture a revision over the classes of all', () => {
    const was = revisionOf('HEAD', { 'p.csv': 'actual,predicted\n5,5\n' });
    const figure = one(
      'confusion',
      { template: 'confusion', y: { 'p.csv': [] } },
      was,
      revisionOf('w', { 'p.csv': CSV }),
    );
    expect(figure.labels).toEqual(['2', '5', '9', '10']);
    expect(figure.matrices.map(({ name }) => name)).toEqual(['HEAD', 'w']);
  });

  it('without its columns, or with too many classes, says so', () => {
    const { figures, troubles } = draw(
      { template: 'confusion', y: { 'p.csv': [] } },
      revisionOf('w', { 'p.csv': 'a,b\n1,2\n' }),
    );
    expect(figures).toEqual([]);
    expect(troubles[0]!.problem).toMatch(/name the columns.*-x actual -y predicted; it has a, b/);
    const many = Array.from({ length: 50 }, (_, at) => `${at},${at}`).join('\n');
    const wide = draw(
      { template: 'confusion', y: { 'p.csv': [] } },
      revisionOf('w', { 'p.csv': `actual,predicted\n${many}\n` }),
    );
    expect(wide.troubles[0]!.problem).toContain('50 classes');
  });
});

describe('trouble', () => {
  it('of one revision leaves the others', () => {
    const { figures, troubles } = draw({ y: { 'm.jsonl': ['loss'] } }, revisionOf('HEAD', {}), NOW);
    expect(figures).toHaveLength(1);
    expect(figures[0]).toMatchObject({ series: [{ name: 'workspace', color: 1 }] });
    expect(troubles).toEqual([{ rev: 'HEAD', file: 'm.jsonl', kind: 'absent', problem: 'is not there' }]);
  });

  it('names the nearest column, or those that there are', () => {
    expect(draw({ y: { 'm.jsonl': ['los'] } }, NOW).troubles[0]!.problem).toBe(
      'has no column "los"; did you mean "loss"?',
    );
    expect(draw({ x: 'elsewhere', y: { 'm.jsonl': ['loss'] } }, NOW).troubles[0]!.problem).toBe(
      'has no column "elsewhere"; it has step, loss, acc',
    );
  });

  it('says of a file without rows or numbers what it lacks', () => {
    const files = { 'a.csv': 'a,b\n', 'b.csv': 'a\nx\n', 'c.csv': '' };
    const found = Object.keys(files).map(
      (file) => draw({ y: { [file]: [] } }, revisionOf('w', files)).troubles[0]!.problem,
    );
    expect(found).toEqual(['has no rows', 'has no column of numbers', 'is empty']);
  });
});

describe('a folder', () => {
  it('is a plot of each file that holds points', () => {
    const [first, ...rest] = withFolders(
      [plot({ id: 'plots', title: 'T', y: { plots: [] } })],
      () => ['plots/a.csv', 'plots/b.png', 'plots/c/d.jsonl'] as RepoPath[],
    );
    expect([first!.id, first!.y[0]!.file, first!.title]).toEqual(['plots/a.csv', 'plots/a.csv', 'T']);
    expect(rest.map(({ id }) => id)).toEqual(['plots/c/d.jsonl']);
  });

  it('that is a file, or nothing, stays as it is', () => {
    const file = plot({ id: 'a.csv', y: { 'a.csv': [] } });
    expect(withFolders([file], (path) => [path])).toEqual([file]);
    expect(withFolders([file], () => [])).toEqual([file]);
  });
});
