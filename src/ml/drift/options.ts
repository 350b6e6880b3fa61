// What `drift` may be asked, and its defaults.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import {
  atLeast,
  between,
  bool,
  count,
  described,
  either,
  elsewhere,
  integer,
  list,
  map,
  number,
  object,
  orNothing,
  type Shape,
  share,
  text,
  word,
} from '../../core/shape.ts';
import {
  type ColumnOverride,
  type DataSource,
  overrideKeys,
  sourceOf,
  sourceShape,
} from '../frame/source.ts';
import { driftGatesShape } from '../gates-drift.ts';
import { givenIn } from '../given.ts';
import {
  type DetectorOption,
  type DomainOptions,
  detectorOptionOf,
  detectorShape,
  domainOptionsOf,
  domainShape,
} from '../multivariate/options.ts';
import { FOR_DRIFT } from '../other-tools.ts';
import { predictionsShape, predictKeys, taskShape } from '../predict/options.ts';
import type { LimitRule } from './alert-limits.ts';
import type { Effect } from './report.ts';
import type { Incomplete } from './split.ts';

const numericEffects = object({ ks: share, wasserstein_norm: atLeast(0), js: share });
const categoricalEffects = object({ js: share, tvd: share, cramers_v: share });

export const driftShape: Shape = elsewhere(
  FOR_DRIFT,
  object(
    {
      reference: described(
        'Data to compare with: path, glob, list, {path, where}, or the directory of a profile.',
        sourceShape,
      ),
      current: described('Data to look at.', sourceShape),
      model: described('ONNX model whose predictions are compared.', orNothing('a path', text)),
      predictions: described('Columns or a file with predictions of any framework.', predictionsShape),
      target: described(
        'Column with the truth. Where both sides have it: target drift and realised performance.',
        orNothing('a column', text),
      ),
      columns: described(
        'How single columns are read and judged.',
        map(
          object({
            ...overrideKeys,
            test: word('ks', 'chi2'),
            effect: word('ks', 'wasserstein_norm', 'js', 'tvd', 'cramers_v'),
            floor: atLeast(0),
          }),
        ),
      ),
      test: described('The test that decides.', object({ numeric: word('ks'), categorical: word('chi2') })),
      effect: described(
        'Floors: less than this is no drift, however significant.',
        object({
          numeric: numericEffects,
          categorical: categoricalEffects,
          predictions: share,
          missing: share,
          unseen: share,
          out_of_range: share,
          correlation: share,
        }),
      ),
      alpha: share,
      correction: word('bh', 'bonferroni', 'none'),
      min_rows: count(1),
      bins: count(2, 100),
      psi_floor: between(0, 0.1),
      max_categories: count(2),
      time: described(
        'Rows in time are not independent: with a column, limits are calibrated on parts of the reference.',
        object({
          column: orNothing('a column', text),
          chunk: orNothing('"500 rows", "10 chunks" or a duration such as P7D', {
            kind: 'string',
            pattern: /^([1-9]\d* (rows|chunks)|P[1-9]\d*[DW]|PT[1-9]\d*H)$/,
            expect: 'like "500 rows", "10 chunks", P7D, P2W or PT12H',
          }),
          incomplete: word('auto', 'keep', 'append', 'drop'),
          limits: word('sigma', 'percentile'),
          calibrate: either('auto, true or false', word('auto'), bool),
        }),
      ),
      domain_classifier: described(
        'Can a model tell the two data sets apart, and by which columns? Takes seconds.',
        domainShape,
      ),
      detector: described(
        'Looks at rows as wholes: that of the profile where it has one; pca or autoencoder trained on the reference; or an ONNX file.',
        detectorShape,
      ),
      advice: object({
        metric: word('auto', 'accuracy', 'root_mean_squared_error', 'mean_absolute_error'),
        tolerance: atLeast(0),
        retrain: share,
        investigate: share,
      }),
      ...predictKeys,
      exclude: described('Columns left out.', list(text)),
      task: taskShape,
      threshold: orNothing('a number', number),
      seed: integer,
      privacy: object({ min_count: count(1) }),
      report: text,
      gates: orNothing('rules', driftGatesShape),
    },
    ['reference', 'current'],
  ),
);

export interface DriftColumnOverride extends ColumnOverride {
  readonly test?: 'ks' | 'chi2';
  readonly effect?: Effect;
  readonly floor?: number;
}

export interface DriftOptions {
  readonly reference: DataSource;
  readonly current: DataSource;
  readonly target: string | null;
  readonly columns: { readonly [name: string]: DriftColumnOverride };
  readonly exclude: readonly string[];
  /** Exactly one effect decides a kind. */
  readonly numeric: { readonly effect: Effect; readonly floor: number };
  readonly categorical: { readonly effect: Effect; readonly floor: number };
  readonly predictionsFloor: number;
  readonly missing: number;
  readonly unseen: number;
  readonly outOfRange: number;
  /** Change of a rank correlation. */
  readonly correlation: number;
  readonly detector: DetectorOption;
  readonly domainClassifier: DomainOptions | null;
  readonly alpha: number;
  readonly correction: 'bh' | 'bonferroni' | 'none';
  readonly minRows: number;
  readonly bins: number;
  readonly psiFloor: number;
  readonly maxCategories: number;
  readonly time: {
    readonly column: string | null;
    /** Of what is followed over time; null: ten to the reference. */
    readonly chunk: string | null;
    readonly incomplete: Incomplete;
    readonly limits: LimitRule;
    readonly calibrate: boolean;
  };
  readonly advice: {
    readonly metric: 'auto' | 'accuracy' | 'root_mean_squared_error' | 'mean_absolute_error';
    readonly tolerance: number;
    readonly retrain: number;
    readonly investigate: number;
  };
  readonly seed: number;
  readonly minCount: number;
}

/** Fills in the defaults. `json` fits `driftShape`. */
export function driftOptionsOf(json: JsonObject): DriftOptions {
  const { get, part } = givenIn(json);
  const effect = part('effect');
  const time = part('time');
  const advice = part('advice');
  const or = <T extends Json>(from: JsonObject, key: string, otherwise: T): T =>
    (from[key] ?? otherwise) as T;
  return {
    reference: sourceOf(json['reference']!),
    current: sourceOf(json['current']!),
    target: get<string | null>('target', null),
    columns: part('columns') as unknown as DriftOptions['columns'],
    exclude: get<readonly string[]>('exclude', []),
    numeric: oneEffect(effect['numeric'], 'ks'),
    categorical: oneEffect(effect['categorical'], 'js'),
    predictionsFloor: or(effect, 'predictions', 0.1),
    missing: or(effect, 'missing', 0.05),
    unseen: or(effect, 'unseen', 0.01),
    outOfRange: or(effect, 'out_of_range', 0.01),
    correlation: or(effect, 'correlation', 0.1),
    domainClassifier: domainOptionsOf(json['domain_classifier']),
    detector: detectorOptionOf(json['detector'], predictPart(json)),
    alpha: get('alpha', 0.05),
    correction: get('correction', 'bh') as DriftOptions['correction'],
    minRows: get('min_rows', 30),
    bins: get('bins', 10),
    psiFloor: get('psi_floor', 0.0001),
    maxCategories: get('max_categories', 100),
    time: {
      column: or<string | null>(time, 'column', null),
      chunk: or<string | null>(time, 'chunk', null),
      incomplete: or(time, 'incomplete', 'auto') as Incomplete,
      limits: or(time, 'limits', 'sigma') as LimitRule,
      calibrate: time['calibrate'] !== false,
    },
    advice: {
      metric: or(advice, 'metric', 'auto') as DriftOptions['advice']['metric'],
      tolerance: or(advice, 'tolerance', 0.02),
      retrain: or(advice, 'retrain', 0.95),
      investigate: or(advice, 'investigate', 0.5),
    },
    seed: get('seed', 0),
    minCount: or(part('privacy'), 'min_count', 10),
  };
}

/** How any model of the stage is run. */
function predictPart(json: JsonObject): JsonObject {
  const keys = ['batch', 'device', 'threads'];
  return Object.fromEntries(Object.entries(json).filter(([key]) => keys.includes(key)));
}

function oneEffect(json: Json | undefined, usual: Effect): { effect: Effect; floor: number } {
  const [first] = isJsonObject(json) ? Object.entries(json) : [];
  return first ? { effect: first[0] as Effect, floor: first[1] as number } : { effect: usual, floor: 0.1 };
}
