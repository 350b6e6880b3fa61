// Whole drift reports over files.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MlopsError } from '../../../src/core/failure.ts';
import { canonicalJson } from '../../../src/util/canonical-json.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { normals } from './columns.ts';
import { csvOf, driftIn, folder, rides, ridesModel, type Table } from './files.ts';

const before = rides(1500, 1);
const model = { 'busy.onnx': ridesModel };
const watched = { model: 'busy.onnx', target: 'busy' };

function withTables(reference: Table, current: Table): string {
  return folder({ ...model, 'before.csv': csvOf(reference), 'now.csv': csvOf(current) });
}

function without(table: Table, name: string): Table {
  return Object.fromEntries(Object.entries(table).filter(([key]) => key !== name));
}

describe('new rows of the same world', () => {
  it('get scores also from a model that ends in a ZipMap', async () => {
    const models = join(import.meta.dirname, '../../../fixtures/ml/models');
    const { report } = await driftIn(models, {
      reference: 'rows.csv',
      current: 'rows.csv',
      model: 'forest-zipmap.onnx',
      features: ['temp', 'wind', 'hour'],
      positive: 'yes',
      target: 'busy',
    });
    expect(report.predictions).toMatchObject({ column: 'score[yes]', kind: 'numeric', drifted: false });
  });

  it('are no drift, and the advice is to keep the model', async () => {
    const { report, details } = await driftIn(withTables(before, rides(1200, 2)), watched);
    expect(report.summary).toEqual({
      columns: 3,
      tested: 3,
      skipped: 0,
      errors: 0,
      drifted: 0,
      drifted_share: 0,
      predictions_drifted: false,
      target_drifted: false,
    });
    expect(report.columns.map(({ column, kind, status }) => [column, kind, status])).toEqual([
      ['temp', 'numeric', 'pass'],
      ['wind', 'numeric', 'pass'],
      ['sky', 'categorical', 'pass'],
    ]);
    expect(report.predictions).toMatchObject({ column: 'score[yes]', role: 'prediction', kind: 'numeric' });
    expect(report.target).toMatchObject({ column: 'busy', role: 'target', kind: 'categorical' });
    expect(report.advice).toMatchObject({ decision: 'keep', basis: 'labels' });
    expect(report.performance!.metric).toBe('accuracy');
    expect(report.findings).toEqual([]);
    expect(details.histograms.map(({ column }) => column)).toEqual([
      'score[yes]',
      'busy',
      'temp',
      'wind',
      'sky',
    ]);
  });

  it('give the same bytes again', async () => {
    const cwd = withTables(before, rides(1200, 2));
    const [first, second] = [await driftIn(cwd, watched), await driftIn(cwd, watched)];
    expect(canonicalJson(second.report)).toBe(canonicalJson(first.report));
    expect(canonicalJson(second.details)).toBe(canonicalJson(first.details));
  });
});

describe('a changed world', () => {
  it('where values go missing: investigate, though nothing else moved', async () => {
    const now = rides(1200, 2);
    const holes = { ...now, sky: now['sky']!.map((sky, row) => (row % 5 === 0 ? null : sky)) };
    const { report } = await driftIn(withTables(before, holes), { exclude: ['busy'] });
    expect(report.summary.drifted).toBe(0);
    expect(report.advice).toMatchObject({ decision: 'investigate', for: [{ subject: 'sky' }] });
  });

  it('where labels are spelled otherwise: block, it is not the model that got worse', async () => {
    const now = rides(1200, 2);
    const shouted = { ...now, busy: now['busy']!.map((busy) => `${busy}!`) };
    const { report } = await driftIn(withTables(before, shouted), watched);
    expect(report.advice).toMatchObject({ decision: 'block', basis: 'schema' });
    expect(report.performance).toBeNull();
    expect(report.findings).toContainEqual(
      expect.objectContaining({ check: 'labels', subject: 'busy', status: 'fail' }),
    );
  });

  it('where labels are in capitals, or a few are new: the known ones still count', async () => {
    const now = rides(1200, 2);
    const known = await driftIn(withTables(before, now), watched);
    const capitals = { ...now, busy: now['busy']!.map((busy) => String(busy).toUpperCase()) };
    const { report } = await driftIn(withTables(before, capitals), watched);
    expect(report.performance!.current).toBe(known.report.performance!.current);
    const few = { ...now, busy: now['busy']!.map((busy, row) => (row % 10 === 0 ? 'maybe' : busy)) };
    const { report: partly } = await driftIn(withTables(before, few), watched);
    expect(partly.performance!.current).toBeLessThan(known.report.performance!.current - 0.05);
    expect(partly.advice.decision).not.toBe('block');
  });

  it('where the same inputs mean something else: retrain, and old rows will not help', async () => {
    const { report } = await driftIn(withTables(before, rides(1200, 2, -1)), watched);
    expect(report.summary).toMatchObject({ drifted: 0, predictions_drifted: false });
    expect(report.advice).toMatchObject({
      decision: 'retrain',
      basis: 'labels',
      probability: {
        value: 1,
        event: 'accuracy is more than 0.02 below the reference',
        method: 'bootstrap by row',
      },
    });
    expect(report.advice.caveats).toContain(
      'no input column moved: training again on old rows will not help',
    );
    expect(report.metrics['accuracy_change']).toBeLessThan(-0.2);
    const [low, high] = report.performance!.ci95!;
    expect(low).toBeLessThan(report.performance!.change);
    expect(high).toBeGreaterThan(report.performance!.change);
  });

  it('where inputs moved and the model still holds: keep, with both sides of the argument', async () => {
    const { report } = await driftIn(withTables(before, rides(1200, 2, 1, 4)), watched);
    expect(report.columns[0]).toMatchObject({ column: 'temp', drifted: true, status: 'warn' });
    expect(report.columns[0]!.reason).toMatch(/^moved: KS 0\.\d+ is at or over its floor 0\.1/);
    expect(report.advice.decision).toBe('keep');
    expect(report.advice.for.map(({ subject }) => subject)).toContain('temp');
    expect(report.advice.against.map(({ subject }) => subject)).toContain('accuracy');
    expect(report.advice.caveats).toContain('inputs moved, but the labels show no loss beyond the tolerance');
  });

  it('without labels: investigate, by an estimate that says what it cannot see', async () => {
    const { report } = await driftIn(withTables(before, without(rides(1200, 2, 1, 4), 'busy')), watched);
    expect(report.target).toBeNull();
    expect(report.performance).toBeNull();
    expect(report.advice).toMatchObject({
      decision: 'investigate',
      basis: 'estimate',
      probability: { event: 'the estimated accuracy is more than 0.02 below the reference' },
    });
    expect(report.advice.probability.value).toBeLessThan(0.5);
    expect(report.advice.caveats.join()).toContain('a change in what inputs mean cannot be seen');
  });

  it('without labels on either side: investigate, without a made-up probability', async () => {
    const { report } = await driftIn(
      withTables(without(before, 'busy'), without(rides(1200, 2, 1, 4), 'busy')),
      { ...watched, target: null },
    );
    expect(report.estimates).toEqual([]);
    expect(report.realised).toEqual([]);
    expect(report.advice).toMatchObject({
      decision: 'investigate',
      basis: 'drift',
      probability: { value: null },
    });
    expect(report.advice.probability.reason).toContain('no target is named');
    expect(report.unavailable['advice_probability']).toContain('no target is named');
    expect(report.unavailable['estimates']).toContain('needs the truth of the reference');
    expect(report.importance).toMatchObject({ basis: 'predictions' });
    expect(report.advice.caveats).toContain('without labels a change in what inputs mean cannot be seen');
  });

  it('in regression: errors count as a share of those before', async () => {
    const table = (seed: number, noise: number): Table => {
      const random = randomFrom(seed);
      const x = [...normals(800, random)];
      const errors = normals(800, random, 0, noise);
      return { x, guess: x.map((v) => 2 * v), y: x.map((v, i) => 2 * v + errors[i]!) };
    };
    const options = { predictions: { value: 'guess' }, target: 'y' };
    const { report } = await driftIn(withTables(table(1, 1), table(2, 1.5)), options);
    expect(report.performance!.metric).toBe('root_mean_squared_error');
    const { reference, current } = report.performance!;
    expect(current / reference).toBeGreaterThan(1.3);
    expect(current / reference).toBeLessThan(1.7);
    expect(report.columns.map(({ column }) => column)).toEqual(['x']);
    expect(report.advice).toMatchObject({
      decision: 'retrain',
      probability: { event: 'root_mean_squared_error is more than 2 % above the reference' },
    });
  });
});

describe('a model that still ranks well', () => {
  it('has that counted in its favour, though its threshold is off', async () => {
    const now = rides(1200, 2);
    const busier = now['busy']!.map((busy, i) =>
      Number(now['temp']![i]) * 0.8 - Number(now['wind']![i]) * 1.5 > 1.5 ? 'yes' : busy,
    );
    const { report } = await driftIn(withTables(before, { ...now, busy: busier }), watched);
    expect(report.performance!.change).toBeLessThan(-0.02);
    expect(report.target!.drifted).toBe(true);
    expect(report.advice.for.map(({ subject }) => subject)).toEqual(['accuracy', 'accuracy', 'busy']);
    expect(report.advice.against.map(({ text }) => text).join()).toMatch(
      /ranking still holds: 0\.\d+ → 0\.\d+/,
    );
  });
});

describe('data the model cannot read', () => {
  it('lack a column: blocked', async () => {
    const { report } = await driftIn(withTables(before, without(rides(500, 2), 'wind')), watched);
    expect(report.advice).toMatchObject({ decision: 'block', basis: 'schema' });
    expect(report.findings).toMatchObject([{ check: 'missing_column', subject: 'wind', status: 'fail' }]);
  });

  it('hold text where numbers were: blocked', async () => {
    const now = rides(500, 2);
    const { report } = await driftIn(
      withTables(before, { ...now, wind: now['wind']!.map((w, i) => (i === 3 ? 'calm' : w)) }),
      watched,
    );
    expect(report.findings).toMatchObject([
      { check: 'type', subject: 'wind', status: 'fail', message: 'held numbers, now holds text' },
    ]);
    expect(report.predictions).toBeNull();
  });

  it('have a new column: a note, nothing more', async () => {
    const now = rides(500, 2);
    const { report } = await driftIn(withTables(before, { ...now, extra: now['temp']! }), watched);
    expect(report.findings).toMatchObject([{ check: 'extra_column', subject: 'extra', status: 'pass' }]);
    expect(report.advice.decision).toBe('keep');
  });
});

describe('predictions of any framework', () => {
  const scored = (table: Table): Table => ({
    ...table,
    p: table['temp']!.map(
      (t, i) => 1 / (1 + Math.exp(-(0.8 * Number(t) - 1.5 * Number(table['wind']![i]) - 6))),
    ),
  });

  it('read as columns say what the model itself would say', async () => {
    const now = rides(1200, 2);
    const cwd = withTables(scored(before), scored(now));
    const columns = await driftIn(cwd, {
      predictions: { scores: 'p' },
      labels: ['no', 'yes'],
      target: 'busy',
    });
    const byModel = await driftIn(cwd, { ...watched, exclude: ['p'] });
    expect(columns.report.performance).toEqual(byModel.report.performance);
    expect(columns.report.predictions!.ks!.statistic).toBeCloseTo(
      byModel.report.predictions!.ks!.statistic,
      6,
    );
    expect(columns.report.columns.map(({ column }) => column)).toEqual(['temp', 'wind', 'sky']);
  });
});

describe('columns that are no features', () => {
  it('dates, counters, names and free text are listed, not tested', async () => {
    const table = (seed: number, start: number): Table => {
      const random = randomFrom(seed);
      const x = [...normals(100, random)];
      return {
        x,
        day: x.map((_, i) => new Date(86_400_000 * (start + i)).toISOString().slice(0, 10)),
        row: x.map((_, i) => start + i),
        user: x.map((_, i) => `u${random.below(1e9)}-${i}`),
        note: x.map((_, i) => `a note of some length as people write them ${random.below(1e9)} ${i}`),
      };
    };
    const { report } = await driftIn(withTables(table(1, 1000), table(2, 2000)), {});
    expect(report.columns.map(({ column, kind, status }) => [column, kind, status])).toEqual([
      ['x', 'numeric', 'pass'],
      ['day', 'datetime', 'skipped'],
      ['row', 'id', 'skipped'],
      ['user', 'id', 'skipped'],
      ['note', 'text', 'skipped'],
    ]);
    expect(canonicalJson(report)).not.toMatch(/u\d+-|a note/);
    expect(report.advice.caveats.join()).toContain('there is a date column, "day"');
  });

  it('nothing left to test fails the stage: a report of nothing would read as no drift', async () => {
    const few: Table = { x: [1, 2, 3], y: [3, 2, 1] };
    const failed = await driftIn(withTables(few, few), {}).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(MlopsError);
    expect((failed as MlopsError).failures[0]).toMatchObject({
      exit: 'stage',
      message: 'no column could be tested',
      help: expect.stringContaining('insufficient data: 3 rows with a value, 30 needed'),
    });
  });
});

describe('rows in time', () => {
  /** Temperature by season: four years, or one quarter of a year. */
  const days = (from: number, count: number, seed: number): Table => {
    const random = randomFrom(seed);
    const noise = normals(count, random, 0, 3);
    const at = Array.from({ length: count }, (_, i) => from + i);
    return {
      day: at.map((each) => new Date(86_400_000 * each).toISOString().slice(0, 10)),
      temp: at.map((each, i) => 12 + 8 * Math.sin((2 * Math.PI * each) / 365.25) + noise[i]!),
    };
  };
  const years = days(15_000, 4 * 365, 1);
  const quarter = days(15_000 + 4 * 365, 91, 2);

  it('a season is drift to a test that takes rows as independent, and it says so', async () => {
    const { report } = await driftIn(withTables(years, quarter), {});
    expect(report.columns[1]).toMatchObject({ column: 'temp', drifted: true });
    expect(report.advice.caveats.join()).toContain(
      'p-values assume independent rows, but neighbouring rows are alike (temp',
    );
    expect(report.method).toMatchObject({ calibrated: false, chunks: 0 });
  });

  it('with a time column the limit is what other quarters reach', async () => {
    const { report } = await driftIn(withTables(years, quarter), { time: { column: 'day' } });
    expect(report.columns.map(({ column }) => column)).toEqual(['temp']);
    expect(report.columns[0]).toMatchObject({ drifted: false, decides: { limit_from: 'chunks' } });
    expect(report.columns[0]!.decides!.limit).toBeGreaterThan(0.3);
    expect(report.method).toMatchObject({ calibrated: true, chunks: 16 });
    expect(report.advice.unusualness).toBeGreaterThanOrEqual(0);
  });

  it('a heat wave is still seen', async () => {
    const hot = { ...quarter, temp: quarter['temp']!.map((t) => Number(t) + 25) };
    const { report } = await driftIn(withTables(years, hot), { time: { column: 'day' } });
    expect(report.columns[0]).toMatchObject({ drifted: true });
    expect(report.advice.unusualness).toBe(1);
  });

  it('performance is resampled by week, as days are alike', async () => {
    const judged = (table: Table): Table => ({
      ...table,
      guess: table['temp']!.map(() => 12),
    });
    const options = { time: { column: 'day' }, predictions: { value: 'guess' }, target: 'temp' };
    const { report, details } = await driftIn(withTables(judged(years), judged(quarter)), { ...options });
    expect(report.advice.probability.method).toBe('bootstrap by week');
    const sides = details.chunks.map(({ side }) => side);
    expect(sides.filter((side) => side === 'reference')).toHaveLength(10);
    expect(details.realised).toHaveLength(6);
    for (const { chunks } of details.realised) expect(chunks).toHaveLength(sides.length);
  });
});

describe('options', () => {
  it('an effect that does not fit a column is an error of that column', async () => {
    const { report } = await driftIn(withTables(before, rides(500, 2)), {
      columns: { sky: { effect: 'ks' } },
    });
    expect(report.columns[2]).toMatchObject({
      status: 'error',
      reason: 'KS does not apply to a categorical column',
    });
    expect(report.summary).toMatchObject({ errors: 1, tested: 3 });
  });

  it('select like for like rows on both sides', async () => {
    const options = {
      reference: { path: 'before.csv', where: "sky = 'rain'" },
      current: { path: 'now.csv', where: "sky = 'rain'" },
    };
    const { report } = await driftIn(withTables(before, rides(500, 2)), options);
    expect(report.inputs.reference.rows).toBe(before['sky']!.filter((sky) => sky === 'rain').length);
    expect(report.columns[2]!.most_moved).toMatchObject({ category: 'rain', reference: 1, current: 1 });
  });

  it('a column read as categories, with its own floor', async () => {
    const hours = (seed: number): Table => {
      const random = randomFrom(seed);
      return { hour: Array.from({ length: 600 }, () => random.below(4)) };
    };
    const cwd = withTables(hours(1), hours(2));
    writeFileSync(join(cwd, 'now.csv'), csvOf({ hour: hours(2)['hour']!.map((h) => (h === 3 ? 0 : h)) }));
    const columns = { hour: { test: 'chi2', effect: 'tvd', floor: 0.3 } };
    const { report } = await driftIn(cwd, { columns });
    expect(report.columns[0]).toMatchObject({
      kind: 'categorical',
      drifted: false,
      decides: { effect: 'tvd', limit: 0.3 },
    });
    expect(report.columns[0]!.reason).toMatch(
      /^significant, but total variation 0\.2\d* is under its floor 0\.3/,
    );
  });
});

describe('the report', () => {
  it('stays under 64 KiB for 50 columns, and names no category of fewer than 10 rows', async () => {
    const table = (seed: number): Table => {
      const random = randomFrom(seed);
      const columns: Record<string, (string | number)[]> = {};
      for (let i = 0; i < 40; i++) columns[`a_rather_long_name_${i}`] = [...normals(300, random)];
      for (let i = 0; i < 10; i++)
        columns[`c${i}`] = Array.from({ length: 300 }, () =>
          random.unit() < 0.02 ? `rare${random.below(1000)}` : `common${random.below(5)}`,
        );
      return columns;
    };
    const { report, details } = await driftIn(withTables(table(1), table(2)), {});
    expect(report.columns.length).toBe(50);
    expect(canonicalJson(report).length).toBeLessThan(64 * 1024);
    expect(canonicalJson(details).length).toBeLessThan(64 * 1024);
    expect(canonicalJson([report, details])).not.toContain('rare');
  });
});

describe('labels that have not arrived', () => {
  it('are waited for, though their column is there', async () => {
    const now = rides(600, 2);
    const { report } = await driftIn(
      withTables(before, { ...now, busy: now['busy']!.map(() => null) }),
      watched,
    );
    expect(report.target).toMatchObject({ status: 'skipped', decides: null });
    expect(report.advice).toMatchObject({ decision: 'keep', basis: 'estimate' });
    expect(report.realised[0]).toMatchObject({ metric: 'accuracy', current: { rows: 0, value: null } });
  });

  it('a target of numbers does not fit a model of classes', async () => {
    const options = { predictions: { value: 'temp' }, target: 'busy' };
    await expect(driftIn(withTables(before, rides(600, 2)), options)).rejects.toThrow(
      'target "busy" holds text',
    );
  });
});
