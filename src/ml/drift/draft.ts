// A pair of columns, measured as far as it can be, before its family decides.
import { plural } from '../../util/units.ts';
import type { Column } from '../frame/frame.ts';
import { columnCourse } from './chunk-course.ts';
import { type Chunks, chunkEffects, percentile95 } from './chunks.ts';
import { EFFECT_NAMES, type Limits } from './decide.ts';
import type { Measured } from './measure.ts';
import { measureCategorical } from './measure-categorical.ts';
import { measureNumeric } from './measure-numeric.ts';
import type { DriftOptions } from './options.ts';
import type { ColumnCourse, ColumnReport, DriftKind, Effect } from './report.ts';
import { type CategoricalSide, categoricalSide, type NumericSide, numericSide, present } from './sides.ts';
import type { Chunk } from './split.ts';

export interface ColumnPair {
  readonly name: string;
  readonly role: ColumnReport['role'];
  readonly kind: DriftKind;
  readonly reference: Column;
  readonly current: Column;
  /** Overrides `effect` of the options. */
  readonly floor?: number;
  /** What the whole reference held, where `reference` is a sample of it. */
  readonly whole?: {
    readonly range?: { readonly min: number; readonly max: number; readonly rows: number };
    readonly seen?: ReadonlySet<string>;
    readonly limit?: number;
  };
}

/** How many cells a column has on one side, and how many of them are missing. */
export interface Cells {
  readonly rows: number;
  readonly missing: number;
  /** Of these, how many are infinite. */
  readonly infinite: number;
}

export interface Draft {
  readonly pair: ColumnPair;
  /** Its cells are let go of: all columns together may not fit in memory. */
  readonly reference: Cells | null;
  readonly current: Cells | null;
  readonly measured: Measured | null;
  readonly limits: Limits;
  readonly chunkEffects: Float64Array;
  /** Null where nothing is followed over time. */
  readonly course: ColumnCourse | null;
  /** Why nothing was measured. */
  readonly status: 'skipped' | 'error';
  readonly reason: string;
}

/** A column that cannot be measured costs its own numbers, never the report. */
export function draftOf(
  pair: ColumnPair,
  options: DriftOptions,
  chunks: Chunks,
  over: readonly Chunk[],
): Draft {
  const limits = { ...limitsOf(pair, options), chunks: pair.whole?.limit };
  const draft: Draft = {
    pair,
    reference: null,
    current: null,
    measured: null,
    limits,
    chunkEffects: new Float64Array(0),
    course: null,
    status: 'skipped',
    reason: '',
  };
  try {
    const numeric = pair.kind === 'numeric';
    const reference = sideOf(pair.reference, numeric);
    const current = sideOf(pair.current, numeric);
    const sides = { ...draft, reference: cellsOf(reference), current: cellsOf(current) };
    const least = Math.min(present(reference), present(current));
    if (!isTested(pair.kind)) return { ...sides, reason: UNTESTED[pair.kind] };
    if (least < options.minRows)
      return {
        ...sides,
        reason: `insufficient data: ${plural(least, 'row')} with a value, ${options.minRows} needed`,
      };
    const measured = measure(pair, reference, current, options);
    if (measured.effects[limits.effect] === undefined)
      return { ...sides, status: 'error', reason: noEffect(limits.effect, pair) };
    const effects = chunkEffects(pair.reference, reference, limits.effect, options.bins, chunks);
    const fromChunks = effects.length >= 2 ? percentile95(effects) : limits.chunks;
    return {
      ...sides,
      measured,
      limits: { ...limits, chunks: fromChunks },
      chunkEffects: effects,
      course:
        over.length > 0
          ? columnCourse(pair, reference, limits.effect, options.bins, over, options.time.limits)
          : null,
    };
  } catch (error) {
    return { ...draft, status: 'error', reason: error instanceof Error ? error.message : String(error) };
  }
}

function cellsOf({ rows, missing, infinite }: NumericSide | CategoricalSide): Cells {
  return { rows, missing, infinite };
}

function noEffect(effect: Effect, { kind }: ColumnPair): string {
  if (effect === 'wasserstein_norm' && kind === 'numeric')
    return 'the reference is constant: Wasserstein/σ has no meaning';
  return `${EFFECT_NAMES[effect]} does not apply to a ${kind} column`;
}

const UNTESTED: { readonly [kind in DriftKind]: string } = {
  numeric: '',
  categorical: '',
  datetime: 'dates are not tested: they always move',
  text: 'text is not tested',
  id: 'id-like: nearly every row has its own value',
};

export function isTested(kind: DriftKind): boolean {
  return UNTESTED[kind] === '';
}

function sideOf(column: Column, numeric: boolean): NumericSide | CategoricalSide {
  if (!numeric) return categoricalSide(column);
  if (column.kind === 'categorical') throw new Error('declared numeric, but holds text');
  return numericSide(column);
}

function measure(
  pair: ColumnPair,
  reference: NumericSide | CategoricalSide,
  current: NumericSide | CategoricalSide,
  options: DriftOptions,
): Measured {
  if ('sorted' in reference && 'sorted' in current)
    return measureNumeric(reference, current, { ...options, ...onlyDefined('range', pair.whole?.range) });
  return measureCategorical(reference as CategoricalSide, current as CategoricalSide, {
    ...options,
    ...onlyDefined('seen', pair.whole?.seen),
  });
}

function onlyDefined<K extends string, T>(key: K, value: T | undefined): { [key in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: T };
}

function limitsOf(pair: ColumnPair, options: DriftOptions): { effect: Limits['effect']; floor: number } {
  const usual = pair.kind === 'numeric' ? options.numeric : options.categorical;
  const override = options.columns[pair.name];
  if (pair.floor !== undefined) return { effect: pair.kind === 'numeric' ? 'ks' : 'js', floor: pair.floor };
  return { effect: override?.effect ?? usual.effect, floor: override?.floor ?? usual.floor };
}
