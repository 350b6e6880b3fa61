// Isotonic regression beside scikit-learn; realised performance, CBPE and chunks beside NannyML.
import {
  cbpeEstimators,
  classCourse,
  realisedClassEstimators,
} from '../../../src/ml/drift/class-estimators.ts';
import { CLASS_METRICS } from '../../../src/ml/drift/class-metrics.ts';
import { fitCalibrators } from '../../../src/ml/drift/estimate-cbpe.ts';
import type { Estimate } from '../../../src/ml/drift/estimate-report.ts';
import { realisedNumberEstimators } from '../../../src/ml/drift/number-estimators.ts';
import { splitSides } from '../../../src/ml/drift/split.ts';
import { fitIsotonic, isotonicAt } from '../../../src/ml/stats/isotonic.ts';
import { randomFrom } from '../../../src/util/random.ts';
import {
  asExpected,
  type ClassCase,
  classSides,
  conceptFixture,
  type Expected,
  estimates,
} from '../drift/concept-cases.ts';
import { type Agreement, agreementOf, type Compared } from './agreement.ts';

const SCRIPT = 'fixtures/ml/concept/make.py';

export async function agreements(): Promise<readonly Agreement[]> {
  return [isotonic(), chunks(), ...classes(), ...numbers()];
}

interface IsotonicCase {
  readonly x: number[];
  readonly y: number[];
  readonly weights: number[] | null;
  readonly ask: number[];
  readonly expected: number[];
}

function isotonic(): Agreement {
  const { cases, tools } = conceptFixture<{ readonly cases: readonly IsotonicCase[] }>('isotonic.json');
  const compared = cases.flatMap(({ x, y, weights, ask, expected }) => {
    const fit = fitIsotonic(
      Float64Array.from(x),
      Float64Array.from(y),
      weights && Float64Array.from(weights),
    );
    return ask.map((each, i) => ({ ours: isotonicAt(fit, each), theirs: expected[i]! }));
  });
  return row('isotonic regression', `scikit-learn ${tools['scikit-learn']}`, compared);
}

interface ChunkCase {
  readonly rows: number;
  readonly size: number | null;
  readonly count: number | null;
  readonly incomplete: 'keep' | 'append' | 'drop';
  readonly lengths: readonly number[];
}

function chunks(): Agreement {
  const { chunks: cases, tools } = conceptFixture<{ readonly chunks: readonly ChunkCase[] }>('binary.json');
  const compared = cases.flatMap(({ rows, size, count, incomplete, lengths }) => {
    const rule =
      size === null ? { kind: 'number' as const, chunks: count! } : { kind: 'rows' as const, rows: size };
    const made = splitSides({ reference: rows, current: 0 }, null, rule, incomplete);
    return [
      { ours: made.length, theirs: lengths.length },
      ...made.map((chunk, i) => ({ ours: chunk.rows.length, theirs: lengths[i] ?? Number.NaN })),
    ];
  });
  return row('chunks: rows of each', `NannyML ${tools['nannyml']}`, compared);
}

/** With calibration as NannyML decided it; the spread of average precision is drawn, so it is left to a test of its own. */
function classes(): Agreement[] {
  const found = new Map<string, Compared[]>();
  let tool = '';
  for (const name of ['binary.json', 'multiclass.json']) {
    const { cases, tools } = conceptFixture<{ readonly cases: readonly ClassCase[] }>(name);
    tool = `NannyML ${tools['nannyml']}`;
    for (const each of cases) {
      const sides = classSides(each);
      const rows = { reference: each.reference_rows, current: each.truth.length - each.reference_rows };
      const calibrators = fitCalibrators(sides.reference, each.calibrated);
      const estimated = estimates(
        cbpeEstimators(classCourse(sides, randomFrom(0)), calibrators),
        rows,
        each.chunk,
      );
      const realised = estimates(
        realisedClassEstimators(classCourse(sides, randomFrom(0))),
        rows,
        each.chunk,
      );
      for (const [at, { binary }] of CLASS_METRICS.entries()) {
        const kind = each.classes === 2 ? 'binary' : 'multiclass';
        add(found, `CBPE, ${kind}: ${binary}`, estimated[at]!, each.estimated[binary]!);
        add(found, `realised, ${kind}: ${binary}`, realised[at]!, each.realised[binary]!);
      }
    }
  }
  return [...found].map(([subject, compared]) => row(subject, tool, compared));
}

const REGRESSION = { mae: 0, mse: 1, rmse: 2, mape: 3 };

interface NumberCase {
  readonly chunk: number;
  readonly reference_rows: number;
  readonly predicted: readonly number[];
  readonly truth: readonly number[];
  readonly realised: { readonly [metric: string]: Expected };
}

function numbers(): Agreement[] {
  const all = conceptFixture<NumberCase>('regression.json');
  const side = (from: number, to: number) => ({
    truth: Float64Array.from(all.truth.slice(from, to)),
    predicted: Float64Array.from(all.predicted.slice(from, to)),
  });
  const rows = { reference: all.reference_rows, current: all.truth.length - all.reference_rows };
  const sides = { reference: side(0, rows.reference), current: side(rows.reference, all.truth.length) };
  const ours = estimates(realisedNumberEstimators(sides), rows, all.chunk);
  return Object.entries(REGRESSION).map(([metric, at]) => {
    const found = new Map<string, Compared[]>();
    add(found, metric, ours[at]!, all.realised[metric]!);
    return row(`realised, regression: ${metric}`, `NannyML ${all.tools['nannyml']}`, found.get(metric)!);
  });
}

function add(found: Map<string, Compared[]>, subject: string, ours: Estimate, theirs: Expected): void {
  const drawn = ours.metric.startsWith('average_precision') ? ['sampling_error', 'upper', 'lower'] : [];
  const mine = asExpected(ours, theirs['value']!.length);
  const compared = Object.entries(theirs)
    .filter(([what]) => !drawn.includes(what))
    .flatMap(([what, values]) =>
      values.map((value, i) => ({ ours: orNaN(mine[what]![i]), theirs: orNaN(value) })),
    );
  found.set(subject, [...(found.get(subject) ?? []), ...compared]);
}

function orNaN(value: number | null | undefined): number {
  return value ?? Number.NaN;
}

function row(subject: string, tool: string, compared: readonly Compared[]): Agreement {
  return agreementOf(
    { part: 'concept drift', subject, tool, script: SCRIPT, tolerance: 1e-9, measure: 'absolute' },
    compared,
  );
}
