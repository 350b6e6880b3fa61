// What comparisons have in common, whoever carries them out.
import { fail } from '../../core/failure.ts';
import type { Column } from './frame.ts';
import type { Operator } from './where-parse.ts';

/** The number that stands for a literal beside a column that is not text. */
export function numberFor(
  { name, kind }: Pick<Column, 'name' | 'kind'>,
  value: number | string | boolean,
): number {
  if (kind === 'datetime' && typeof value === 'string') {
    const ms = millisecondsOf(value);
    if (!Number.isNaN(ms)) return ms;
  } else if (kind === 'boolean' && typeof value === 'boolean') return value ? 1 : 0;
  else if (kind !== 'datetime' && typeof value === 'number') return value;
  return fail('config', `where: column "${name}" is ${kind}, "${value}" is not`, {
    help: 'compare numbers with numbers, dates with ISO text, true and false with booleans',
  });
}

/** Since 1970 UTC; ISO text without a zone is UTC. NaN where it is no date. */
export function millisecondsOf(iso: string): number {
  return Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(iso) || !iso.includes(':') ? iso : `${iso}Z`);
}

/** The operator that holds when the sides change places. */
export const MIRRORED: { readonly [operator in Operator]: Operator } = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};
