// What an evaluation says beyond its metrics: calibration, thresholds, weak parts, groups. The formulas themselves are held
// against other tools in docs/agreement.md; here is what must hold whatever the data.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { checkShape } from '../../../src/core/shape.ts';
import { evaluate } from '../../../src/ml/evaluate/evaluate.ts';
import { evaluateOptionsOf, evaluateProblems, evaluateShape } from '../../../src/ml/evaluate/options.ts';
import { weakSegments } from '../../../src/ml/evaluate/weak-segments.ts';
import type { Column } from '../../../src/ml/frame/frame.ts';
import { judgeEvaluation } from '../../../src/ml/gates-evaluate.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { failureOf, folder } from '../frame/folder.ts';

interface Row {
  readonly [column: string]: string | number | null;
}

const csv = (rows: readonly Row[]): string =>
  [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row).map((cell) => cell ?? ''))]
    .map((line) => line.join(','))
    .join('\n');

const BINARY = { predictions: { scores: 'p' }, labels: ['no', 'yes'], positive: 'yes', target: 'y' };
const NUMBERS = { predictions: { value: 'yhat' }, target: 'y', task: 'regression' };

async function judge(rows: readonly Row[], options: JsonObject) {
  const given = { data: 'd.csv', intervals: { replicates: 100 }, ...options };
  expect(checkShape(evaluateShape, given)).toEqual([]);
  expect(evaluateProblems(given)).toEqual([]);
  return evaluate(given, { cwd: folder({ 'd.csv': csv(rows) }), stage: 'judge' });
}

/** Scores that are right about themselves: yes with the probability of the score. */
function honestRows(n: number, seed = 1): Row[] {
  const random = randomFrom(seed);
  return Array.from({ length: n }, () => {
    const p = Number(random.unit().toFixed(4));
    return {
      p,
      y: random.unit() < p ? 'yes' : 'no',
      age: 18 + random.below(60),
      sex: random.below(2) === 0 ? 'female' : 'male',
      weather: ['fog', 'rain', 'sun'][random.below(3)]!,
    };
  });
}

describe('calibration', () => {
  it('is near 0 for honest scores, and far from it for the same scores squeezed', async () => {
    const honest = honestRows(3000);
    const bold = honest.map((row) => ({ ...row, p: Number(row['p']) > 0.5 ? 0.99 : 0.01 }));
    const error = async (rows: readonly Row[]) =>
      (await judge(rows, BINARY)).report.metrics['expected_calibration_error']!;
    expect(await error(honest)).toBeLessThan(0.03);
    expect(await error(bold)).toBeGreaterThan(0.2);
  });

  it('says so for bins as asked, and every bin holds its share within its interval', async () => {
    const { report, details } = await judge(honestRows(900), {
      ...BINARY,
      calibration: { bins: 7, by: 'count' },
    });
    expect(report.calibration).toMatchObject({ bins: 7, by: 'count', of: 'positive' });
    expect(report.calibration!.expected).toBe(report.metrics['expected_calibration_error']);
    const { bins } = details.calibration[0]!;
    expect(bins.map(({ count }) => count).reduce((a, b) => a + b)).toBe(900);
    for (const { count, share, interval } of bins) {
      expect(Math.abs(count - 900 / 7)).toBeLessThan(3);
      expect(interval![0]).toBeLessThan(share);
      expect(interval![1]).toBeGreaterThan(share);
    }
  });

  it('is unavailable, with its reason, where scores are no probabilities', async () => {
    const rows = honestRows(100).map(({ p, ...row }) => ({ ...row, p: Number(p) * 9 - 4 }));
    const { report } = await judge(rows, { ...BINARY, scores: { kind: 'margin' } });
    expect(report.calibration).toBe(null);
    expect(report.metrics['expected_calibration_error']).toBe(null);
    expect(report.unavailable['expected_calibration_error']).toMatch(/not probabilities/);
  });

  it('asks the top label of several classes, and each class', async () => {
    const rows = Array.from({ length: 300 }, (_, at) => {
      const random = randomFrom(at);
      const [a, b] = [random.unit() / 2, random.unit() / 2];
      return { a, b, c: 1 - a - b, y: ['a', 'b', 'c'][random.below(3)]! };
    });
    const { report, details } = await judge(rows, {
      target: 'y',
      predictions: { scores: { a: 'a', b: 'b', c: 'c' } },
    });
    expect(report.calibration).toMatchObject({ of: 'top label' });
    expect(report.calibration!.classes.map(({ label }) => label)).toEqual(['a', 'b', 'c']);
    expect(details.calibration_top!.reduce((sum, { count }) => sum + count, 0)).toBe(300);
  });
});

describe('a curve', () => {
  it('keeps its shape in 200 points where one row in 500 is positive', async () => {
    const random = randomFrom(3);
    const rows = Array.from({ length: 20_000 }, (_, at) => {
      const yes = at % 500 === 0;
      return { p: Math.min(0.9999, random.unit() * (yes ? 1 : 0.7)), y: yes ? 'yes' : 'no' };
    });
    const { details } = await judge(rows, BINARY);
    const { y, thresholds } = details.roc[0]!;
    expect(y.length).toBeLessThanOrEqual(201);
    // 40 positives: no step of recall is skipped by much.
    expect(Math.max(...y.slice(1).map((each, at) => each - y[at]!))).toBeLessThan(0.06);
    expect(thresholds![0]).toBe(null);
    expect([...thresholds!.slice(1)]).toEqual([...thresholds!.slice(1)].sort((a, b) => b! - a!));
  });
});

describe('the threshold', () => {
  it('is advice: the evaluation keeps its own', async () => {
    const rows = honestRows(800);
    const plain = await judge(rows, BINARY);
    const advised = await judge(rows, {
      ...BINARY,
      decide: { costs: { false_positive: 1, false_negative: 5 } },
    });
    expect(advised.report.metrics).toEqual(plain.report.metrics);
    expect(advised.report.confusion).toEqual(plain.report.confusion);
    // Scores that are right about themselves: flag where p · 5 > (1 − p) · 1.
    expect(Math.abs(advised.report.decide!.chosen!.threshold! - 1 / 6)).toBeLessThan(0.06);
    expect(advised.report.findings).toContainEqual(
      expect.objectContaining({
        check: 'threshold',
        status: 'warn',
        message: expect.stringContaining('flatters'),
      }),
    );
  });

  it('costs here no more than how rows are decided now, and gives what it says', async () => {
    const rows = honestRows(400, 5);
    const costs = { false_positive: 2, false_negative: 3 };
    const { report } = await judge(rows, { ...BINARY, decide: { costs } });
    const { chosen, now, confirmed } = report.decide!;
    expect(chosen!.value!).toBeLessThanOrEqual(now.value!);
    const used = await judge(rows, { ...BINARY, threshold: chosen!.threshold });
    expect(used.report.metrics['precision']).toBeCloseTo(chosen!.precision!, 9);
    expect(used.report.metrics['recall']).toBeCloseTo(chosen!.recall!, 9);
    expect(confirmed!.rows).toBe(200);
    expect(chosen!.intervals.value![0]).toBeLessThan(chosen!.value!);
    expect(chosen!.intervals.value![1]).toBeGreaterThan(chosen!.value!);
  });

  it('on the rows that chose it looks better than on others, on average', async () => {
    let flattered = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { report } = await judge(honestRows(80, 100 + seed), {
        ...BINARY,
        seed,
        decide: { metric: 'f1' },
        intervals: { replicates: 0 },
      });
      flattered += report.decide!.chosen!.value! - report.decide!.confirmed!.value!;
    }
    expect(flattered / 20).toBeGreaterThan(0.01);
  });

  it('is none where the target cannot be met, with what can be', async () => {
    const rows = honestRows(300).map((row) => ({ ...row, p: 0.5 }));
    const { report } = await judge(rows, { ...BINARY, decide: { target: { precision: 0.9 } } });
    expect(report.decide).toMatchObject({ chosen: null, confirmed: null });
    expect(report.decide!.reason).toMatch(/^no threshold meets it: the highest precision here is 0\.\d+$/);
  });

  it('may be to flag nothing', async () => {
    const upside = honestRows(300).map((row) => ({ ...row, p: 1 - Number(row['p']) }));
    const { report } = await judge(upside, {
      ...BINARY,
      decide: { costs: { false_positive: 1e6, false_negative: 1 } },
    });
    expect(report.decide!.chosen).toMatchObject({ threshold: null, flagged: 0, precision: null, recall: 0 });
  });

  it('needs scores, two classes, and a positive class that is no guess', async () => {
    const decide = { metric: 'f1' };
    const rows = honestRows(60);
    const labels = { target: 'y', labels: ['no', 'yes'], predictions: { label: 'y' }, positive: 'yes' };
    expect(await failureOf(judge(rows, { ...labels, decide }))).toMatch(/decide needs scores/);
    expect(
      await failureOf(judge(rows, { ...NUMBERS, target: 'p', predictions: { value: 'p' }, decide })),
    ).toMatch(/decide needs two classes/);
    const guessed = { predictions: { scores: { no: 'q', yes: 'p' } }, target: 'y' };
    const both = rows.map((row) => ({ ...row, q: 1 - Number(row['p']) }));
    expect(await failureOf(judge(both, { ...guessed, decide }))).toMatch(/only a guess/);
  });

  it('refuses rules that contradict themselves', () => {
    const problems = (decide: JsonObject) =>
      evaluateProblems({ ...BINARY, data: 'd.csv', decide }).map(({ message }) => message);
    expect(problems({ target: { precision: 0.9, recall: 0.9 } })).toEqual([
      expect.stringMatching(/^one target/),
    ]);
    expect(problems({ metric: 'roc_auc' })).toEqual(['a threshold does not change "roc_auc"']);
    expect(problems({ costs: { false_positive: 0, false_negative: 1 } })).toEqual([
      expect.stringMatching(/^an error must cost more/),
    ]);
  });
});

describe('slices by expression', () => {
  it('stand beside those by columns, cross with them, and carry a name', async () => {
    const { report } = await judge(honestRows(600), {
      ...BINARY,
      slices: [
        ['sex'],
        { where: 'age < 25' },
        { where: "weather in ('rain', 'fog')", name: 'wet', by: ['sex'] },
      ],
    });
    const named = report.slices.map(({ by, where }) => ({ by, where }));
    expect(named).toContainEqual({ by: { where: 'age < 25' }, where: undefined });
    expect(named).toContainEqual({
      by: { where: 'wet', sex: 'female' },
      where: "weather in ('rain', 'fog')",
    });
    const rowsOf = (where: string) =>
      report.slices.filter(({ by }) => by['where'] === where).reduce((sum, { rows }) => sum + rows, 0);
    expect(rowsOf('age < 25')).toBe(honestRows(600).filter(({ age }) => Number(age) < 25).length);
    expect(rowsOf('wet')).toBe(honestRows(600).filter(({ weather }) => weather !== 'sun').length);
  });

  it('are gated by name or by expression, and a gate on one that is not there fails', async () => {
    const { report } = await judge(honestRows(600), {
      ...BINARY,
      slices: [{ where: 'age < 25' }, { where: "weather = 'rain'", name: 'wet' }],
    });
    const gates = [
      { metric: 'accuracy', slice: 'wet', min: 0.1 },
      { metric: 'accuracy', slice: { where: 'age < 25' }, min: 0.1 },
      { metric: 'accuracy', slice: 'dry', min: 0.1 },
    ];
    const { results } = judgeEvaluation({ stage: 'judge', gates, onDataChange: 'fail' } as never, report);
    expect(results.map(({ passed }) => passed)).toEqual([true, true, false]);
    expect(results[2]!.reason).toBe('slice dry is not in the report: there are wet; age < 25');
  });

  it('that cannot be read are found before a run', () => {
    const problems = evaluateProblems({ ...BINARY, data: 'd.csv', slices: [['sex'], { where: 'age <' }] });
    expect(problems).toEqual([
      expect.objectContaining({
        path: ['slices', 1, 'where'],
        message: expect.stringContaining('found the end'),
      }),
    ]);
  });
});

describe('weak segments', () => {
  const searched = { columns: ['age', 'weather', 'sex'] };

  /** 0.9 right, but in the rain over 50 only half. */
  function weakRows(n: number, seed: number): Row[] {
    const random = randomFrom(seed);
    return honestRows(n, seed).map((row) => {
      const right = random.unit() < (row['weather'] === 'rain' && Number(row['age']) > 50 ? 0.5 : 0.9);
      const yes = random.unit() < 0.5;
      return { ...row, y: yes ? 'yes' : 'no', p: yes === right ? 0.9 : 0.1 };
    });
  }

  it('are found, said as an expression that slices take, and held against rows that did not find them', async () => {
    const rows = weakRows(2000, 2);
    const { report } = await judge(rows, { ...BINARY, weak_segments: searched });
    const weak = report.weak_segments!.segments.filter((each) => each.weak);
    expect(weak).toHaveLength(1);
    expect(weak[0]!.where).toMatch(/^weather = 'rain' and age > (4[5-9]|5[0-5])$/);
    expect(weak[0]!.held_out.interval[1]).toBeLessThan(report.weak_segments!.overall);
    const again = await judge(rows, { ...BINARY, slices: [{ where: weak[0]!.where }] });
    expect(again.report.slices[0]!.rows).toBe(weak[0]!.rows);
    expect(report.findings).toContainEqual(
      expect.objectContaining({ check: 'weak_segment', status: 'warn' }),
    );
  });

  it('are not called weak where there are none, though the rows that found them look so', () => {
    const [runs, rows] = [40, 1200];
    let [found, called, gap] = [0, 0, 0];
    for (let seed = 0; seed < runs; seed++) {
      const random = randomFrom(900 + seed);
      const columns = Array.from({ length: 20 }, (_, at): [string, Column] => [
        `x${at}`,
        {
          kind: 'numeric',
          type: 'float64',
          name: `x${at}`,
          nulls: 0,
          values: Float64Array.from({ length: rows }, () => random.unit()),
        },
      ]);
      const truth = Float64Array.from({ length: rows }, () => (random.unit() < 0.2 ? 1 : 0));
      const data = { truth, predicted: new Float64Array(rows), weights: null };
      const options = evaluateOptionsOf({ data: 'd.csv', target: 'y', seed });
      const names = columns.map(([name]) => name);
      const frame = { rows, columns: new Map(columns) };
      const report = weakSegments(frame, { kind: 'numbers', data }, names, options)!;
      for (const segment of report.segments) {
        found++;
        gap += segment.found - segment.held_out.value;
      }
      if (report.segments.some(({ weak }) => weak)) called++;
    }
    expect(found).toBeGreaterThan(15);
    expect(gap / found).toBeGreaterThan(0.05);
    // One side of 95 % over all segments together: 1 in 40 of such data sets.
    expect(called).toBeLessThanOrEqual(3);
  });

  it('name no id, no date, no category of few rows, and are off where asked', async () => {
    const rows = weakRows(1000, 3).map((row, at) => ({
      ...row,
      id: at,
      code: `c${at}`,
      day: `2024-01-${String(1 + (at % 28)).padStart(2, '0')}`,
      weather: at === 5 ? 'blizzard' : row['weather']!,
    }));
    const columns = ['id', 'code', 'day', 'weather', 'age'];
    const { report } = await judge(rows, { ...BINARY, weak_segments: { columns } });
    expect(Object.keys(report.weak_segments!.skipped).sort()).toEqual(['code', 'day', 'id']);
    expect(JSON.stringify(report.weak_segments)).not.toContain('blizzard');
    expect((await judge(rows, { ...BINARY, weak_segments: false })).report.weak_segments).toBe(null);
  });

  it('of a regression speak of its absolute error, missing values and odd names included', async () => {
    const random = randomFrom(7);
    const rows = Array.from({ length: 1200 }, () => {
      const gap = random.unit() < 0.2;
      const x = random.unit();
      return {
        "hour of 'day'": gap ? null : random.below(24),
        y: x,
        yhat: x + (gap ? 2 : 0.1) * random.unit(),
      };
    });
    const { report } = await judge(rows, { ...NUMBERS, weak_segments: { columns: ["hour of 'day'"] } });
    expect(report.weak_segments).toMatchObject({ measure: 'mean_absolute_error', better: 'min' });
    expect(report.weak_segments!.segments[0]).toMatchObject({ where: "`hour of 'day'` = null", weak: true });
  });

  it('are the same however often they are searched', async () => {
    const rows = weakRows(500, 9);
    const found = async () =>
      JSON.stringify((await judge(rows, { ...BINARY, weak_segments: searched })).report);
    expect(await found()).toBe(await found());
  });
});

describe('fairness', () => {
  const fairness = { by: ['sex'] };

  it('is 0 apart for groups that are copies of each other, whatever they are called', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 99 }), async (seed) => {
        const half = honestRows(60, seed);
        const rows = [
          ...half.map((row) => ({ ...row, sex: 'x' })),
          ...half.map((row) => ({ ...row, sex: 'y' })),
        ];
        const { report } = await judge(rows, { ...BINARY, fairness });
        expect(report.metrics['demographic_parity_difference']).toBe(0);
        expect(report.metrics['equalized_odds_difference']).toBe(0);
        expect(report.metrics['demographic_parity_ratio']).toBe(1);
      }),
      { numRuns: 8 },
    );
  });

  it('holds what gates judge: of several columns the one furthest apart', async () => {
    const rows = honestRows(800).map((row) => ({
      ...row,
      p: Number(row['p']) * (row['sex'] === 'male' ? 1 : 0.6),
    }));
    const { report } = await judge(rows, {
      ...BINARY,
      fairness: { by: ['weather', 'sex', ['sex', 'weather']] },
    });
    const by = report.fairness!.by.map(({ metrics }) => metrics['demographic_parity_difference']!);
    expect(report.metrics['demographic_parity_difference']).toBe(Math.max(...by));
    expect(report.fairness!.by.map(({ column }) => column)).toEqual(['weather', 'sex', 'sex, weather']);
    const [low, high] = report.intervals['demographic_parity_difference']!;
    expect(low).toBeLessThan(Math.max(...by));
    expect(high).toBeGreaterThan(Math.max(...by));
    const gates = { demographic_parity_difference: { max: 0.1 } };
    const { results } = judgeEvaluation({ stage: 'judge', gates, onDataChange: 'fail' } as never, report);
    expect(results[0]).toMatchObject({ passed: false });
  });

  it('never passes a gate that it could not measure', async () => {
    const rows = honestRows(100).map((row) => ({ ...row, sex: 'all' }));
    const { report } = await judge(rows, { ...BINARY, fairness });
    expect(report.metrics['demographic_parity_difference']).toBe(null);
    const gates = { demographic_parity_difference: { max: 1 } };
    const judged = (of: typeof report) =>
      judgeEvaluation({ stage: 'judge', gates, onDataChange: 'fail' } as never, of);
    expect(judged(report).results[0]!.reason).toMatch(/unavailable: fewer than two groups/);
    const { report: without } = await judge(rows, BINARY);
    expect(judged(without).results[0]!.reason).toMatch(/say which groups to compare, fairness/);
  });

  it('leaves small groups out, and says how many', async () => {
    const rows = honestRows(300).map((row, at) => ({ ...row, sex: at < 12 ? 'other' : row['sex']! }));
    const { report } = await judge(rows, { ...BINARY, fairness });
    expect(report.fairness!.by[0]).toMatchObject({ skipped: 1 });
    expect(JSON.stringify(report)).not.toContain('"other"');
    expect(report.findings).toContainEqual(
      expect.objectContaining({ check: 'fairness_group', status: 'skipped', subject: 'sex' }),
    );
  });

  it('of numbers is the bias of each group', async () => {
    const random = randomFrom(1);
    const rows = Array.from({ length: 400 }, (_, at) => {
      const y = random.unit();
      return { sex: at % 2 === 0 ? 'female' : 'male', y, yhat: y + (at % 2 === 0 ? 0.5 : -0.25) };
    });
    const { report } = await judge(rows, { ...NUMBERS, fairness });
    expect(report.metrics['mean_error_difference']).toBeCloseTo(0.75, 9);
    expect(report.metrics['mean_absolute_error_difference']).toBeCloseTo(0.25, 9);
  });
});
