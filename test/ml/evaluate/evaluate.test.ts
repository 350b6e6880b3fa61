// Whole evaluations: models of scikit-learn as they are exported, predictions of any framework, and the ways in which an
// evaluation could fool its reader.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { checkShape } from '../../../src/core/shape.ts';
import { type Evaluation, evaluate } from '../../../src/ml/evaluate/evaluate.ts';
import { evaluateShape } from '../../../src/ml/evaluate/options.ts';
import { planEvaluate } from '../../../src/ml/evaluate/plan.ts';
import { readFrames } from '../../../src/ml/frame/read.ts';
import { sourceOf } from '../../../src/ml/frame/source.ts';
import { writeLogisticRegression } from '../../../src/ml/onnx/write.ts';
import { writeReport } from '../../../src/ml/report-files.ts';
import { canonicalJson } from '../../../src/util/canonical-json.ts';
import { failureOf, folder } from '../frame/folder.ts';

const models = join(import.meta.dirname, '../../../fixtures/ml/models');
const fixture = (name: string) => readFileSync(join(models, name));
const expected = JSON.parse(fixture('expected.json').toString()) as {
  readonly [model: string]: {
    readonly predicted: (string | number)[];
    readonly classes: (string | number)[];
    readonly scores: number[][];
  };
};

function judge(options: JsonObject, cwd = models): Promise<Evaluation> {
  expect(checkShape(evaluateShape, options)).toEqual([]);
  return evaluate(options, { cwd, stage: 'judge' });
}

const NUMBERS = ['temp', 'wind', 'hour'];
const base = { data: 'rows.csv', target: 'busy', positive: 'yes' };

/** [labels, scores] that an evaluation used, row by row. */
async function savedPredictions(options: JsonObject) {
  const cwd = folder({ 'rows.csv': fixture('rows.csv') });
  const model = options['model'] as string;
  await evaluate({ ...options, model: join(models, model), save_predictions: true }, { cwd, stage: 'judge' });
  const [frame] = await readFrames([sourceOf('reports/judge.predictions.parquet')], { cwd });
  return frame!;
}

describe('models of scikit-learn, as they are exported', () => {
  it.each([
    ['forest-zipmap', 'with its ZipMap and text labels', { ...base, features: NUMBERS }],
    [
      'grades-matrix',
      'with three whole-number labels',
      { data: 'rows.csv', target: 'grade', features: NUMBERS },
    ],
    ['pipeline-strings', 'with text, whole-number and float inputs, columns in another order', base],
    ['vote-text', 'which holds classifiers that number the classes', { ...base, features: NUMBERS }],
  ])('%s, %s', async (name, _, options) => {
    const frame = await savedPredictions({ ...options, model: `${name}.onnx` });
    const { classes, scores, predicted } = expected[name]!;
    classes.forEach((label, k) => {
      const column = frame.columns.get(`score[${label}]`)!;
      if (column.kind !== 'numeric') throw new Error('scores are numbers');
      // ONNX Runtime computes in float32.
      scores.forEach((row, at) => {
        expect(Math.abs(column.values[at]! - row[k]!)).toBeLessThan(1e-5);
      });
    });
    const column = frame.columns.get('predicted')!;
    if (column.kind !== 'categorical' && column.kind !== 'numeric') throw new Error('labels');
    const labels =
      column.kind === 'categorical' ? [...column.codes].map((c) => column.dictionary[c]) : [...column.values];
    expect(labels.map(String)).toEqual(predicted.map(String));
  });

  it('values-of-two, a regression of two numbers: which is judged must be said', async () => {
    const options = { model: 'values-of-two.onnx', data: 'rows.csv', target: 'rides', features: NUMBERS };
    expect(await failureOf(judge(options))).toBe(
      'config: values-of-two.onnx gives 2 numbers a row, and one is judged at a time',
    );
    const { report } = await judge({ ...options, value: { column: 1 } });
    const rides = expected['values-of-two']!.predicted as unknown as number[][];
    const [frame] = await readFrames([sourceOf('rows.csv')], { cwd: models });
    const truth = frame!.columns.get('rides')!;
    if (truth.kind !== 'numeric') throw new Error('rides are numbers');
    const errors = rides.map((each, row) => Math.abs(each[1]! - truth.values[row]!));
    expect(report.metrics['max_error']).toBeCloseTo(Math.max(...errors), 3);
  });

  it('a number that float32 cannot hold is a finding, and an infinite answer a failure', async () => {
    const rows = fixture('rows.csv').toString().replace('\n12.007,', '\n1e39,');
    const cwd = folder({
      'forest.onnx': fixture('forest-zipmap.onnx'),
      'line.onnx': fixture('rides-linear.onnx'),
      'd.csv': rows,
    });
    const { report } = await judge({ ...base, model: 'forest.onnx', data: 'd.csv', features: NUMBERS }, cwd);
    expect(report.findings).toContainEqual(
      expect.objectContaining({ check: 'infinite_values', subject: 'temp', value: 1 }),
    );
    const line = { model: 'line.onnx', data: 'd.csv', target: 'rides', features: NUMBERS };
    expect(await failureOf(judge(line, cwd))).toMatch(/^config: line.onnx answers -?Infinity for row 1$/);
  });

  it('rides-linear, a regression', async () => {
    const frame = await savedPredictions({
      model: 'rides-linear.onnx',
      data: 'rows.csv',
      target: 'rides',
      features: NUMBERS,
    });
    const column = frame.columns.get('predicted')!;
    if (column.kind !== 'numeric') throw new Error('values are numbers');
    expected['rides-linear']!.predicted.forEach((value, row) => {
      expect(Math.abs(column.values[row]! - Number(value))).toBeLessThan(1e-3);
    });
  });

  it('external.onnx finds its weights beside it, double.onnx takes float64 by the names in it', async () => {
    const external = await judge({
      model: 'external.onnx',
      data: 'rows.csv',
      target: 'rides',
      features: NUMBERS,
    });
    expect(external.report.inputs.model!.external.map(({ path }) => path)).toEqual(['external.weights']);
    const double = await judge({ model: 'double.onnx', data: 'rows.csv', target: 'rides' });
    expect(double.report.mapping.inputs).toEqual([
      { name: 'X', dtype: 'float64', columns: ['wind', 'temp', 'hour'], from: 'metadata' },
    ]);
  });
});

describe('the report', () => {
  const options = {
    ...base,
    model: 'forest-zipmap.onnx',
    features: NUMBERS,
    slices: [['weather'], ['temp', 'weather']],
  };

  it('holds what was read, how it was read, and the numbers', async () => {
    const { report, uses } = await judge(options);
    expect(report.mapping).toEqual({
      target: 'busy',
      weight: null,
      inputs: [{ name: 'X', dtype: 'float32', columns: NUMBERS, from: 'option' }],
      labels: ['no', 'yes'],
      labels_from: 'model',
      positive: 'yes',
      positive_from: 'option',
      threshold: null,
      scores: { output: 'output_probability', kind: 'probability' },
      value: null,
      label_output_agreement: 1,
    });
    expect(report.inputs.data).toMatchObject({ path: 'rows.csv', rows: 200, used: 200 });
    expect(uses).toMatchObject({ device: 'cpu', onnxruntime: expect.stringMatching(/^\d+\.\d+/) });
    const cells = report.confusion!.true_by_predicted;
    expect(report.metrics['accuracy']).toBe((cells[0]![0]! + cells[1]![1]!) / 200);
    const [low, high] = report.intervals['accuracy']!;
    expect(low).toBeLessThan(report.metrics['accuracy']!);
    expect(high).toBeGreaterThan(report.metrics['accuracy']!);
    for (const name of ['roc_auc', 'log_loss', 'brier_score']) {
      const value = report.metrics[name]!;
      expect(report.intervals[name]![0], name).toBeLessThan(value);
      expect(report.intervals[name]![1], name).toBeGreaterThan(value);
    }
    expect(report.intervals_method).toMatchObject({
      method: 'poisson-bootstrap',
      replicates: 1000,
      row_replicates: 1000,
      without: null,
    });
    expect(report.findings).toEqual([]);
  });

  it('is the same bytes for the same inputs, and names no time, machine or device', async () => {
    const [a, b] = [await judge(options), await judge({ ...options, batch: 7 })];
    expect(canonicalJson(a.report)).toBe(canonicalJson(b.report));
    expect(canonicalJson(a.details)).toBe(canonicalJson(b.details));
    expect(canonicalJson(a.report)).not.toMatch(/onnxruntime|device|linux|cpu/);
  });

  it('cuts slices by value and by quartile, largest first; small ones are skipped, tiny ones not named', async () => {
    const { report } = await judge({ ...options, min_slice_rows: 18, privacy: { min_count: 16 } });
    const counts = report.slices.map(({ rows }) => rows);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(report.slices.map(({ by }) => Object.keys(by).sort().join())).toContain('temp,weather');
    expect(report.slices.filter(({ rows }) => rows < 18).every(({ status }) => status === 'skipped')).toBe(
      true,
    );
    expect(counts.every((rows) => rows >= 16)).toBe(true);
    expect(report.slices_left_out.too_small_to_name).toBeGreaterThan(0);
    const byWeather = report.slices.filter(({ by }) => Object.keys(by).join() === 'weather');
    expect(byWeather.reduce((sum, { rows }) => sum + rows, 0)).toBe(200);
    // The accuracy of the whole is the mean of that of its parts, by rows.
    const parts = byWeather.reduce((sum, { rows, metrics }) => sum + rows * metrics['accuracy']!, 0) / 200;
    expect(parts).toBeCloseTo(report.metrics['accuracy']!, 10);
  });

  it('compares with other data, and says when it is the same', async () => {
    const { report } = await judge({ ...options, compare: { path: 'rows.csv', where: 'hour < 12' } });
    expect(report.compare!.data.where).toBe('hour < 12');
    expect(report.compare!.metrics['accuracy']).not.toBe(report.metrics['accuracy']);
    const same = await judge({ ...options, compare: 'rows.csv' });
    expect(same.report.findings.map(({ check }) => check)).toEqual(['compare']);
  });

  it('has curves of bounded size that end where they must', async () => {
    const { details } = await judge(options);
    const [roc] = details.roc;
    expect([roc!.x[0], roc!.y[0], roc!.x.at(-1), roc!.y.at(-1)]).toEqual([0, 0, 1, 1]);
    expect(roc!.x.length).toBeLessThanOrEqual(201);
    const [pr] = details.pr;
    expect([pr!.x[0], pr!.x.at(-1)]).toEqual([0, 1]);
    expect(pr!.y[0]).toBe(pr!.y[1]);
    expect(details.calibration[0]!.bins.reduce((sum, { count }) => sum + count, 0)).toBe(200);
    const { of, others } = details.scores[0]!;
    expect([...of.counts, ...others.counts].reduce((a, b) => a + b)).toBe(200);
  });

  it('is written as canonical JSON where the options say', async () => {
    const cwd = folder({});
    const { report, ...rest } = await judge(options);
    writeReport({ report, ...rest }, { report: 'out/r.json' }, { cwd, stage: 'judge' });
    expect(readFileSync(join(cwd, 'out/r.json'), 'utf8')).toBe(`${canonicalJson(report)}\n`);
    expect(readFileSync(join(cwd, 'out/r.details.json'), 'utf8')).toContain(
      '"schema":"mlops.evaluate.details/1"',
    );
  });
});

describe('predictions of any framework', () => {
  const rows = ['id,y,p,w', '1,no,0.2,1', '2,yes,0.9,2', '3,no,0.6,1', '4,yes,0.7,0'].join('\n');

  it('are columns of the data', async () => {
    const cwd = folder({ 'd.csv': rows });
    const { report } = await judge(
      { data: 'd.csv', target: 'y', predictions: { scores: 'p' }, labels: ['no', 'yes'], positive: 'yes' },
      cwd,
    );
    expect(report.metrics).toMatchObject({ accuracy: 0.75, recall: 1, roc_auc: 1 });
    expect(report.inputs.model).toBeNull();
  });

  it('are a file joined by a key, in any order', async () => {
    const cwd = folder({
      'd.csv': rows,
      'p.csv': 'id,no,yes\n4,0.3,0.7\n2,0.1,0.9\n3,0.4,0.6\n1,0.8,0.2\n9,1,0\n',
    });
    const predictions = { path: 'p.csv', key: 'id', scores: { yes: 'yes', no: 'no' } };
    const { report } = await judge({ data: 'd.csv', target: 'y', predictions, positive: 'yes' }, cwd);
    expect(report.metrics).toMatchObject({ accuracy: 0.75, roc_auc: 1 });
    expect(report.mapping.labels).toEqual(['no', 'yes']);
    expect(report.inputs.predictions!.path).toBe('p.csv');
  });

  it('count by weight, and at a threshold', async () => {
    const cwd = folder({ 'd.csv': rows });
    const options = {
      data: 'd.csv',
      target: 'y',
      predictions: { scores: 'p' },
      labels: ['no', 'yes'],
      positive: 'yes',
    };
    expect((await judge({ ...options, weight: 'w' }, cwd)).report.metrics['accuracy']).toBe(0.75);
    expect((await judge({ ...options, threshold: 0.65 }, cwd)).report.metrics['accuracy']).toBe(1);
    expect((await judge({ ...options, threshold: 0.7 }, cwd)).report.metrics['recall']).toBe(1);
    expect((await judge({ ...options, threshold: 0.71 }, cwd)).report.metrics['recall']).toBe(0.5);
    const none = (await judge({ ...options, threshold: 1.5 }, cwd)).report;
    expect(none.findings).toContainEqual(expect.objectContaining({ check: 'one_answer', status: 'warn' }));
  });

  it('are labels only, or numbers', async () => {
    const cwd = folder({ 'd.csv': 'y,label,v,t\n0,0,1.5,1.25\n1,1,2.5,2.5\n1,0,0,0.5\n' });
    const labels = await judge({ data: 'd.csv', target: 'y', predictions: { label: 'label' } }, cwd);
    expect(labels.report.metrics).toMatchObject({ recall: 0.5, roc_auc: null });
    expect(labels.report.unavailable['roc_auc']).toBe('there are no scores');
    expect(labels.report.mapping.positive_from).toBe('convention');
    const numbers = await judge({ data: 'd.csv', target: 't', predictions: { value: 'v' } }, cwd);
    expect(numbers.report.metrics).toMatchObject({ mean_absolute_error: 0.25, max_error: 0.5 });
  });

  it.each<[string, JsonObject, string]>([
    [
      'without labels',
      { predictions: { scores: 'p' } },
      'config: d.csv does not say what its classes are called',
    ],
    [
      'of a label nobody knows',
      { predictions: { label: 'y' }, labels: ['no', 'maybe'] },
      'config: d.csv predicts "yes", which is not one of the labels: no, maybe',
    ],
    [
      'from a file without a row for each',
      { predictions: { path: 'p.csv', key: 'id', scores: { no: 'no', yes: 'yes' } } },
      'config: p.csv has no prediction for 3 rows, first for id 2',
    ],
    [
      'that are margins, undeclared',
      { predictions: { scores: 'id' }, labels: ['no', 'yes'] },
      'config: the one score a row of d.csv is not a probability: row 2 has 2',
    ],
  ])('%s fail clearly', async (_, more, message) => {
    const cwd = folder({ 'd.csv': rows, 'p.csv': 'id,no,yes\n1,0.5,0.5\n' });
    expect(await failureOf(judge({ data: 'd.csv', target: 'y', ...more }, cwd))).toBe(message);
  });
});

describe('an evaluation does not fool its reader', () => {
  const weights = [
    [0, 3],
    [0, -1],
  ];
  const named = writeLogisticRegression({
    features: ['a', 'b'],
    labels: ['no', 'yes'],
    weights,
    intercepts: [0, 0],
  });
  const table = (columns: readonly string[]) => {
    const lines = Array.from({ length: 60 }, (_, i) => {
      const row: Record<string, string> = {
        a: `${(i % 7) - 3}`,
        b: `${i % 5}`,
        y: (i % 7) - 3 > 0.2 * (i % 5) ? 'yes' : 'no',
      };
      return columns.map((column) => row[column]).join(',');
    });
    return `${[columns.join(','), ...lines].join('\n')}\n`;
  };

  it('when columns of the file change places: names in the model decide', async () => {
    const cwd = folder({ 'm.onnx': named, '1.csv': table(['a', 'b', 'y']), '2.csv': table(['y', 'b', 'a']) });
    const [one, two] = await Promise.all(
      ['1.csv', '2.csv'].map((data) => judge({ model: 'm.onnx', data, target: 'y', positive: 'yes' }, cwd)),
    );
    expect(two!.report.metrics).toEqual(one!.report.metrics);
  });

  it('when a model names no features: the order used is a finding', async () => {
    const { report } = await judge({
      ...base,
      model: 'forest-zipmap.onnx',
      exclude: ['weather', 'grade', 'rides'],
    });
    expect(report.findings[0]).toMatchObject({ check: 'feature_order', status: 'warn', value: NUMBERS });
    expect(report.mapping.inputs[0]!.from).toBe('file-order');
  });

  it('when a class is absent: one class only fails, one of several is a finding and has no ROC', async () => {
    const cwd = folder({ 'm.onnx': named, 'd.csv': 'a,b,y\n1,1,yes\n2,1,yes\n' });
    expect(await failureOf(judge({ model: 'm.onnx', data: 'd.csv', target: 'y' }, cwd))).toBe(
      'config: target "y" holds one class only in d.csv: "yes" in every row',
    );
    const { report } = await judge({
      model: 'grades-matrix.onnx',
      data: { path: 'rows.csv', where: 'grade < 2' },
      target: 'grade',
      features: NUMBERS,
    });
    expect(report.findings).toMatchObject([{ check: 'class_absent', subject: '2' }]);
    expect(report.metrics['roc_auc_ovr']).toBeNull();
    expect(report.unavailable['roc_auc_ovr']).toBe('a class cannot be ranked: no row is of the class');
  });

  it('when the positive class is a guess: it is a finding', async () => {
    const { report } = await judge({ data: 'rows.csv', target: 'busy', model: 'pipeline-strings.onnx' });
    expect(report.mapping).toMatchObject({ positive: 'yes', positive_from: 'guess' });
    expect(report.findings).toMatchObject([{ check: 'positive' }]);
  });

  it('when scores stand in another order than the labels, as distances of a support vector machine do', async () => {
    const options = {
      ...base,
      model: 'machine-distances.onnx',
      features: NUMBERS,
      scores: { kind: 'margin' },
    };
    expect(await failureOf(judge(options))).toContain('contradict its own labels');
    const { report } = await judge({ ...options, labels: ['yes', 'no'] });
    expect(report.mapping).toMatchObject({ labels: ['yes', 'no'], label_output_agreement: 1 });
    const frame = await savedPredictions({ ...options, labels: ['yes', 'no'] });
    const column = frame.columns.get('score[yes]')!;
    if (column.kind !== 'numeric') throw new Error('scores are numbers');
    const distances = expected['machine-distances']!.scores as unknown as number[];
    distances.forEach((distance, row) => {
      expect(Math.abs(column.values[row]! - distance)).toBeLessThan(1e-4);
    });
  });

  it('when labels are given in another order than the scores have; other names for them are fine', async () => {
    const options = { ...base, model: 'forest-zipmap.onnx', features: NUMBERS };
    expect(await failureOf(judge({ ...options, labels: ['yes', 'no'] }))).toBe(
      'config: the scores of forest-zipmap.onnx contradict its own labels: rows labelled "yes" have their highest score in another column, and so have those labelled "no"',
    );
    const ints = writeLogisticRegression({
      features: ['a', 'b'],
      labels: [0, 1],
      weights,
      intercepts: [0, 0],
    });
    const cwd = folder({ 'm.onnx': ints, 'd.csv': table(['a', 'b', 'y']) });
    const { report } = await judge(
      { model: 'm.onnx', data: 'd.csv', target: 'y', labels: ['no', 'yes'], positive: 'yes' },
      cwd,
    );
    expect(report.mapping).toMatchObject({ labels: ['no', 'yes'], label_output_agreement: 1 });
  });

  it("when the model's label contradicts its scores: the scores are used, and it is a finding", async () => {
    const cwd = folder({ 'd.csv': 'p,y,l\n0.9,yes,yes\n0.2,no,yes\n0.4,no,no\n0.7,yes,yes\n' });
    const { report } = await judge(
      {
        data: 'd.csv',
        target: 'y',
        predictions: { scores: 'p', label: 'l' },
        labels: ['no', 'yes'],
        positive: 'yes',
      },
      cwd,
    );
    expect(report.metrics['accuracy']).toBe(1);
    expect(report.findings.find(({ check }) => check === 'label_disagreement')).toMatchObject({
      value: 0.75,
    });
  });

  it('when scores are not probabilities: no log loss, no Brier score, no calibration', async () => {
    const cwd = folder({ 'd.csv': 'm0,m1,y\n-2,2,1\n1,-1,0\n-1,3,1\n2,1,0\n' });
    const options = { data: 'd.csv', target: 'y', predictions: { scores: { 0: 'm0', 1: 'm1' } } };
    const { report, details } = await judge(options, cwd);
    expect(report.mapping.scores!.kind).toBe('unknown');
    expect(report.metrics).toMatchObject({ roc_auc: 1, log_loss: null, brier_score: null });
    expect(details.calibration).toEqual([]);
    const logit = await judge({ ...options, scores: { kind: 'logit' } }, cwd);
    expect(logit.report.metrics['log_loss']).toBeGreaterThan(0);
  });

  it('when external weights change: the report names other weights', async () => {
    const files = { 'm/external.onnx': fixture('external.onnx'), 'rows.csv': fixture('rows.csv') };
    const options = { model: 'm/external.onnx', data: 'rows.csv', target: 'rides', features: NUMBERS };
    const weightsOf = (values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
    const before = await judge(
      options,
      folder({ ...files, 'm/external.weights': weightsOf([0.1, -0.2, 0.05]) }),
    );
    const after = await judge(
      options,
      folder({ ...files, 'm/external.weights': weightsOf([0.1, -0.2, 0.06]) }),
    );
    expect(after.report.inputs.model!.sha256).toBe(before.report.inputs.model!.sha256);
    expect(after.report.inputs.model!.external).not.toEqual(before.report.inputs.model!.external);
    expect(after.report.metrics).not.toEqual(before.report.metrics);
    expect(await failureOf(judge(options, folder(files)))).toBe(
      'missing: m/external.onnx keeps weights in m/external.weights, which does not exist',
    );
  });

  it('when a requested metric cannot be computed: it fails', async () => {
    const cwd = folder({ 'd.csv': 'y,label\n0,0\n1,1\n' });
    const options = {
      data: 'd.csv',
      target: 'y',
      predictions: { label: 'label' },
      metrics: ['accuracy', 'auc'],
    };
    expect(await failureOf(judge(options, cwd))).toBe(
      'config: metric "roc_auc" cannot be computed: there are no scores',
    );
  });
});

describe('missing values', () => {
  const files = { 'd.csv': 'y,p,x\n1,0.9,1\n,0.5,2\n0,0.1,\n1,0.7,3\n' };
  const options = { data: 'd.csv', target: 'y', predictions: { scores: 'p' } };

  it('in the target fail, or are dropped and counted', async () => {
    expect(await failureOf(judge(options, folder(files)))).toBe(
      'config: target "y" has no value in 1 row of d.csv',
    );
    const { report } = await judge({ ...options, on_missing: { target: 'drop' } }, folder(files));
    expect(report.inputs.data).toMatchObject({
      rows: 4,
      used: 3,
      dropped: { missing_target: 1, missing_feature: 0 },
    });
  });

  it('everywhere fail', async () => {
    const cwd = folder({ 'd.csv': 'y,p\nNaN,1\n,1\n' });
    expect(await failureOf(judge({ ...options, on_missing: { target: 'drop' } }, cwd))).toBe(
      'config: target "y" has no value in 2 rows of d.csv',
    );
  });

  it('in features reach a linear model as NaN, whose answer is refused with the way out', async () => {
    const csv = fixture('rows.csv')
      .toString()
      .replace(/^[\d.-]+,/m, ',');
    const cwd = folder({ 'rows.csv': csv, 'm.onnx': fixture('grades-matrix.onnx') });
    const grades = { model: 'm.onnx', data: 'rows.csv', target: 'grade', features: NUMBERS };
    expect(await failureOf(judge(grades, cwd))).toBe('config: m.onnx answers NaN for 1 row, first for row 1');
    const { report } = await judge({ ...grades, on_missing: { feature: 'drop' } }, cwd);
    expect(report.inputs.data).toMatchObject({ used: 199, dropped: { missing_feature: 1 } });
    expect(await failureOf(judge({ ...grades, on_missing: { feature: 'fail' } }, cwd))).toBe(
      'config: a feature has no value in 1 row of rows.csv',
    );
  });
});

describe('what does not fit fails in one clear message', () => {
  it.each<[string, JsonObject, string]>([
    [
      'a model that is no model',
      { model: 'rows.csv' },
      'config: rows.csv is not an ONNX model (it has a field of unknown wire type 4)',
    ],
    ['an absent model', { model: 'nope.onnx' }, 'missing: model nope.onnx does not exist'],
    ['absent data', { data: 'nope.csv' }, 'missing: data file nope.csv does not exist'],
    ['an absent target', { target: 'bsy' }, 'config: target "bsy" is not in rows.csv'],
    ['an absent weight', { weight: 'w' }, 'config: weight "w" is not in rows.csv'],
    ['an absent slice', { slices: [['region']] }, 'config: column "region" is not in rows.csv'],
    [
      'an absent feature',
      { features: ['temp', 'wnd', 'hour'] },
      'config: model forest-zipmap.onnx wants column "wnd", which the data lacks',
    ],
    [
      'too many features',
      { features: ['temp', 'wind', 'hour', 'grade'] },
      'config: input "X" of forest-zipmap.onnx takes 3 columns, 4 are given',
    ],
    [
      'text for a number',
      { features: ['temp', 'wind', 'weather'] },
      'config: model forest-zipmap.onnx takes numbers, "weather" (text such as "fog") cannot be one',
    ],
    [
      'a wrong number of labels',
      { labels: ['a', 'b', 'c'] },
      'config: forest-zipmap.onnx gives 2 scores a row, but there are 3 labels',
    ],
    [
      'labels the target does not hold',
      { labels: ['a', 'b'], positive: 'b' },
      'config: target "busy" of rows.csv holds "yes", which is not one of the labels',
    ],
    ['an unknown positive', { positive: 'maybe' }, 'config: positive: "maybe" is not one of the labels'],
    [
      'an unknown output',
      { scores: { output: 'probs' } },
      'config: scores: forest-zipmap.onnx has no output "probs"',
    ],
    ['a metric of another task', { metrics: ['rmse'] }, 'config: metric "rmse" is not for a binary task'],
    [
      'a negative weight',
      { weight: 'temp', data: { path: 'rows.csv', where: 'temp < 0' } },
      'config: weight "temp" is',
    ],
    [
      'one float output for whole numbers',
      { model: 'rides-linear.onnx', target: 'grade', positive: 'auto' },
      'config: rides-linear.onnx has one float output, which can be a probability or a value',
    ],
    [
      'CUDA where there is none',
      { device: 'cuda' },
      'config: device: cuda is not available to ONNX Runtime here',
    ],
  ])('%s', async (_, more, message) => {
    const options = { ...base, model: 'forest-zipmap.onnx', features: NUMBERS, ...more };
    expect(await failureOf(judge(options))).toContain(message);
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('stop'));
    const options = { ...base, model: 'forest-zipmap.onnx', features: NUMBERS };
    await expect(evaluate(options, { cwd: models, stage: 's', signal })).rejects.toThrow('stop');
  });

  it('falls back to the CPU under device: auto', async () => {
    const { uses } = await judge({ ...base, model: 'forest-zipmap.onnx', features: NUMBERS, device: 'auto' });
    expect(['cpu', 'cuda']).toContain(uses['device']);
  });
});

describe('planEvaluate', () => {
  it('knows what is read and written, and hashes what changes results', () => {
    const plan = planEvaluate(
      {
        model: 'm.onnx',
        data: ['a.csv', 'b/*.csv'],
        compare: { path: 'train.csv' },
        target: 'y',
        seed: 1,
        save_predictions: true,
        baseline: 'auto',
        on_data_change: 'fail',
        gates: { accuracy: { min: 0.9 } },
      },
      'judge',
    );
    expect(plan.reads).toEqual(['m.onnx', 'a.csv', 'b/*.csv', 'train.csv']);
    expect(plan.writes).toEqual([
      { path: 'reports/judge.json', git: true, metric: true },
      { path: 'reports/judge.details.json', git: false, metric: false },
      { path: 'reports/judge.predictions.parquet', git: false, metric: false },
    ]);
    expect(Object.keys(plan.hashed)).toEqual([
      'model',
      'data',
      'compare',
      'target',
      'seed',
      'save_predictions',
    ]);
    expect(plan.problems).toEqual([]);
  });

  it.each<[string, JsonObject, string, (string | number)[]]>([
    ['both model and predictions', { model: 'm', predictions: { label: 'p' } }, 'not both', ['predictions']],
    ['neither', {}, '"model" or "predictions" is missing', []],
    ['an unknown metric', { model: 'm', metrics: ['acuracy'] }, 'unknown metric "acuracy"', ['metrics', 0]],
    [
      'an unknown gate',
      { model: 'm', gates: { acuracy: { min: 1 } } },
      'unknown metric "acuracy"',
      ['gates', 'acuracy'],
    ],
    ['a gate without limits', { model: 'm', gates: { accuracy: {} } }, 'has no limit', ['gates', 'accuracy']],
    ['predictions without a column', { predictions: {} }, 'name a column', ['predictions']],
    [
      'a file without a key',
      { predictions: { path: 'p.csv', label: 'l' } },
      '"key" is missing',
      ['predictions'],
    ],
    [
      'itself as baseline',
      { model: 'm', baseline: { report: './reports/judge.json' } },
      'the baseline is this stage itself',
      ['baseline'],
    ],
    [
      'its model as baseline',
      { model: 'm', baseline: { model: 'm' } },
      'the baseline is this stage itself',
      ['baseline'],
    ],
  ])('refuses %s', (_, more, message, path) => {
    const { problems } = planEvaluate({ data: 'd.csv', target: 'y', ...more }, 'judge');
    expect(problems).toEqual([expect.objectContaining({ message: expect.stringContaining(message), path })]);
  });

  it('knows its options, and what was meant by others', () => {
    const [problem] = checkShape(evaluateShape, { data: 'd.csv', target: 'y', modle: 'm' });
    expect(problem).toMatchObject({ path: ['modle'], help: 'did you mean "model"?' });
  });
});
