// Boosted trees beside LightGBM, and what stands on them beside NannyML.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rank } from '../../../src/ml/metrics/ranking.ts';
import { delongError } from '../../../src/ml/metrics/roc-auc-interval.ts';
import { areaOf, tellApart } from '../../../src/ml/multivariate/domain-classifier.ts';
import { domainFeature } from '../../../src/ml/multivariate/domain-features.ts';
import { domainScores, fitDomainModels } from '../../../src/ml/multivariate/domain-scores.ts';
import { boostScores, fitBoost, gainImportance } from '../../../src/ml/trees/boost.ts';
import { domainColumns } from '../multivariate/domain-columns.ts';
import { lcg } from '../stats/lcg.ts';
import { classesOf, DATA_SETS, signalOf } from '../trees/data-sets.ts';
import { type Agreement, agreementOf, type Compared } from './agreement.ts';

const FOLDER = join(import.meta.dirname, '../../../fixtures/ml/trees');

export async function agreements(): Promise<readonly Agreement[]> {
  return [...lightgbm(), ...nannyml(), delong()];
}

interface BoostCase {
  readonly make: string;
  readonly rows: number;
  readonly objective: 'regression' | 'binary';
  readonly scores: readonly number[];
  readonly gain: readonly number[];
}

function lightgbm(): Agreement[] {
  const fixture = fixtureOf<{ readonly lightgbm: string; readonly cases: readonly BoostCase[] }>('boost');
  const about = {
    part: 'boosting',
    tool: `LightGBM ${fixture.lightgbm}`,
    script: 'fixtures/ml/trees/make_boost.py',
    // `exp` of another machine may differ in its last bit, and with it float32 gradients.
    tolerance: 1e-6,
    measure: 'relative' as const,
  };
  const found = fixture.cases.map((each) => ({ each, ...trained(each) }));
  const scores = (objective: string) =>
    found.filter(({ each }) => each.objective === objective).flatMap((one) => one.scores);
  return [
    agreementOf({ ...about, subject: 'prediction, squared error' }, scores('regression')),
    agreementOf({ ...about, subject: 'log odds, two classes' }, scores('binary')),
    agreementOf(
      { ...about, subject: 'gain of each feature' },
      found.flatMap(({ gains }) => gains),
    ),
  ];
}

function trained(each: BoostCase): { readonly scores: Compared[]; readonly gains: Compared[] } {
  const features = DATA_SETS[each.make]!(each.rows);
  const signal = signalOf(features, each.rows);
  const binary = each.objective === 'binary';
  const model = fitBoost(features, binary ? classesOf(signal) : signal, binary ? 'binary' : 'l2');
  const step = Math.max(1, Math.floor(each.rows / 200));
  const scores = boostScores(model, features, each.rows).filter((_, row) => row % step === 0);
  const gains = gainImportance(model);
  return {
    scores: each.scores.map((theirs, i) => ({ ours: scores[i]!, theirs })),
    gains: each.gain.map((theirs, i) => ({ ours: gains[i]!, theirs })),
  };
}

interface DomainCase {
  readonly seed: number;
  readonly shift: number;
  readonly rows: { readonly reference: number; readonly current: number };
  readonly chunk: number;
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

interface DomainFixture {
  readonly nannyml: string;
  readonly cases: readonly DomainCase[];
  readonly intervals: readonly {
    readonly seed: number;
    readonly rows: number;
    readonly digits: number;
    readonly error: number;
  }[];
}

function nannyml(): Agreement[] {
  const fixture = fixtureOf<DomainFixture>('domain');
  const about = {
    part: 'boosting',
    tool: `NannyML ${fixture.nannyml}`,
    script: 'fixtures/ml/trees/make_domain.py',
    tolerance: 1e-6,
    measure: 'absolute' as const,
  };
  return [
    agreementOf({ ...about, subject: 'domain classifier, chunks against the reference' }, [
      ...fixture.cases.flatMap(currentChunks),
    ]),
    agreementOf({ ...about, subject: 'domain classifier, chunks of the reference against the rest' }, [
      ...fixture.cases.flatMap(referenceChunks),
    ]),
  ];
}

function currentChunks({ rows, chunk, current, ...made }: DomainCase): Compared[] {
  const columns = domainColumns(rows.reference, { ...made, rows: rows.current });
  return current.map((theirs, at) => ({
    ours: tellApart(columns, {
      reference: upTo(0, rows.reference),
      current: upTo(at * chunk, (at + 1) * chunk),
    }).area,
    theirs,
  }));
}

/** NannyML leaves the rows of a chunk where they stand among the others. */
function referenceChunks({ rows, chunk, reference, ...made }: DomainCase): Compared[] {
  const columns = domainColumns(rows.reference, { ...made, rows: rows.current });
  const none = new Int32Array(0);
  const features = columns.map((column) =>
    domainFeature(column, { reference: upTo(0, rows.reference), current: none }),
  );
  return reference.map((theirs, at) => {
    const inChunk = new Uint8Array(rows.reference).fill(1, at * chunk, (at + 1) * chunk);
    const scores = domainScores(fitDomainModels(features, inChunk), features);
    return { ours: areaOf(inChunk, scores), theirs };
  });
}

function delong(): Agreement {
  const { intervals } = fixtureOf<DomainFixture>('domain');
  const compared = intervals.map(({ seed, rows, digits, error }) => {
    const isOther = Int32Array.from(lcg(seed, rows), (each) => (each < 0.3 ? 0 : 1));
    const scores = lcg(seed + 7, rows).map(
      (each, i) => Math.round((each * 0.8 + 0.2 * (1 - isOther[i]!)) * 10 ** digits) / 10 ** digits,
    );
    return { ours: delongError(rank(isOther, scores, 1, 0, null)), theirs: error };
  });
  return agreementOf(
    {
      part: 'boosting',
      subject: 'standard error of an area under the curve',
      tool: 'DeLong’s definition in numpy',
      script: 'fixtures/ml/trees/make_domain.py',
      tolerance: 1e-9,
      measure: 'relative',
    },
    compared,
  );
}

function upTo(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, i) => start + i);
}

function fixtureOf<T>(name: string): T {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as T;
}
