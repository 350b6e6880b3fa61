// What an evaluation says of chance: intervals of slices, weighted rows and numbers; two models on the same rows; the rows a
// model learned from beside those it never saw; quantiles.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { checkShape } from '../../../src/core/shape.ts';
import { evaluate } from '../../../src/ml/evaluate/evaluate.ts';
import { evaluateProblems, evaluateShape } from '../../../src/ml/evaluate/options.ts';
import { discoverEvaluate, planEvaluate } from '../../../src/ml/evaluate/plan.ts';
import type { EvaluateReport } from '../../../src/ml/evaluate/report.ts';
import { judgeGates } from '../../../src/ml/gates.ts';
import { reportOfBaseline } from '../../../src/ml/gates-lookup.ts';
import { writeLogisticRegression } from '../../../src/ml/onnx/write.ts';
import { canonicalJson } from '../../../src/util/canonical-json.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { failureOf, folder } from '../frame/folder.ts';

async function judge(options: JsonObject, cwd: string): Promise<EvaluateReport> {
  expect(checkShape(evaluateShape, options)).toEqual([]);
  expect(evaluateProblems(options)).toEqual([]);
  return (await evaluate(options, { cwd, stage: 'judge' })).report;
}

const logistic = (features: string[], weights: number[], labels = ['no', 'yes'], sign = 1) =>
  writeLogisticRegression({
    features,
    labels,
    weights: weights.map((weight) => [0, weight * sign]),
    intercepts: [0, 0],
  });

/** y is yes more often the larger a + b is; c is noise. */
function table(rows: number, seed: number): string {
  const random = randomFrom(seed);
  const lines = Array.from({ length: rows }, (_, row) => {
    const [a, b, c] = [random.unit() - 0.5, random.unit() - 0.5, random.unit() - 0.5];
    const yes = random.unit() < 1 / (1 + Math.exp(-5 * (a + b)));
    return [a, b, c, yes ? 'yes' : 'no', row % 2 === 0 ? 'even' : 'odd', 1 + (row % 3)].join(',');
  });
  return `${['a,b,c,y,half,w', ...lines].join('\n')}\n`;
}

const files = {
  'good.onnx': logistic(['a', 'b'], [5, 5]),
  'same.onnx': logistic(['a', 'b'], [5, 5]),
  'poor.onnx': logistic(['a', 'c'], [3, 3]),
  // Its labels stand the other way round.
  'turned.onnx': logistic(['a', 'b'], [5, 5], ['yes', 'no'], -1),
  'grades.onnx': logistic(['a', 'b'], [5, 5], ['bad', 'fine']),
  'd.csv': table(800, 1),
  'other.csv': table(500, 2),
};
const base = { model: 'good.onnx', data: 'd.csv', target: 'y', positive: 'yes' };

describe('intervals', () => {
  it('are there for weighted rows, and wider than those of rows that count alike', async () => {
    const cwd = folder(files);
    const [plain, weighted] = [await judge(base, cwd), await judge({ ...base, weight: 'w' }, cwd)];
    expect(weighted.intervals_method).toMatchObject({
      method: 'poisson-bootstrap-of-rows',
      row_replicates: 1000,
      without: null,
    });
    const width = ({ intervals }: EvaluateReport) => intervals['accuracy']![1] - intervals['accuracy']![0];
    expect(width(weighted)).toBeGreaterThan(width(plain));
  });

  it('are there for every slice, and wider there', async () => {
    const report = await judge({ ...base, slices: [['half']] }, folder(files));
    expect(report.intervals_method.slice_row_replicates).toBe(1000);
    for (const slice of report.slices)
      for (const name of ['accuracy', 'roc_auc', 'log_loss']) {
        const [low, high] = slice.intervals![name]!;
        expect(low).toBeLessThan(slice.metrics[name]!);
        expect(high).toBeGreaterThan(slice.metrics[name]!);
        expect(high - low).toBeGreaterThan(report.intervals[name]![1] - report.intervals[name]![0]);
      }
  });

  it('are none where they are not asked for, and gates that ask for one fail', async () => {
    const report = await judge({ ...base, intervals: { replicates: 0 } }, folder(files));
    expect(report.intervals).toEqual({});
    expect(report.intervals_method.method).toBe('none');
    const gates = { roc_auc: { min: 0.1, require: 'ci' } };
    expect(judgeGates({ stage: 'judge', gates, report }).results[0]).toMatchObject({
      passed: false,
      reason: 'roc_auc has no interval, and require is ci',
    });
  });

  it('of numbers, with the reason where there is none', async () => {
    const cwd = folder({
      'n.csv': `y,p\n${Array.from({ length: 90 }, (_, i) => `${i},${i + (i % 5)}`).join('\n')}\n`,
    });
    const report = await judge({ predictions: { value: 'p' }, data: 'n.csv', target: 'y' }, cwd);
    expect(report.intervals['max_error']).toBeNull();
    expect(report.intervals_method.without).toBe(
      'max_error: the largest of some rows says nothing about the largest of others; mean_absolute_percentage_error: not computed',
    );
    expect(report.intervals['r2']![0]).toBeLessThan(report.metrics['r2']!);
  });

  it('of a model that is never wrong do not say that it never will be', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => (i % 2 ? 'yes,0.9' : 'no,0.1'));
    const cwd = folder({ 'p.csv': `y,p\n${rows.join('\n')}\n` });
    const options = {
      predictions: { scores: 'p' },
      labels: ['no', 'yes'],
      positive: 'yes',
      data: 'p.csv',
      target: 'y',
    };
    const report = await judge(options, cwd);
    expect(report.metrics['accuracy']).toBe(1);
    expect(report.intervals['accuracy']![0]).toBeCloseTo(0.025 ** (1 / 40), 10);
    expect(report.intervals['recall']![0]).toBeCloseTo(0.025 ** (1 / 20), 10);
    expect(report.intervals['f1']).toBeNull();
    expect(report.intervals_method.without).toContain('f1');
  });
});

describe('a baseline model on the same rows', () => {
  it('is judged there, with the difference and its interval, for the whole and for slices', async () => {
    const report = await judge(
      { ...base, baseline: { model: 'poor.onnx' }, slices: [['half']] },
      folder(files),
    );
    const { baseline_model: baseline } = report;
    const alone = await judge({ ...base, model: 'poor.onnx' }, folder(files));
    expect(baseline!.metrics).toEqual(alone.metrics);
    expect(baseline!.model.sha256).toBe(alone.inputs.model!.sha256);
    const { value, interval, probability_better: better } = baseline!.differences['roc_auc']!;
    expect(value).toBeCloseTo(report.metrics['roc_auc']! - alone.metrics['roc_auc']!, 10);
    expect(interval![0]).toBeGreaterThan(0);
    expect(better).toBe(1);
    expect(baseline!.tests.mcnemar!.p).toBeLessThan(0.05);
    // DeLong's normal interval and the bootstrap's say the same.
    const half = 1.96 * baseline!.tests.delong!.standard_error;
    expect(Math.abs(interval![0] - (value - half))).toBeLessThan(0.25 * half);
    expect(Math.abs(interval![1] - (value + half))).toBeLessThan(0.25 * half);
    for (const slice of report.slices)
      expect(slice.baseline!.differences['accuracy']!.value).toBeCloseTo(
        slice.metrics['accuracy']! - slice.baseline!.metrics['accuracy']!,
        10,
      );
  });

  it('differs less by chance than two models on two sets of rows would', async () => {
    const report = await judge({ ...base, baseline: { model: 'poor.onnx' } }, folder(files));
    const alone = await judge({ ...base, model: 'poor.onnx' }, folder(files));
    const width = (interval: readonly [number, number] | null | undefined) => interval![1] - interval![0];
    const apart = Math.hypot(width(report.intervals['accuracy']), width(alone.intervals['accuracy']));
    expect(width(report.baseline_model!.differences['accuracy']!.interval)).toBeLessThan(apart);
  });

  it('that answers alike differs by nothing', async () => {
    const report = await judge({ ...base, baseline: { model: 'same.onnx' } }, folder(files));
    for (const [name, difference] of Object.entries(report.baseline_model!.differences))
      expect(difference, name).toEqual({ value: 0, interval: [0, 0], probability_better: 0.5 });
    expect(report.baseline_model!.tests).toEqual({
      mcnemar: { only_this: 0, only_baseline: 0, p: 1 },
      delong: null,
    });
  });

  it('is read by its own labels, and refused where it answers another question', async () => {
    const cwd = folder(files);
    const turned = await judge({ ...base, baseline: { model: 'turned.onnx' } }, cwd);
    for (const { value } of Object.values(turned.baseline_model!.differences))
      expect(Math.abs(value)).toBeLessThan(1e-6);
    // Other names in the same order are the same classes, as with labels: of the model itself.
    const named = await judge({ ...base, baseline: { model: 'grades.onnx' } }, cwd);
    expect(named.baseline_model!.differences['accuracy']!.value).toBe(0);
    expect(await failureOf(judge({ ...base, baseline: { model: 'gone.onnx' } }, cwd))).toMatch(/gone\.onnx/);
  });

  it('is turned around when the two change places', async () => {
    const cwd = folder(files);
    const one = await judge({ ...base, baseline: { model: 'poor.onnx' } }, cwd);
    const two = await judge({ ...base, model: 'poor.onnx', baseline: { model: 'good.onnx' } }, cwd);
    for (const [name, { value, probability_better }] of Object.entries(one.baseline_model!.differences)) {
      const back = two.baseline_model!.differences[name]!;
      expect(back.value, name).toBeCloseTo(-value, 10);
      expect(Math.abs(back.probability_better! + probability_better! - 1), name).toBeLessThan(0.05);
    }
  });

  it('is read and hashed like the model, with its weights, and needs no other run', () => {
    const options = { ...base, baseline: { model: 'poor.onnx' } };
    const plan = planEvaluate(options, 'judge');
    expect(plan.reads).toContain('poor.onnx');
    expect(plan.hashed['baseline']).toEqual({ model: 'poor.onnx' });
    expect(discoverEvaluate(options, folder(files))).toEqual([]);
    expect(discoverEvaluate(options, folder({ 'good.onnx': files['good.onnx'] }))).toBeUndefined();
  });

  it('is what gates on change are judged against, by the paired interval', async () => {
    const options = { ...base, baseline: { model: 'poor.onnx' }, slices: [['half']] };
    const report = await judge(options, folder(files));
    const { value, interval } = report.baseline_model!.differences['accuracy']!;
    const verdicts = (gates: JsonObject | JsonObject[]) =>
      judgeGates({
        stage: 'judge',
        gates,
        report,
        baseline: { from: 'model', commit: null, report: reportOfBaseline(report)! },
      }).results;
    const [low] = interval!;
    const [point] = verdicts({ accuracy: { min_better_abs: (low + value) / 2 } });
    const [ci] = verdicts({ accuracy: { min_better_abs: (low + value) / 2, require: 'ci' } });
    const [enough] = verdicts({ accuracy: { min_better_abs: low - 1e-9, require: 'ci' } });
    expect([point!.passed, ci!.passed, enough!.passed]).toEqual([true, false, true]);
    expect(ci!.interval).toEqual(interval);
    expect(point!.baseline).toBe(report.baseline_model!.metrics['accuracy']);
    const [slice] = verdicts([
      { metric: 'accuracy', slice: { half: 'odd' }, max_worse_abs: 0, require: 'ci' },
    ]);
    expect(slice!.interval).toEqual(
      report.slices.find(({ by }) => by['half'] === 'odd')!.baseline!.differences['accuracy']!.interval,
    );
    // The lower a loss the better: its bad end is the upper one.
    const loss = report.baseline_model!.differences['log_loss']!.interval!;
    expect(verdicts({ log_loss: { max_worse_abs: 0, require: 'ci' } })[0]!.passed).toBe(loss[1] <= 0);
  });

  it('gives the same bytes for the same seed', async () => {
    const options = { ...base, baseline: { model: 'poor.onnx' }, compare: 'other.csv', slices: [['half']] };
    const cwd = folder(files);
    expect(canonicalJson(await judge(options, cwd))).toBe(
      canonicalJson(await judge({ ...options, batch: 17 }, cwd)),
    );
  });
});

describe('other data for the same model', () => {
  const learned = (noise: number) => {
    const random = randomFrom(4);
    const rows = Array.from({ length: 400 }, (_, row) => {
      const yes = row % 2 === 1;
      const right = random.unit() >= noise;
      return `${yes ? 'yes' : 'no'},${(yes === right ? 0.75 : 0.25) + 0.2 * (random.unit() - 0.5)}`;
    });
    return `y,p\n${rows.join('\n')}\n`;
  };
  const options = {
    predictions: { scores: 'p' },
    labels: ['no', 'yes'],
    positive: 'yes',
    data: 'test.csv',
    target: 'y',
    compare: 'train.csv',
  };

  it('on which the model is better beyond chance: it learned rows by heart', async () => {
    const report = await judge(options, folder({ 'test.csv': learned(0.3), 'train.csv': learned(0.05) }));
    const gap = report.compare!.gaps!['roc_auc']!;
    expect(gap.value).toBeCloseTo(report.metrics['roc_auc']! - report.compare!.metrics['roc_auc']!, 10);
    expect(gap.interval![1]).toBeLessThan(0);
    const found = report.findings.filter(({ check }) => check === 'overfitting');
    expect(found).toEqual([
      expect.objectContaining({
        subject: 'roc_auc',
        value: gap.value,
        message: expect.stringMatching(
          /^the model does 0\.\d+ better \(roc_auc, 0\.\d+ … 0\.\d+\) on train\.csv than on test\.csv: /,
        ),
      }),
    ]);
    const gates = { roc_auc: { max_gap_abs: Math.abs(gap.value) + 1e-6, require: 'ci' } };
    expect(judgeGates({ stage: 'judge', gates, report }).passed).toBe(false);
  });

  it('on which it is no better: nothing is said', async () => {
    const report = await judge(options, folder({ 'test.csv': learned(0.2), 'train.csv': learned(0.21) }));
    expect(report.findings.filter(({ check }) => /fitting/.test(check))).toEqual([]);
  });

  it('on which it knows nothing either: it did not learn', async () => {
    const report = await judge(options, folder({ 'test.csv': learned(0.55), 'train.csv': learned(0.53) }));
    expect(report.findings.map(({ check }) => check)).toContain('underfitting');
  });
});

describe('quantiles', () => {
  const random = randomFrom(3);
  const rows = Array.from({ length: 600 }, () => {
    const y = 10 * random.unit();
    return [y, 1, 5, 9].join(',');
  });
  const cwd = () => folder({ 'q.csv': `y,low,mid,high\n${rows.join('\n')}\n` });
  const options = {
    predictions: { value: ['low', 'mid', 'high'] },
    value: { quantiles: [0.1, 0.5, 0.9] },
    data: 'q.csv',
    target: 'y',
  };

  it('that are right have the share of rows below them that they say', async () => {
    const report = await judge(options, cwd());
    expect(report.quantiles!.levels.map(({ quantile }) => quantile)).toEqual([0.1, 0.5, 0.9]);
    for (const { quantile, interval } of report.quantiles!.levels) {
      expect(interval![0]).toBeLessThan(quantile);
      expect(interval![1]).toBeGreaterThan(quantile);
    }
    expect(report.metrics['interval_coverage']).toBeCloseTo(0.8, 1);
    expect(report.metrics['mean_interval_width']).toBe(8);
    expect(report.metrics['mean_pinball_loss']).toBeCloseTo(
      report.quantiles!.levels.reduce((sum, each) => sum + each.pinball_loss, 0) / 3,
      10,
    );
    expect(report.quantiles!.crossing).toBe(0);
    expect(report.findings).toEqual([]);
    expect(report.metrics['mean_absolute_error']).toBeGreaterThan(0);
  });

  it('may stand in any order, and a wrong order is a finding', async () => {
    const turned = { predictions: { value: ['high', 'low', 'mid'] }, value: { quantiles: [0.9, 0.1, 0.5] } };
    const [one, two] = [await judge(options, cwd()), await judge({ ...options, ...turned }, cwd())];
    expect(two.metrics).toEqual(one.metrics);
    const wrong = await judge({ ...options, predictions: { value: ['high', 'mid', 'low'] } }, cwd());
    expect(wrong.quantiles!.crossing).toBe(1);
    expect(wrong.findings.map(({ check }) => check)).toEqual([
      'quantile_crossing',
      'quantile_share',
      'quantile_share',
    ]);
  });

  it('without a median give no value of their own', async () => {
    const ends = { predictions: { value: ['low', 'high'] }, value: { quantiles: [0.1, 0.9] } };
    const report = await judge({ ...options, ...ends }, cwd());
    expect(Object.keys(report.metrics)).not.toContain('mean_absolute_error');
    const asked = { ...options, ...ends, metrics: ['mean_absolute_error'] };
    expect(await failureOf(judge(asked, cwd()))).toBe(
      'config: metric "mean_absolute_error" cannot be computed: the model gives no 0.5-quantile, so no value of its own',
    );
  });

  it('must be as many as there are numbers, and shares', async () => {
    expect(await failureOf(judge({ ...options, value: { quantiles: [0.1, 0.5] } }, cwd()))).toBe(
      'config: q.csv gives 3 numbers a row, and value names 2 quantiles',
    );
    const problems = (quantiles: number[]) =>
      evaluateProblems({ ...options, value: { quantiles } }).map(({ message }) => message);
    expect(problems([0.1, 0.5, 1])).toEqual(['a quantile lies between 0 and 1: 0.5 is the median']);
    expect(problems([0.1, 0.1, 0.9])).toEqual(['a quantile stands twice']);
  });
});
