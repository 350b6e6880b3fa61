// Boosted trees beside LightGBM, and what stands on them beside NannyML.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { estimateOf } from '../../../src/ml/drift/estimate.ts';
import { dleEstimators } from '../../../src/ml/drift/estimate-dle.ts';
import { lossFeatures } from '../../../src/ml/drift/loss-features.ts';
import { rank } from '../../../src/ml/metrics/ranking.ts';
import { delongError } from '../../../src/ml/metrics/roc-auc-interval.ts';
import { areaOf, tellApart } from '../../../src/ml/multivariate/domain-classifier.ts';
import { domainFeature } from '../../../src/ml/multivariate/domain-features.ts';
import { domainScores, fitDomainModels } from '../../../src/ml/multivariate/domain-scores.ts';
import { boostScores, fitBoost, gainImportance } from '../../../src/ml/trees/boost.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { losingTables } from '../drift/dle-columns.ts';
import { domainColumns } from '../multivariate/domain-columns.ts';
import { lcg } from '../stats/lcg.ts';
import { classesOf, DATA_SETS, signalOf } from '../trees/data-sets.ts';
import { type Agreement, agreementOf, type Compared } from './agreement.ts';

const FOLDER = join(import.meta.dirname, '../../../fixtures/ml/trees');

export async function agreements(): Promise<readonly Agreement[]> {
  return [...lightgbm(), ...nannyml(), delong(), ...dle()];
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
    tolerance: 1e-9,
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
    tolerance: 1e-9,
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

type Series = { readonly [field in 'value' | 'sampling_error' | 'lower' | 'upper']: readonly number[] } & {
  readonly alert: readonly boolean[];
};

interface DleCase {
  readonly seed: number;
  readonly shift: number;
  readonly rows: { readonly reference: number; readonly current: number };
  readonly chunk: number;
  readonly metrics: {
    readonly [metric: string]: {
      readonly limits: readonly [number, number];
      readonly reference: Series;
      readonly current: Series;
    };
  };
}

const NANNYML_NAMES: { readonly [metric: string]: string } = {
  mean_absolute_error: 'mae',
  mean_absolute_percentage_error: 'mape',
  mean_squared_error: 'mse',
  mean_squared_log_error: 'msle',
  root_mean_squared_error: 'rmse',
  root_mean_squared_log_error: 'rmsle',
};

function dle(): Agreement[] {
  const fixture = fixtureOf<{ readonly nannyml: string; readonly cases: readonly DleCase[] }>('dle');
  const found = fixture.cases.flatMap(estimatesBeside);
  return Object.entries(NANNYML_NAMES).map(([metric, name]) =>
    agreementOf(
      {
        part: 'boosting',
        subject: `DLE of \`${metric}\`: estimate, sampling error, band, limits, alert`,
        tool: `NannyML ${fixture.nannyml}`,
        script: 'fixtures/ml/trees/make_dle.py',
        tolerance: 1e-9,
        measure: 'relative',
      },
      found.flatMap((each) => (each.name === name ? each.compared : [])),
    ),
  );
}

function estimatesBeside({ seed, shift, rows, chunk, metrics }: DleCase) {
  const { used, sides, numbers, predicted } = losingTables(rows, seed, shift);
  const chunks = (['reference', 'current'] as const).flatMap((side) =>
    Array.from({ length: rows[side] / chunk }, (_, at) => ({
      side,
      label: String(at),
      rows: upTo(at * chunk, (at + 1) * chunk),
    })),
  );
  const every = { reference: upTo(0, rows.reference), current: upTo(0, rows.current) };
  const features = lossFeatures(used, sides, predicted);
  return dleEstimators(numbers, features, randomFrom(0)).map((estimator) => {
    const name = NANNYML_NAMES[estimator.metric]!;
    const theirs = metrics[name]!;
    const ours = estimateOf(estimator, every, chunks, 'sigma');
    const compared: Compared[] = [
      { ours: ours.limits.lower!, theirs: theirs.limits[0] },
      { ours: ours.limits.upper!, theirs: theirs.limits[1] },
    ];
    const at = { reference: 0, current: 0 };
    ours.chunks.forEach((point, i) => {
      const { side } = chunks[i]!;
      const row = at[side]++;
      const beside = theirs[side];
      compared.push(
        { ours: point.value!, theirs: beside.value[row]! },
        { ours: point.sampling_error!, theirs: beside.sampling_error[row]! },
        { ours: point.band![0], theirs: beside.lower[row]! },
        { ours: point.band![1], theirs: beside.upper[row]! },
        { ours: Number(point.alert), theirs: Number(beside.alert[row]) },
      );
    });
    return { name, compared };
  });
}

function upTo(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, i) => start + i);
}

function fixtureOf<T>(name: string): T {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as T;
}
