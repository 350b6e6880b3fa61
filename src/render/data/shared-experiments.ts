// How a push or pull of experiments ended, in a line.
import { formatCount, plural } from '../../util/units.ts';

const NAMED = 5;

export interface SharedFacts {
  /** Names. */
  readonly moved: readonly string[];
  /** How many were on both sides already. */
  readonly already: number;
  /** A Git remote, or a URL. */
  readonly remote: string;
}

export function sharedLine(kind: 'push' | 'pull', { moved, already, remote }: SharedFacts): string {
  const where = kind === 'push' ? 'there' : 'here';
  const more = already > 0 ? `; ${plural(already, 'experiment')} ${where} already` : '';
  const way = kind === 'push' ? 'to' : 'from';
  if (moved.length === 0) return `no experiment to ${kind} ${way} ${remote}${more}`;
  const rest = moved.length > NAMED ? ` and ${formatCount(moved.length - NAMED)} more` : '';
  const names = `${moved.slice(0, NAMED).join(' ')}${rest}`;
  return `${kind}ed ${plural(moved.length, 'experiment')} ${way} ${remote}: ${names}${more}`;
}
