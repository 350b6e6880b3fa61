// Columns side by side: measured one by one, decided together.
import type { Column } from '../frame/frame.ts';
import { twoProportions } from '../stats/two-proportions.ts';
import { type Chunks, chunkEffects, percentile95 } from './chunks.ts';
import { adjust, decide, drifted, EFFECT_NAMES, type Limits, reasonFor, short } from './decide.ts';
import { type Measured, NO_STATISTICS } from './measure.ts';
import { measureCategorical } from './measure-categorical.ts';
import { measureNumeric } from './measure-numeric.ts';
import type { DriftOptions } from './options.ts';
import type { ColumnReport, DriftKind, Effect, Finding, Histogram } from './report.ts';
import {
  type CategoricalSide,
  categoricalSide,
  missingShare,
  type NumericSide,
  numericSide,
  present,
} from './sides.ts';

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

export interface Compared {
  readonly columns: readonly ColumnReport[];
  readonly findings: readonly Finding[];
  readonly histograms: readonly Histogram[];
  /** For each part of the reference the mean effect over the tested columns, and that of the current rows. */
  readonly unusualness: number | null;
}

/** One family: p-values are corrected over `pairs`. */
export function compareColumns(
  pairs: readonly ColumnPair[],
  options: DriftOptions,
  chunks: Chunks,
): Compared {
  const drafts = pairs.map((pair) => draftOf(pair, options, chunks));
  const tested = drafts.filter((draft) => draft.measured !== null);
  const adjusted = adjust(
    tested.map(({ measured }) => measured!.p),
    options.correction,
  );
  const decided = new Map(tested.map((draft, i) => [draft, adjusted[i]!]));
  const checks = checkCells(drafts, options);
  const columns = drafts.map((draft) =>
    reportOf(draft, decided.get(draft), checks.get(draft) ?? [], options),
  );
  return {
    columns,
    findings: drafts.flatMap((draft) => [...draftFindings(draft), ...(checks.get(draft) ?? [])]),
    histograms: tested.map(({ pair, measured }) => ({
      column: pair.name,
      role: pair.role,
      ...measured!.histogram,
    })),
    unusualness: unusualness(tested, chunks),
  };
}

interface Draft {
  readonly pair: ColumnPair;
  readonly reference: NumericSide | CategoricalSide | null;
  readonly current: NumericSide | CategoricalSide | null;
  readonly measured: Measured | null;
  readonly limits: Limits;
  readonly chunkEffects: Float64Array;
  /** Why nothing was measured. */
  readonly status: 'skipped' | 'error';
  readonly reason: string;
}

/** A column that cannot be measured costs its own numbers, never the report. */
function draftOf(pair: ColumnPair, options: DriftOptions, chunks: Chunks): Draft {
  const limits = { ...limitsOf(pair, options), chunks: pair.whole?.limit };
  const draft: Draft = {
    pair,
    reference: null,
    current: null,
    measured: null,
    limits,
    chunkEffects: new Float64Array(0),
    status: 'skipped',
    reason: '',
  };
  try {
    const numeric = pair.kind === 'numeric';
    const reference = sideOf(pair.reference, numeric);
    const current = sideOf(pair.current, numeric);
    const sides = { ...draft, reference, current };
    const least = Math.min(present(reference), present(current));
    if (!isTested(pair.kind)) return { ...sides, reason: UNTESTED[pair.kind] };
    if (least < options.minRows)
      return { ...sides, reason: `insufficient data: ${least} rows with a value, ${options.minRows} needed` };
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
    };
  } catch (error) {
    return { ...draft, status: 'error', reason: error instanceof Error ? error.message : String(error) };
  }
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

function isTested(kind: DriftKind): boolean {
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

/**
 * Missing cells, categories never seen and values out of range: a floor on the share, and significance at a tenth of
 * alpha, so that three further checks a column add next to nothing to false alarms.
 */
function checkCells(drafts: readonly Draft[], options: DriftOptions): ReadonlyMap<Draft, Finding[]> {
  const found = new Map<Draft, Finding[]>();
  const judge = (check: string, floor: number, of: (draft: Draft) => CellCheck | null): void => {
    const checks = drafts.flatMap((draft) => {
      const each = of(draft);
      return each ? [{ draft, ...each }] : [];
    });
    const p = adjust(
      checks.map((each) => each.p),
      options.correction,
    );
    checks.forEach(({ draft, share, message }, i) => {
      if (Math.abs(share) < floor || share === 0 || p[i]! > options.alpha / 10) return;
      const finding: Finding = {
        check,
        subject: draft.pair.name,
        status: 'warn',
        message,
        value: share,
        limit: floor,
      };
      found.set(draft, [...(found.get(draft) ?? []), finding]);
    });
  };
  judge('missing', options.missing, missingCheck);
  judge('unseen', options.unseen, (draft) => strangersCheck(draft, 'categorical'));
  judge('out_of_range', options.outOfRange, (draft) => strangersCheck(draft, 'numeric'));
  return found;
}

interface CellCheck {
  readonly share: number;
  readonly p: number;
  readonly message: string;
}

function missingCheck({ reference, current }: Draft): CellCheck | null {
  if (!reference || !current || reference.rows === 0 || current.rows === 0) return null;
  const before = missingShare(reference);
  const now = missingShare(current);
  return {
    share: now - before,
    p: twoProportions(reference.missing, reference.rows, current.missing, current.rows),
    message: `missing in ${percent(before)} of the reference, ${percent(now)} now`,
  };
}

function strangersCheck({ pair, measured }: Draft, kind: DriftKind): CellCheck | null {
  if (!measured || pair.kind !== kind) return null;
  const { share, p } = measured.strangers;
  const what =
    kind === 'numeric' ? 'lie outside the reference’s range' : 'are of categories the reference never held';
  return { share, p, message: `${percent(share)} of the values ${what}` };
}

export function percent(share: number): string {
  return `${short(share * 100)} %`;
}

function draftFindings({ pair, measured, status, reason }: Draft): Finding[] {
  if (measured) return [];
  const finding = { subject: pair.name, status, message: reason, value: null, limit: null };
  return [{ check: status === 'error' ? 'column' : isTested(pair.kind) ? 'rows' : 'kind', ...finding }];
}

function reportOf(
  draft: Draft,
  adjusted: number | undefined,
  checks: readonly Finding[],
  options: DriftOptions,
): ColumnReport {
  const { pair, measured } = draft;
  const decision = measured && adjusted !== undefined ? decide(measured, adjusted, draft.limits) : null;
  const moved = decision !== null && drifted(decision, options.alpha);
  const reasons = [
    decision ? reasonFor(decision, options.alpha) : draft.reason,
    ...checks.map(({ message }) => message),
  ];
  return {
    column: pair.name,
    role: pair.role,
    kind: pair.kind,
    status: moved || checks.length > 0 ? 'warn' : decision ? 'pass' : draft.status,
    drifted: moved,
    reason: reasons.join('; '),
    rows: { reference: lengthOf(pair.reference), current: lengthOf(pair.current) },
    missing: {
      reference: draft.reference ? missingShare(draft.reference) : 0,
      current: draft.current ? missingShare(draft.current) : 0,
    },
    out_of_range: measured && pair.kind === 'numeric' ? measured.strangers.share : null,
    unseen: measured && pair.kind === 'categorical' ? measured.strangers.share : null,
    decides: decision,
    ...(measured?.statistics ?? NO_STATISTICS),
  };
}

function lengthOf(column: Column): number {
  return column.kind === 'categorical' ? column.codes.length : column.values.length;
}

/** Share of the reference's parts whose mean effect lies below that of the current rows. */
function unusualness(tested: readonly Draft[], chunks: Chunks): number | null {
  if (chunks.length < 2 || tested.length === 0) return null;
  const meanOf = (of: (draft: Draft) => number) =>
    tested.reduce((sum, draft) => sum + of(draft), 0) / tested.length;
  const now = meanOf(({ measured, limits }) => measured!.effects[limits.effect]!);
  const below = chunks.filter((_, i) => meanOf((draft) => draft.chunkEffects[i]!) < now);
  return below.length / chunks.length;
}
