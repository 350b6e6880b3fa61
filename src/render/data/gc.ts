// What gc would do or did: what stays and for whom, what goes and why.
import { formatBytes, plural } from '../../util/units.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';

export interface GcFacts {
  /** In words: `locks in the workspace`. */
  readonly kept: readonly { readonly for: string; readonly objects: number; readonly bytes: number }[];
  readonly packs: { readonly dropped: number; readonly rewritten: number };
  /** Objects and bytes that go to the trash; of packs that are written anew the part that nobody needs. */
  readonly goes: { readonly objects: number; readonly bytes: number };
  readonly runs: number;
  readonly attempts: number;
  readonly keepDays: number;
  /** Needed objects that come back from the trash. */
  readonly back: number;
  readonly absentTrees: number;
  /** What was moved to the trash long ago and is deleted. */
  readonly deleted: { readonly folders: number; readonly bytes: number };
  readonly trashDays: number;
}

export function renderGc(facts: GcFacts, did: boolean, style: Style): string {
  const { goes, runs, attempts, packs, back, deleted } = facts;
  const lines = [keptTable(facts, style)];
  if (goes.objects + runs + attempts > 0) {
    lines.push(`${did ? 'moved' : 'would move'} to the trash: ${goneWords(facts)}`);
    if (packs.rewritten > 0)
      lines.push(
        `  ${plural(packs.rewritten, 'pack')} ${did ? 'were' : 'would be'} written anew without what nobody needs`,
      );
    lines.push(
      style.color.dim(
        `  it stays there for ${facts.trashDays} days, and comes back by itself when something turns out to need it`,
      ),
    );
  } else lines.push('nothing is unneeded');
  if (back > 0)
    lines.push(
      `${did ? 'brought' : 'would bring'} back from the trash: ${plural(back, 'object')} that something needs`,
    );
  if (deleted.folders > 0)
    lines.push(
      `${did ? 'deleted' : 'would delete'} for good: ${formatBytes(deleted.bytes)} that lay in the trash`,
    );
  if (facts.absentTrees > 0)
    lines.push(
      style.color.yellow(
        `${plural(facts.absentTrees, 'folder')} that locks name ${facts.absentTrees === 1 ? 'is' : 'are'} not in the store: files that only they name look unneeded`,
      ),
    );
  const idle = goes.objects + runs + attempts + back + deleted.folders === 0;
  if (!did && !idle) lines.push('nothing was changed. do it: mlops gc --yes');
  return `${lines.join('\n')}\n`;
}

function keptTable({ kept }: GcFacts, style: Style): string {
  if (kept.length === 0) return 'nothing in the store is needed';
  const rows = kept.map((each) => [each.for, plural(each.objects, 'object'), formatBytes(each.bytes)]);
  return renderTable(
    [{ title: 'stays for' }, { title: 'objects', align: 'right' }, { title: 'size', align: 'right' }],
    rows,
    style,
  ).trimEnd();
}

function goneWords({ goes, runs, attempts, keepDays }: GcFacts): string {
  const parts = [
    ...(goes.objects > 0
      ? [`${plural(goes.objects, 'object')}, ${formatBytes(goes.bytes)}, that nothing names`]
      : []),
    ...(runs > 0 ? [`${plural(runs, 'run')} older than ${plural(keepDays, 'day')}`] : []),
    ...(attempts > 0 ? [`${plural(attempts, 'failed run')} older than ${plural(keepDays, 'day')}`] : []),
  ];
  return parts.join('; ');
}

export interface WhyFacts {
  readonly what: string;
  readonly where: string;
  readonly needs: readonly { readonly by: string; readonly path: string }[];
}

export function renderWhy({ what, where, needs }: WhyFacts, style: Style): string {
  if (needs.length === 0) return `${what} (${where}) is needed by nothing: gc takes it\n`;
  const most = 20;
  const rows = needs.slice(0, most).map(({ by, path }) => [by, path]);
  const more = needs.length > most ? `and ${needs.length - most} more\n` : '';
  return `${what} (${where}) stays for\n${renderTable([{ title: '' }, { title: '' }], rows, style)}${more}`;
}
