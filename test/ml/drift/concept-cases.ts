// What NannyML was asked, and what it said: fixtures/ml/concept.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClassRows } from '../../../src/ml/drift/class-rows.ts';
import { type Estimator, estimateOf } from '../../../src/ml/drift/estimate.ts';
import type { Estimate } from '../../../src/ml/drift/estimate-report.ts';
import type { Pair } from '../../../src/ml/drift/report.ts';
import { splitSides } from '../../../src/ml/drift/split.ts';
import { UNKNOWN } from '../../../src/ml/predict/truth.ts';

const FOLDER = join(import.meta.dirname, '../../../fixtures/ml/concept');

export function conceptFixture<T>(name: string): T & { readonly tools: { readonly [tool: string]: string } } {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
}

/** One number for each chunk of the current rows. */
export interface Expected {
  readonly [what: string]: readonly (number | null)[];
}

export interface ClassCase {
  readonly name: string;
  readonly classes: number;
  readonly chunk: number;
  readonly reference_rows: number;
  readonly scores: readonly number[];
  readonly predicted: readonly number[];
  readonly truth: readonly number[];
  /** Of each class that is looked at: whether NannyML calibrated it. */
  readonly calibrated: readonly boolean[];
  readonly estimated: { readonly [metric: string]: Expected };
  readonly realised: { readonly [metric: string]: Expected };
}

/** Of two classes the fixture has the positive one's score alone. */
export function classSides(of: ClassCase, labelled: 'both' | 'reference' = 'both'): Pair<ClassRows> {
  const side = (from: number, to: number, known: boolean): ClassRows => ({
    classes: of.classes,
    positive: of.classes === 2 ? 1 : null,
    predicted: Int32Array.from(of.predicted.slice(from, to)),
    scores:
      of.classes === 2
        ? Float64Array.from(of.scores.slice(from, to).flatMap((p) => [1 - p, p]))
        : Float64Array.from(of.scores.slice(from * of.classes, to * of.classes)),
    probabilities: true,
    truth: Int32Array.from(of.truth.slice(from, to), (label) => (known ? label : UNKNOWN)),
  });
  return {
    reference: side(0, of.reference_rows, true),
    current: side(of.reference_rows, of.truth.length, labelled === 'both'),
  };
}

/** In chunks of `chunk` rows, the last one kept as it is. */
export function estimates(
  found: readonly Estimator[],
  rows: Pair<number>,
  chunk: number,
): readonly Estimate[] {
  const all = {
    reference: Int32Array.from({ length: rows.reference }, (_, row) => row),
    current: Int32Array.from({ length: rows.current }, (_, row) => row),
  };
  const chunks = splitSides(rows, null, { kind: 'rows', rows: chunk }, 'keep');
  return found.map((each) => estimateOf(each, all, chunks, 'sigma'));
}

/** The current chunks as NannyML writes them. */
export function asExpected({ chunks, limits }: Estimate, count: number): Expected {
  const current = chunks.slice(-count);
  return {
    value: current.map(({ value }) => value),
    sampling_error: current.map(({ sampling_error }) => sampling_error),
    upper: current.map(({ band }) => band?.[1] ?? null),
    lower: current.map(({ band }) => band?.[0] ?? null),
    upper_limit: current.map(() => limits.upper),
    lower_limit: current.map(() => limits.lower),
    alert: current.map(({ alert }) => Number(alert)),
  };
}
