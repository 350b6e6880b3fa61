// How anomalies come into being, and in which words.
import type { FindingStatus } from '../../core/finding.ts';
import type { Json } from '../../core/json.ts';
import { formatCount } from '../../util/units.ts';
import type { CheckName } from './checks.ts';
import type { Anomaly } from './report.ts';

type Parts = Pick<Anomaly, 'message' | 'value' | 'limit'> & Partial<Anomaly>;

/** `fail` unless it is among those that only warn. */
export function anomaly(check: CheckName, subject: string, warn: readonly string[], parts: Parts): Anomaly {
  const status: FindingStatus = warn.includes(check) ? 'warn' : 'fail';
  return {
    check,
    subject,
    status,
    count: null,
    of: null,
    places: [],
    unexpected: [],
    accept: null,
    ...parts,
  };
}

/** A check that could not be made: it breaks gates, for nothing passes unseen. */
export function unjudged(check: CheckName, subject: string, message: string, limit: Json = null): Anomaly {
  return {
    check,
    subject,
    status: 'error',
    message,
    value: null,
    limit,
    count: null,
    of: null,
    places: [],
    unexpected: [],
    accept: null,
  };
}

/** `31 of 17,379 values are over 45`. */
export function counted(wrong: number, of: number, noun: string, what: string): string {
  return `${formatCount(wrong)} of ${formatCount(of)} ${noun} ${wrong === 1 ? 'is' : 'are'} ${what}`;
}

/** `0.18 %`, never 0 for what is more. */
export function percentOf(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
