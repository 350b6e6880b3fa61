// Whole explanations: models as they are exported, and the ways in which an explanation could fool its reader.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { checkShape } from '../../../src/core/shape.ts';
import { type Explanation, explain } from '../../../src/ml/explain/explain.ts';
import { explainShape } from '../../../src/ml/explain/options.ts';
import { planExplain } from '../../../src/ml/explain/plan.ts';
import { writeLinearRegression, writeLogisticRegression } from '../../../src/ml/onnx/write.ts';
import { canonicalJson } from '../../../src/util/canonical-json.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { failureOf, folder } from '../frame/folder.ts';

const models = join(import.meta.dirname, '../../../fixtures/ml/models');
const FOREST = {
  model: 'forest-zipmap.onnx',
  data: 'rows.csv',
  target: 'busy',
  features: ['temp', 'wind', 'hour'],
};
const ALL = ['importance', 'shap', 'pdp', 'surrogate', 'lime', 'anchors'];

async function explained(options: JsonObject, cwd = models, log: string[] = []): Promise<Explanation> {
  expect(checkShape(explainShape, options)).toEqual([]);
  expect(planExplain(options, 'why').problems).toEqual([]);
  return explain(options, { cwd, stage: 'why', log: (text) => log.push(text) });
}

/** Columns a, b, red, blue and the truth y = 2a − b + 3·red + noise of nothing; `line.onnx` is that line. */
function line(rows = 200) {
  const random = randomFrom(5);
  const lines = Array.from({ length: rows }, () => {
    const [a, b] = [random.unit(), random.unit()].map((value) => Number(value.toFixed(4)));
    const red = random.below(2);
    return [a!, b!, red, 1 - red, Number((2 * a! - b! + 3 * red).toFixed(6))];
  });
  return folder({
    'line.onnx': writeLinearRegression({
      features: ['a', 'b', 'color_red', 'color_blue'],
      weights: [2, -1, 3, 0],
      intercept: 0,
    }),
    'd.csv': `a,b,color_red,color_blue,y\n${lines.map((cells) => cells.join()).join('\n')}\n`,
  });
}
const LINE = { model: 'line.onnx', data: 'd.csv', target: 'y' };

describe('an explanation', () => {
  it('of a forest has every method, adds up, and is the same to the byte each time', async () => {
    const options = {
      ...FOREST,
      positive: 'yes',
      methods: ALL,
      lime: { samples: 300 },
      anchors: { calls: 2000 },
      rows: { worst: 2 },
    };
    const log: string[] = [];
    const { report, details } = await explained(options, models, log);
    expect(log[0]).toMatch(/^planned model calls: [\d,]+ rows \(/);
    expect(report.explains).toMatchObject({ kind: 'probability', class: 'yes', class_from: 'positive' });
    expect(report.importance!.columns.map(({ name }) => name)[0]).toBe('temp');
    expect(report.shap).toMatchObject({
      method: 'exact',
      rows: 100,
      background: { rows: 100, from: 'data' },
    });
    expect(report.shap!.additivity.worst).toBeLessThan(report.shap!.additivity.limit);
    expect(report.pdp!.columns).toHaveLength(3);
    expect(details.pdp[0]!.at).toHaveLength(100);
    expect(details.local).toHaveLength(2);
    for (const row of details.local) {
      expect(row.predicted).not.toBe(row.actual);
      const sum = row.shap!.parts.reduce((total, { value }) => total + value, row.shap!.base);
      expect(sum).toBeCloseTo(row.answer, 5);
      expect(row.lime!.parts).toHaveLength(3);
      expect(row.anchor!.precision).toBeGreaterThan(0.5);
    }
    const again = await explained(options);
    expect(canonicalJson(again.report)).toBe(canonicalJson(report));
    expect(canonicalJson(again.details)).toBe(canonicalJson(details));
  });

  it('of text, whole-number and float inputs by name works too, categories by name', async () => {
    const { report, details } = await explained({
      model: 'pipeline-strings.onnx',
      data: 'rows.csv',
      target: 'busy',
      positive: 'yes',
    });
    const weather = details.pdp.find(({ name }) => name === 'weather')!;
    expect(weather.kind).toBe('categorical');
    expect([...weather.at].sort()).toEqual(['fog', 'rain', 'sun']);
    const hour = details.pdp.find(({ name }) => name === 'hour');
    expect(hour === undefined || hour.at.every(Number.isInteger)).toBe(true);
    expect(report.shap!.columns.find(({ name }) => name === 'weather')!.direction).toBeNull();
  });

  it('of a line finds the line: importances, parts, straight curves', async () => {
    const { report, details } = await explained({ ...LINE, groups: 'prefix', rows: [0] }, line());
    expect(report.groups.map(({ name }) => name)).toEqual(['a', 'b', 'color']);
    expect(report.importance).toMatchObject({ metric: 'root_mean_squared_error' });
    expect(report.importance!.baseline).toBeCloseTo(0, 5);
    expect(report.importance!.columns.map(({ name }) => name)).toEqual(['color', 'a', 'b']);
    expect(report.shap!.columns.find(({ name }) => name === 'b')!.direction).toBeCloseTo(-1, 3);
    const curve = details.pdp.find(({ name }) => name === 'a')!;
    const [first, last] = [curve.at[0] as number, curve.at.at(-1) as number];
    expect(curve.mean.at(-1)! - curve.mean[0]!).toBeCloseTo(2 * (last - first), 4);
    expect(details.pdp.find(({ name }) => name === 'color')!.at.toSorted()).toEqual(['blue', 'red']);
    expect(report.surrogate!.fidelity).toBeGreaterThan(0.8);
    expect(report.unavailable).toEqual({});
  });

  it('holds no row in its report, and no value of a row anywhere unless that is allowed', async () => {
    const options = { ...LINE, rows: [3], methods: ['shap'] };
    const { report, details } = await explained(options, line());
    expect(report).not.toHaveProperty('local');
    expect(details.local[0]!.values).toBeNull();
    const { details: open } = await explained({ ...options, privacy: { rows: true } }, line());
    expect(Object.keys(open.local[0]!.values!)).toEqual(['a', 'b', 'color_red', 'color_blue']);
  });

  it('measures two equal columns together only when told, and says that they tell the same', async () => {
    const random = randomFrom(1);
    const rows = Array.from({ length: 120 }, () => random.unit());
    const cwd = folder({
      'line.onnx': writeLinearRegression({ features: ['a', 'b'], weights: [1, 1], intercept: 0 }),
      'd.csv': `a,b,y\n${rows.map((a) => `${a},${a},${2 * a}`).join('\n')}\n`,
    });
    const { report } = await explained(LINE, cwd);
    expect(report.correlated).toEqual([{ columns: ['a', 'b'], spearman: 1 }]);
    expect(report.findings).toContainEqual(
      expect.objectContaining({ check: 'correlated_columns', status: 'warn' }),
    );
    const { report: grouped } = await explained({ ...LINE, groups: { ab: ['a', 'b'] } }, cwd);
    expect(grouped.correlated).toEqual([]);
    expect(grouped.importance!.columns[0]!.mean).toBeGreaterThan(1.5 * report.importance!.columns[0]!.mean);
  });

  it('draws unknown values from the reference, numbered as its rows', async () => {
    const cwd = folder({
      ...Object.fromEntries(
        ['forest-zipmap.onnx', 'rows.csv'].map((name) => [name, readFileSync(join(models, name))]),
      ),
    });
    const { report, details } = await explained(
      {
        ...FOREST,
        positive: 'yes',
        reference: { path: 'rows.csv', where: 'hour < 12' },
        methods: ['shap'],
        background: { rows: 5, method: 'medoids' },
      },
      cwd,
    );
    expect(report.inputs.reference!.rows).toBeLessThan(200);
    expect(report.shap!.background).toEqual({ rows: 5, method: 'medoids', from: 'reference' });
    expect(details.background.rows.every((row) => row < report.inputs.reference!.rows)).toBe(true);
  });

  it('explains log odds when asked: of a logistic regression they are its line', async () => {
    const random = randomFrom(2);
    const rows = Array.from({ length: 60 }, () => [random.unit(), random.unit()]);
    const cwd = folder({
      'm.onnx': writeLogisticRegression({
        features: ['a', 'b'],
        weights: [
          [0, 3],
          [0, -1],
        ],
        intercepts: [0, 0],
        labels: ['no', 'yes'],
      }),
      'd.csv': `a,b\n${rows.map((each) => each.join()).join('\n')}\n`,
    });
    const { report, details } = await explained(
      {
        model: 'm.onnx',
        data: 'd.csv',
        output: 'logit',
        class: 'yes',
        rows: [0],
        background: { rows: 60 },
        methods: ['shap', 'pdp'],
      },
      cwd,
    );
    expect(report.explains).toMatchObject({ kind: 'logit', class: 'yes', class_from: 'option' });
    const mean = rows.reduce((sum, [a]) => sum + a! / 60, 0);
    const part = details.local[0]!.shap!.parts.find(({ name }) => name === 'a')!;
    expect(part.value).toBeCloseTo(3 * (rows[0]![0]! - mean), 4);
    expect(report.importance).toBeNull();
  });

  it('of several classes explains the one that is met most, and says so', async () => {
    const { report } = await explained({
      model: 'grades-matrix.onnx',
      data: 'rows.csv',
      target: 'grade',
      features: ['temp', 'wind', 'hour'],
      methods: ['shap', 'importance'],
    });
    expect(report.explains.class_from).toBe('most-predicted');
    expect(report.importance!.metric).toBe('roc_auc_ovr');
    expect(report.findings).toContainEqual(expect.objectContaining({ check: 'class' }));
  });

  it('says what could not be, with its reason', async () => {
    const { report } = await explained({ ...LINE, methods: ['anchors', 'shap'], rows: [0] }, line());
    expect(report.unavailable).toEqual({ anchors: 'an anchor keeps a class, and a regression has none' });
    const { target: _, ...untold } = FOREST;
    const { report: none } = await explained({ ...untold, positive: 'yes', methods: ['lime'] });
    expect(none.unavailable['lime']).toContain('no row is chosen');
  });

  it('of one row, or rows of one class, measures what can be measured', async () => {
    const cwd = line(1);
    const { report } = await explained({ ...LINE, rows: [0] }, cwd);
    expect(report.shap!.columns.every(({ mean_abs }) => mean_abs === 0)).toBe(true);
    expect(report.unavailable['surrogate']).toContain('rows');
    expect(Object.keys(report.unavailable)).toContain('pdp of a');
    const busy = await explained({
      ...FOREST,
      positive: 'yes',
      data: { path: 'rows.csv', where: "busy = 'yes'" },
      methods: ['importance'],
    });
    expect(busy.report.importance).toBeNull();
    expect(busy.report.unavailable['importance']).toContain('one class');
  });

  it('takes a constant column and missing values as they are', async () => {
    const rows = readFileSync(join(models, 'rows.csv'), 'utf8').split('\n');
    const at = rows[0]!.split(',').indexOf('wind');
    const changed = rows.map((each, row) =>
      row === 0 || each === ''
        ? each
        : each
            .split(',')
            .map((cell, k) => (k === at ? (row % 5 === 0 ? '' : '3') : cell))
            .join(),
    );
    const cwd = folder({
      'forest-zipmap.onnx': readFileSync(join(models, 'forest-zipmap.onnx')),
      'rows.csv': changed.join('\n'),
    });
    const { report } = await explained(
      {
        ...FOREST,
        positive: 'yes',
        methods: ALL,
        lime: { samples: 200 },
        anchors: { calls: 500 },
        rows: [0, 4],
      },
      cwd,
    );
    expect(report.findings).toContainEqual(
      expect.objectContaining({ check: 'missing_values', subject: 'wind', value: 40 }),
    );
    expect(report.unavailable['pdp of wind']).toBeDefined();
  });
});

describe('what is refused', () => {
  it.each<[string, JsonObject, string]>([
    ['more model calls than allowed, with what to lower', { max_calls: 1000 }, 'at most 1,000: too many'],
    ['a row that is not there', { rows: [500] }, 'rows: 500 is not there'],
    ['a filter that no row passes', { rows: { where: 'temp > 1000' } }, 'no row has temp > 1000'],
    ['a class that the model does not know', { class: 'maybe' }, 'class: "maybe" is not one of the labels'],
    ['a metric of another task', { importance: { metric: 'r2' } }, 'metric "r2" is not for a binary task'],
    ['a curve of a column that is no feature', { pdp: { columns: ['tmp'] } }, 'pdp: "tmp" is neither'],
    ['a group of columns that are no features', { groups: { g: ['tmp'] } }, 'groups: "tmp" of g'],
  ])('%s', async (_, options, message) => {
    expect(await failureOf(explained({ ...FOREST, positive: 'yes', ...options }))).toContain(message);
  });

  it('contradictions, before anything is read', () => {
    const problems = (options: JsonObject) =>
      planExplain({ model: 'm', data: 'd', ...options }, 's').problems.map(({ message }) => message);
    expect(problems({ methods: ['importance'] })[0]).toContain('needs the truth');
    expect(problems({ rows: { worst: 3 } })[0]).toContain('they need the truth');
    expect(problems({ importance: { metric: 'acuracy' } })[0]).toContain('unknown metric');
    expect(problems({ pdp: { pairs: [['a', 'a']] } })[0]).toContain('two different columns');
    expect(problems({ pdp: { percentiles: [0.9, 0.1] } })[0]).toContain('the lower first');
    expect(problems({})).toEqual([]);
  });
});
