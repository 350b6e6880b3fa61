// What `gc --remote` would do or did.
import { formatBytes, plural } from '../../util/units.ts';
import type { Style } from '../terminal.ts';

interface Part {
  readonly packs: readonly string[];
  readonly objects: readonly string[];
  readonly runs: readonly string[];
  readonly bytes: number;
}

export interface RemoteGcFacts {
  readonly url: string;
  readonly action: 'condemn' | 'wait' | 'sweep';
  readonly condemn: Part;
  readonly sweep: Part;
  readonly asked: readonly string[];
  readonly absentTrees: number;
  /** When what is condemned may be deleted. */
  readonly sweepFrom?: string;
  readonly sweepDays: number;
}

export function renderRemoteGc(facts: RemoteGcFacts, did: boolean, style: Style): string {
  const { url, action, condemn, sweep, asked, sweepFrom, sweepDays } = facts;
  const lines = [
    `asked for what they need: this repository${asked.length === 0 ? '' : `, ${asked.join(', ')}`}, and young runs`,
  ];
  if (action === 'wait')
    lines.push(`condemned names on ${url} may be deleted from ${sweepFrom} on: nothing to do until then`);
  if (count(sweep) > 0)
    lines.push(`${did ? 'deleted' : 'would delete'}, condemned before and still not needed: ${words(sweep)}`);
  if (count(condemn) > 0) {
    lines.push(`${did ? 'condemned' : 'would condemn'}, as nothing needs it: ${words(condemn)}`);
    lines.push(
      style.color.dim(
        `  it is still read; a gc --remote after ${plural(sweepDays, 'day')} deletes what is then still not needed`,
      ),
    );
  }
  const idle = action !== 'wait' && count(sweep) + count(condemn) === 0;
  if (idle) lines.push('nothing is unneeded');
  if (!did && !idle && action !== 'wait') lines.push('nothing was changed. do it: mlops gc --remote --yes');
  return `${lines.join('\n')}\n`;
}

function count({ packs, objects, runs }: Part): number {
  return packs.length + objects.length + runs.length;
}

function words({ packs, objects, runs, bytes }: Part): string {
  const parts = [
    ...(packs.length > 0 ? [plural(packs.length, 'pack')] : []),
    ...(objects.length > 0 ? [plural(objects.length, 'object')] : []),
    ...(runs.length > 0 ? [plural(runs.length, 'run')] : []),
  ];
  return `${parts.join(', ')}, ${formatBytes(bytes)}`;
}
