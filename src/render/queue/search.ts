// A search in one line: what it looks for, how far it has come, the best so far.
import { plural } from '../../util/units.ts';
import { formatScore } from '../run/headline.ts';
import type { Style } from '../terminal.ts';
import { visible } from '../text-width.ts';

export interface SearchView {
  readonly objective: { readonly file: string; readonly key: string };
  readonly direction: 'min' | 'max';
  readonly limit: number;
  readonly told: number;
  readonly best: { readonly value: number; readonly name: string | null } | null;
  readonly why: string | null;
}

export interface DamagedSearchView {
  readonly id: string;
  /** In words. */
  readonly damaged: string;
}

export function searchLine(search: SearchView | DamagedSearchView, style: Style): string {
  if ('damaged' in search) return visible(`search ${search.id}: ${search.damaged}`);
  const { objective, direction, told, limit, best, why } = search;
  const what = visible(`${direction === 'min' ? 'least' : 'most'} ${objective.file}:${objective.key}`);
  const far = `search for the ${what}: ${told} of ${plural(limit, 'trial')} done`;
  if (best) {
    const by = best.name === null ? '' : ` (${best.name})`;
    return `${far}, best ${formatScore(best.value, style.symbols)}${by}`;
  }
  return told === 0 ? far : `${far}, none reached a number${why === null ? '' : `: ${visible(why)}`}`;
}
