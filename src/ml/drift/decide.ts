// From measures to decisions: drift needs significance and size, corrected over the family.
import { benjaminiHochberg, bonferroni } from '../stats/adjust.ts';
import type { Measured } from './measure.ts';
import type { DriftOptions } from './options.ts';
import type { Decision, Effect } from './report.ts';

export interface Limits {
  readonly effect: Effect;
  readonly floor: number;
  /** What parts of the reference reach against the rest. */
  readonly chunks: number | undefined;
}

export function adjust(p: readonly number[], correction: DriftOptions['correction']): readonly number[] {
  if (correction === 'none') return p;
  return correction === 'bh' ? benjaminiHochberg(p) : bonferroni(p);
}

export function decide(measured: Measured, adjusted: number, limits: Limits): Decision {
  const value = measured.effects[limits.effect]!;
  const fromChunks = limits.chunks !== undefined && limits.chunks > limits.floor;
  return {
    test: measured.test,
    p: measured.p,
    p_adjusted: adjusted,
    effect: limits.effect,
    value,
    limit: fromChunks ? limits.chunks : limits.floor,
    limit_from: fromChunks ? 'chunks' : 'floor',
  };
}

export function drifted(decision: Decision, alpha: number): boolean {
  return decision.p_adjusted <= alpha && decision.value >= decision.limit;
}

export function reasonFor(decision: Decision, alpha: number): string {
  const significant = decision.p_adjusted <= alpha;
  const effect = `${EFFECT_NAMES[decision.effect]} ${short(decision.value)}`;
  const limit =
    decision.limit_from === 'floor'
      ? `its floor ${short(decision.limit)}`
      : `${short(decision.limit)}, which parts of the reference reach by themselves`;
  if (drifted(decision, alpha)) return `moved: ${effect} is at or over ${limit}`;
  if (significant) return `significant, but ${effect} is under ${limit}`;
  return decision.value >= decision.limit
    ? `${effect} is at or over ${limit}, but chance explains it (p ${short(decision.p_adjusted)})`
    : 'no change beyond chance';
}

export const EFFECT_NAMES: { readonly [effect in Effect]: string } = {
  ks: 'KS',
  wasserstein_norm: 'Wasserstein/σ',
  js: 'JS',
  tvd: 'total variation',
  cramers_v: "Cramér's V",
};

/** Three significant digits: for sentences, never for data. */
export function short(value: number): string {
  if (value === 0) return '0';
  return String(Number(value.toPrecision(3)));
}

export function percent(share: number): string {
  return `${short(share * 100)} %`;
}
