// How a push, fetch, pull or checkout ended, in a line.
import { formatBytes, plural } from '../../util/units.ts';
import type { Style } from '../terminal.ts';

export interface TransferFacts {
  readonly objects: number;
  readonly bytes: number;
  readonly runs: number;
  readonly present: number;
}

export interface PlacedFacts {
  readonly changed: readonly string[];
  readonly files: number;
  readonly same: number;
}

export function transferSummary(
  kind: 'push' | 'fetch' | 'pull',
  facts: TransferFacts,
  url: string,
  style: Style,
  placed?: PlacedFacts,
): string {
  const moved = facts.objects + facts.runs > 0;
  const runs = facts.runs > 0 ? `, and ${plural(facts.runs, 'run')}` : '';
  const what = `${plural(facts.objects, 'object')}, ${formatBytes(facts.bytes)}${runs}`;
  const head =
    kind === 'push'
      ? moved
        ? `pushed ${what} to ${url}`
        : `nothing to push: ${url} has everything`
      : moved
        ? `fetched ${what} from ${url}, verified`
        : 'nothing to fetch: everything is here';
  return [head, ...(placed ? [placedSummary(placed, style)] : [])].join('\n');
}

export function placedSummary(placed: PlacedFacts, style: Style): string {
  if (placed.changed.length === 0) return 'nothing to check out: the workspace is as the lock says';
  const paths =
    placed.changed.length > 5
      ? `${placed.changed.slice(0, 5).join(' ')} and ${placed.changed.length - 5} more`
      : placed.changed.join(' ');
  return `checked out ${plural(placed.files, 'file')}  ${style.color.dim(paths)}`;
}
