// Gates: what holds, what breaks, and that nothing passes for want of something to look at.
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import { checkShape } from '../../../src/core/shape.ts';
import type { DriftReport } from '../../../src/ml/drift/report.ts';
import type { EvaluateReport } from '../../../src/ml/evaluate/report.ts';
import { judgeGates } from '../../../src/ml/gates.ts';
import { driftGatesShape } from '../../../src/ml/gates-drift.ts';
import { sameRows } from '../../../src/ml/gates-evaluate.ts';
import type { GatesInput } from '../../../src/ml/gates-input.ts';
import { gateProblems, gatesShape } from '../../../src/ml/gates-options.ts';

const report = (more: Partial<EvaluateReport> = {}): EvaluateReport => ({
  schema: 'mlops.evaluate/1',
  stage: 'judge',
  task: 'binary',
  inputs: {
    model: { path: 'm.onnx', sha256: 'a', external: [] },
    predictions: null,
    data: {
      path: 'test.csv',
      sha256: 'd',
      rows: 2163,
      used: 2163,
      dropped: { missing_target: 0, missing_feature: 0 },
    },
  },
  mapping: {
    target: 'busy',
    weight: null,
    inputs: [{ name: 'X', dtype: 'float32', columns: ['hr', 'temp'], from: 'metadata' }],
    labels: ['no', 'yes'],
    labels_from: 'model',
    positive: 'yes',
    positive_from: 'option',
    threshold: null,
    scores: { output: 'probabilities', kind: 'probability' },
    value: null,
    label_output_agreement: 1,
  },
  metrics: { accuracy: 0.833, recall: 0.8, log_loss: 0.29, roc_auc: null },
  intervals: { accuracy: [0.82, 0.85], recall: [0.7, 0.9], log_loss: null, roc_auc: null },
  intervals_method: {
    method: 'poisson-bootstrap-of-confusion',
    replicates: 1000,
    level: 0.95,
    seed: 0,
    without: null,
  },
  unavailable: { roc_auc: 'there are no scores' },
  classes: [],
  confusion: null,
  slices: [
    { by: { weather: 3 }, rows: 189, status: 'pass', metrics: { accuracy: 0.75, roc_auc: null } },
    { by: { weather: 4 }, rows: 12, status: 'skipped', metrics: {} },
  ],
  slices_left_out: { beyond_max: 0, too_small_to_name: 0 },
  compare: null,
  findings: [],
  ...more,
});

const was = (metrics: EvaluateReport['metrics'], more: Partial<EvaluateReport> = {}) => ({
  from: 'merge-base',
  commit: 'c0ffee',
  report: report({ metrics, ...more }),
});

function judge(gates: Json, more: Partial<GatesInput> = {}) {
  expect(checkShape(gatesShape, gates)).toEqual([]);
  expect(gateProblems(gates)).toEqual([]);
  return judgeGates({ stage: 'judge', gates, report: report(), ...more });
}

const reasons = (gates: Json, more: Partial<GatesInput> = {}) =>
  judge(gates, more).results.map(({ passed, reason }) => `${passed ? 'ok' : 'broken'}: ${reason}`);

describe('limits on a value', () => {
  it.each<[string, Json, string]>([
    ['min', { accuracy: { min: 0.9 } }, 'broken: accuracy 0.833 is under min 0.9'],
    ['min', { accuracy: { min: 0.833 } }, 'ok: accuracy 0.833 holds min 0.833'],
    [
      'min, a hair under',
      { accuracy: { min: 0.83300001 } },
      'broken: accuracy 0.833 is under min 0.83300001',
    ],
    ['max', { log_loss: { max: 0.2 } }, 'broken: log_loss 0.29 is over max 0.2'],
    ['max', { log_loss: { max: 0.29 } }, 'ok: log_loss 0.29 holds max 0.29'],
    [
      'the interval',
      { accuracy: { min: 0.83, require: 'ci' } },
      'broken: accuracy 0.82 is under min 0.83 (end of the interval)',
    ],
    ['the interval', { accuracy: { min: 0.82, require: 'ci' } }, 'ok: accuracy 0.82 holds min 0.82'],
    [
      'no interval',
      { log_loss: { max: 1, require: 'ci' } },
      'broken: log_loss has no interval, and require is ci',
    ],
  ])('%s', (_, gates, reason) => {
    expect(reasons(gates)).toEqual([reason]);
  });

  it('never says that a number is under itself', () => {
    const metrics = { accuracy: 0.89996 };
    expect(reasons({ accuracy: { min: 0.9 } }, { report: report({ metrics }) })).toEqual([
      'broken: accuracy 0.89996 is under min 0.9',
    ]);
  });
});

describe('limits on change', () => {
  const baseline = was({ accuracy: 0.918, log_loss: 0.2, recall: 0 });

  it.each<[Json, string]>([
    [{ accuracy: { max_worse_abs: 0.02 } }, 'broken: accuracy fell by 0.085, allowed 0.02'],
    [{ accuracy: { max_worse_abs: 0.085 } }, 'ok: accuracy fell by 0.085, allowed 0.085'],
    [{ log_loss: { max_worse_abs: 0.05 } }, 'broken: log_loss rose by 0.09, allowed 0.05'],
    [{ accuracy: { max_worse_pct: 5 } }, 'broken: accuracy is 9.259 % worse than 0.918, allowed 5 %'],
    [{ accuracy: { max_worse_pct: 10 } }, 'ok: accuracy fell by 0.085, allowed 10 %'],
    [
      { accuracy: { min_better_abs: 0.01 } },
      'broken: accuracy fell by 0.085, wanted better by 0.01: was 0.918',
    ],
    [{ recall: { max_worse_pct: 10 } }, 'broken: recall was 0: a percentage of it says nothing'],
    [
      { accuracy: { max_worse_abs: 0.09, require: 'ci' } },
      'broken: accuracy fell by 0.098 (end of the interval), allowed 0.09',
    ],
  ])('%j', (gates, reason) => {
    expect(reasons(gates, { baseline })).toEqual([reason]);
  });

  it('records baseline and change', () => {
    const result = judge({ accuracy: { max_worse_abs: 0.02 } }, { baseline });
    expect(result).toMatchObject({
      passed: false,
      first_run: false,
      baseline: { from: 'merge-base', commit: 'c0ffee', same_data: true },
    });
    expect(result.results[0]).toMatchObject({
      rule: 'max_worse_abs',
      limit: 0.02,
      value: 0.833,
      baseline: 0.918,
    });
    expect(result.results[0]!.change).toBeCloseTo(-0.085, 12);
  });

  it('are not judged on a first run, while limits on values are', () => {
    const result = judge({ accuracy: { min: 0.9, max_worse_abs: 0.02 } });
    expect(result).toMatchObject({ first_run: true, baseline: null, passed: false });
    expect(result.results.map(({ rule, passed }) => [rule, passed])).toEqual([
      ['min', false],
      ['max_worse_abs', true],
    ]);
    expect(judge({ accuracy: { min: 0.8 } }).first_run).toBe(false);
  });

  it('break when the baseline was judged on another test set, unless told to skip', () => {
    const other = report().inputs;
    const changed = was(
      { accuracy: 0.5 },
      { inputs: { ...other, data: { ...other.data, sha256: 'other' } } },
    );
    expect(reasons({ accuracy: { max_worse_abs: 0.02 } }, { baseline: changed })).toEqual([
      'broken: accuracy: baseline_on_other_data: the baseline was judged on other data',
    ]);
    const skipped = judge({ accuracy: { max_worse_abs: 0.02 } }, { baseline: changed, onDataChange: 'skip' });
    expect(skipped).toMatchObject({ passed: true, baseline: { same_data: false } });
  });

  it('see another test set by its filter, target or labels too', () => {
    const a = report();
    const { data } = a.inputs;
    const { mapping } = a;
    expect(sameRows(a, report())).toBe(true);
    expect(sameRows(a, report({ inputs: { ...a.inputs, data: { ...data, where: 'x > 1' } } }))).toBe(false);
    expect(sameRows(a, report({ mapping: { ...mapping, target: 'y' } }))).toBe(false);
    expect(sameRows(a, report({ mapping: { ...mapping, labels: ['yes', 'no'] } }))).toBe(false);
    expect(sameRows(a, report({ mapping: { ...mapping, positive: 'no' } }))).toBe(false);
  });

  it('of a bias count its distance from 0', () => {
    const now = report({ task: 'regression', metrics: { mean_error: -0.5 }, intervals: {} });
    const before = { ...was({}), report: report({ task: 'regression', metrics: { mean_error: 0.4 } }) };
    const gates = { mean_error: { max_worse_abs: 0.2 } };
    expect(judge(gates, { report: now, baseline: before }).passed).toBe(true);
    expect(judge({ mean_error: { max_worse_abs: 0.05 } }, { report: now, baseline: before }).passed).toBe(
      false,
    );
  });
});

describe('the gap to other data', () => {
  const compare = { data: { ...report().inputs.data, path: 'train.csv' }, metrics: { accuracy: 0.99 } };

  it('is judged, and needs that data', () => {
    const gates = { accuracy: { max_gap_abs: 0.05 } };
    expect(reasons(gates, { report: report({ compare }) })).toEqual([
      'broken: accuracy differs by 0.157, allowed 0.05: 0.833 here, 0.99 on train.csv',
    ]);
    expect(reasons(gates)).toEqual([
      'broken: accuracy has nothing to compare with: name the other data, compare: data/train.csv',
    ]);
    expect(judge({ accuracy: { max_gap_abs: 0.2 } }, { report: report({ compare }) }).passed).toBe(true);
  });
});

describe('nothing passes for want of something to look at', () => {
  it.each<[string, Json, string]>([
    [
      'a metric that was not computed',
      { f1_macro: { min: 0 } },
      'f1_macro was not computed: add it to metrics:',
    ],
    ['a metric that could not be', { roc_auc: { min: 0 } }, 'roc_auc is unavailable: there are no scores'],
    [
      'a slice that is missing',
      [{ metric: 'accuracy', slice: { weather: 9 }, min: 0 }],
      'slice weather=9 is not in the report: there are weather=3; weather=4',
    ],
    [
      'a slice of a column that is not cut',
      [{ metric: 'accuracy', slice: { region: 'north' }, min: 0 }],
      'slice region=north is not in the report: name its columns in slices:',
    ],
    [
      'a slice that is too small',
      [{ metric: 'accuracy', slice: { weather: 4 }, min: 0 }],
      'slice weather=4 has 12 rows, too few to judge',
    ],
    [
      'a metric that a slice does not have',
      [{ metric: 'auc', slice: { weather: 3 }, min: 0 }],
      'roc_auc is unavailable: there are no scores',
    ],
  ])('%s', (_, gates, reason) => {
    expect(reasons(gates)).toEqual([`broken: ${reason}`]);
  });

  it('but a slice that is there is judged, its value written as text or number', () => {
    for (const weather of [3, '3'])
      expect(reasons([{ metric: 'accuracy', slice: { weather }, min: 0.8 }])).toEqual([
        'broken: accuracy of weather=3 0.75 is under min 0.8',
      ]);
  });

  it('a guessed positive class breaks a gate that depends on it', () => {
    const guessed = report({ mapping: { ...report().mapping, positive_from: 'guess' } });
    expect(reasons({ recall: { min: 0 } }, { report: guessed })).toEqual([
      'broken: recall depends on which class is positive, and "yes" is only a guess: say positive: yes',
    ]);
    expect(judge({ accuracy: { min: 0 } }, { report: guessed }).passed).toBe(true);
  });

  it('columns that changed places under a model without names break, gates or none', () => {
    const inOrder = (columns: string[]) =>
      report({
        mapping: {
          ...report().mapping,
          inputs: [{ name: 'X', dtype: 'float32', columns, from: 'file-order' }],
        },
      });
    const result = judgeGates({
      stage: 'judge',
      gates: undefined,
      report: inOrder(['temp', 'hr']),
      baseline: { from: 'HEAD', commit: null, report: inOrder(['hr', 'temp']) },
    });
    expect(result.passed).toBe(false);
    expect(result.results[0]!.reason).toContain('another order (temp, hr) than for the baseline (hr, temp)');
    const rescored = judgeGates({
      stage: 'judge',
      gates: undefined,
      report: inOrder(['temp', 'hr']),
      baseline: {
        from: 'HEAD',
        commit: null,
        report: inOrder(['temp', 'hr']),
        before: inOrder(['hr', 'temp']),
      },
    });
    expect(rescored.passed).toBe(false);
  });
});

describe('notes', () => {
  it('say when a limit is smaller than chance, and when quality may slide', () => {
    expect(judge({ accuracy: { max_worse_abs: 0.01 } }).notes).toEqual([
      'accuracy: max_worse_abs 0.01 is smaller than its half-interval 0.015: chance alone moves it so far',
      'accuracy: without min it may get a little worse with every commit',
    ]);
    expect(judge({ accuracy: { min: 0.8, max_worse_abs: 0.02 } }).notes).toEqual([]);
  });
});

describe('how gates are written', () => {
  it.each<[Json, string]>([
    [{ accuracy: { min: '0.9' } }, 'expected a number, found "0.9"'],
    [{ accuracy: { mn: 0.9 } }, 'unknown key "mn"'],
    [{ accuracy: { max_worse_abs: -0.1 } }, 'expected a number of at least 0, found -0.1'],
    [[{ min: 0.9 }], '"metric" is missing'],
  ])('%j is refused', (gates, message) => {
    expect(checkShape(gatesShape, gates).map((problem) => problem.message)).toEqual([message]);
  });

  it('unknown metrics are located, aliases known', () => {
    expect(gateProblems({ acuracy: { min: 1 } })).toMatchObject([{ path: ['acuracy'], key: true }]);
    expect(gateProblems([{ metric: 'acuracy', min: 1 }])).toMatchObject([{ path: [0, 'metric'] }]);
    expect(gateProblems({ rmse: { max: 1 } })).toEqual([]);
  });
});

describe('gates of drift', () => {
  const drift = {
    schema: 'mlops.drift/1',
    summary: {
      columns: 9,
      tested: 8,
      skipped: 1,
      errors: 0,
      drifted: 2,
      drifted_share: 0.25,
      predictions_drifted: null,
    },
    columns: [
      { column: 'temp', missing: { reference: 0, current: 0.3 }, unseen: null },
      { column: 'region', missing: { reference: 0, current: 0 }, unseen: 0.02 },
    ],
    findings: [{ check: 'extra_column', subject: 'rain', message: 'is new, and not compared' }],
    advice: { decision: 'retrain' },
  } as unknown as DriftReport;

  const broken = (gates: Json, of: DriftReport = drift) => {
    expect(checkShape(driftGatesShape, gates)).toEqual([]);
    return judgeGates({ stage: 'watch', gates, report: of }).results.map(
      ({ passed, reason }) => `${passed}: ${reason}`,
    );
  };

  it.each<[Json, string]>([
    [{ max_drifted_share: 0.2 }, 'false: 2 of 8 columns drifted, allowed 0.2'],
    [{ max_drifted_columns: 2 }, 'true: 2 of 8 columns drifted, allowed 2'],
    [{ max_missing_share: 0.1 }, 'false: temp: 30 % of the values are missing, allowed 0.1'],
    [{ max_unseen_share: 0.05 }, 'true: region: 2 % of the values were not in the reference, allowed 0.05'],
    [{ predictions: 'stable' }, 'false: there are no predictions to compare: name model: or predictions:'],
    [{ schema: 'same' }, 'false: rain is new, and not compared'],
    [{ advice: ['keep', 'investigate'] }, 'false: the advice is retrain, allowed: keep, investigate'],
    [{ advice: 'retrain' }, 'true: the advice is retrain, allowed: retrain'],
  ])('%j', (gates, reason) => {
    expect(broken(gates)).toEqual([reason]);
  });

  it('do not pass when nothing was tested', () => {
    const none = { ...drift, summary: { ...drift.summary, tested: 0, drifted: 0, drifted_share: 0 } };
    expect(broken({ max_drifted_share: 1 }, none)).toEqual(['false: no column could be tested']);
  });

  it('are none by default', () => {
    expect(judgeGates({ stage: 'watch', gates: undefined, report: drift })).toMatchObject({
      passed: true,
      results: [],
    });
  });
});
