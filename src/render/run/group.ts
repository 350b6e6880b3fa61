// Stages in a row that had the same fate share a line: `· prepare train judge fresh`.
import type { GateSummary, Outcome } from '../../core/event.ts';
import type { StageName } from '../../core/ids.ts';
import { formatMs } from '../../util/units.ts';
import { PAGE_WIDTH, type Style } from '../terminal.ts';
import { padEnd, textWidth, visible } from '../text-width.ts';
import { gatesInWords } from './headline.ts';
import { actionLabel, joinRight, type Layout, wordLine } from './stage-line.ts';

interface Member {
  readonly stage: StageName;
  readonly action: string;
}
interface Restored extends Member {
  readonly outcome: Outcome & { kind: 'restored' };
}
export type Group =
  | { readonly kind: 'fresh' | 'held'; readonly stages: readonly Member[] }
  | { readonly kind: 'restored'; readonly stages: readonly Restored[] }
  | { readonly kind: 'blocked'; readonly by: StageName; readonly stages: readonly Member[] };

/** Where a restored stage's outs came from, in words. */
export const PLACES = { lock: 'store', run: 'run cache', remote: 'remote' } as const;

/** Both as one, or undefined when they cannot share a line. */
export function joined(a: Group, b: Group): Group | undefined {
  if (a.kind === 'restored' && b.kind === 'restored') {
    const same = a.stages[0]!.outcome.from === b.stages[0]!.outcome.from;
    return same ? { ...a, stages: [...a.stages, ...b.stages] } : undefined;
  }
  if (a.kind === 'blocked' && b.kind === 'blocked')
    return a.by === b.by ? { ...a, stages: [...a.stages, ...b.stages] } : undefined;
  if (a.kind === 'restored' || a.kind === 'blocked' || a.kind !== b.kind) return undefined;
  return { ...a, stages: [...a.stages, ...b.stages] };
}

export function renderGroup(group: Group, layout: Layout, style: Style): string {
  if (group.kind === 'restored') return restoredLine(group.stages, layout, style);
  const mark = style.color.dim(style.symbols.same);
  const what =
    group.kind === 'blocked' ? `blocked by ${visible(group.by)}` : group.kind === 'held' ? 'frozen' : 'fresh';
  const [only, second] = group.stages;
  return only && !second && actionLabel(only.action) !== ''
    ? wordLine(style.symbols.same, only.stage, only.action, what, layout, style)
    : groupLine(mark, group.stages, what, '', layout, style);
}

function restoredLine(stages: readonly Restored[], layout: Layout, style: Style): string {
  const ms = Math.max(...stages.map(({ outcome }) => outcome.ms));
  const saved = stages.reduce((sum, { outcome }) => sum + outcome.savedMs, 0);
  const gates = stages.map(({ outcome }) => outcome.gates).filter((each): each is GateSummary => !!each);
  const gain = saved > 0 ? ` (${formatMs(saved)} saved)` : '';
  const what = `restored from the ${PLACES[stages[0]!.outcome.from]} in ${formatMs(ms)}${gain}`;
  const mark = style.color.cyan(style.symbols.restored);
  return groupLine(mark, stages, what, gatesInWords(gates), layout, style);
}

/** `· prepare train judge fresh`: names in the place of one, what they share after them. */
function groupLine(
  mark: string,
  stages: readonly Member[],
  what: string,
  right: string,
  layout: Layout,
  style: Style,
): string {
  const room = Math.max(24, PAGE_WIDTH - 4 - textWidth(what) - textWidth(right) - 6);
  const names = padEnd(
    namesWithin(
      stages.map(({ stage }) => visible(stage)),
      room,
    ),
    layout.name + layout.action + 3,
  );
  return joinRight(`  ${mark} ${names.endsWith(' ') ? names : `${names}   `}${what}`, right, style);
}

function namesWithin(stages: readonly string[], room: number): string {
  const all = stages.join(' ');
  if (textWidth(all) <= room || stages.length < 3) return all;
  let shown = '';
  let count = 0;
  for (const stage of stages) {
    if (textWidth(shown) + textWidth(stage) + 14 > room) break;
    shown += `${stage} `;
    count++;
  }
  return count === 0 ? `${stages.length} stages` : `${shown}and ${stages.length - count} more`;
}

/** Stages that ended side by side are named in the order of the graph, whichever was first. */
export function inOrder<G extends Group>(group: G, order: readonly StageName[]): G {
  const place = new Map(order.map((name, index) => [name, index]));
  const at = ({ stage }: { readonly stage: StageName }): number => place.get(stage) ?? 0;
  return { ...group, stages: [...group.stages].sort((a, b) => at(a) - at(b)) };
}
