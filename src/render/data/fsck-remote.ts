// What `fsck --remote` found and did.
import { formatBytes, formatCount, plural } from '../../util/units.ts';
import type { Style } from '../terminal.ts';
import { visible } from '../text-width.ts';

export interface RemoteFsckFacts {
  readonly url: string;
  readonly counts: { readonly packs: number; readonly objects: number; readonly runs: number };
  readonly bytes: number;
  readonly damage: readonly { readonly name: string; readonly problem: string }[];
  readonly vanished: number;
  readonly orphans: number;
  readonly emptyRuns: readonly string[];
  /** Artifacts of the lock, and those that are not whole there. */
  readonly artifacts: number;
  readonly lacking: readonly {
    readonly path: string;
    readonly missingThere: number;
    readonly missingBoth: number;
  }[];
  readonly repaired?: {
    readonly mended: readonly string[];
    readonly aside: readonly string[];
    readonly indexed: number;
    readonly pushed: number;
  };
}

const MOST = 20;

export function renderRemoteFsck(facts: RemoteFsckFacts, style: Style): string {
  const { color, symbols } = style;
  const { url, damage, vanished, orphans, emptyRuns, lacking, repaired } = facts;
  const bad = color.red(symbols.failed);
  const note = color.yellow(symbols.same);
  const lines = [summary(facts)];
  for (const { name, problem } of damage.slice(0, MOST))
    lines.push(`${bad} ${visible(name)} ${visible(problem)}`);
  if (damage.length > MOST) lines.push(`  and ${damage.length - MOST} more (--json lists all)`);
  if (vanished > 0) lines.push(`${bad} ${plural(vanished, 'pack')} that an index names: gone or cut short`);
  if (orphans > 0)
    lines.push(`${note} ${plural(orphans, 'pack')} that no index names: of no use until indexed`);
  if (emptyRuns.length > 0) lines.push(`${note} ${plural(emptyRuns.length, 'run')} whose outs are not there`);
  if (repaired) lines.push(...repairLines(repaired));
  for (const { path, missingThere, missingBoth } of lacking.slice(0, MOST)) {
    const here = missingThere - missingBoth;
    lines.push(
      `${missingBoth > 0 ? bad : note} ${visible(path)}: ${plural(missingThere, 'object')} not on ${url}` +
        (missingBoth > 0 ? `, ${formatCount(missingBoth)} of them not here either` : ''),
    );
    const help =
      here > 0
        ? `mlops push ${visible(path)}`
        : 'push from a clone that has it; mlops fsck says what else can bring it back';
    lines.push(`    ${color.cyan('help:')} ${help}`);
  }
  if (!repaired && damage.length + vanished + orphans > 0) {
    const name = 'mlops fsck --remote --repair';
    lines.push(
      `what to do: ${name}   (puts good copies from here over bad ones, indexes packs; what is bad is kept aside)`,
    );
  }
  if (lacking.length === 0) lines.push(`${color.green(symbols.done)} all that the lock names is there`);
  return `${lines.join('\n')}\n`;
}

function summary({ url, counts, bytes, damage, vanished, artifacts, lacking }: RemoteFsckFacts): string {
  const clean = damage.length + vanished === 0 ? 'no damage' : 'DAMAGE FOUND';
  const held = [plural(counts.packs, 'pack'), plural(counts.objects, 'object'), plural(counts.runs, 'run')];
  const whole = artifacts - lacking.length;
  return `${url} holds ${formatBytes(bytes)} in ${held.join(', ')}: ${clean}; ${formatCount(whole)} of ${plural(artifacts, 'artifact')} of the lock ${whole === 1 ? 'is' : 'are'} whole`;
}

function repairLines({ mended, aside, indexed, pushed }: NonNullable<RemoteFsckFacts['repaired']>): string[] {
  return [
    ...(mended.length > 0 ? [`put good bytes over bad ones: ${plural(mended.length, 'file')}`] : []),
    ...(aside.length > 0 ? [`moved to quarantine/ there: ${plural(aside.length, 'file')}`] : []),
    ...(indexed > 0 ? [`indexed: ${plural(indexed, 'pack')}`] : []),
    ...(pushed > 0 ? [`pushed again: ${plural(pushed, 'object')}`] : []),
  ];
}
