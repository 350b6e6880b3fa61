// What fsck found: damaged files, the paths that they cost, and the command that brings each back.

import { shellWord } from '../../util/shell-word.ts';
import { formatBytes, formatCount, plural } from '../../util/units.ts';
import type { Style } from '../terminal.ts';
import { visible } from '../text-width.ts';

export interface FsckFacts {
  readonly counts: {
    readonly packs: number;
    readonly loose: number;
    readonly indexes: number;
    readonly runs: number;
  };
  readonly bytes: number;
  readonly damage: readonly { readonly file: string; readonly problem: string }[];
  readonly locks: readonly {
    readonly file: string;
    readonly problem: string;
    readonly lost: readonly string[];
  }[];
  readonly artifacts: number;
  readonly affected: readonly AffectedFacts[];
  readonly elsewhere: readonly { readonly by: string; readonly path: string; readonly lost: number }[];
  /** In the store, whole or not, without being named right: told, and no damage. */
  readonly orphans: number;
  readonly vanished: number;
  readonly quarantine: { readonly files: number; readonly bytes: number };
  readonly trash: { readonly files: number; readonly bytes: number };
  readonly leftovers: { readonly files: number; readonly bytes: number };
}

export interface AffectedFacts {
  readonly path: string;
  readonly stage?: string;
  readonly state: 'damaged' | 'part' | 'absent';
  readonly lost: number;
  readonly files: number;
  readonly paths: readonly string[];
  readonly ways: readonly ('workspace' | 'fetch' | 'repro' | 'update')[];
}

/** Lines of one kind that are written out. */
const MOST = 20;

export function renderFsck(facts: FsckFacts, style: Style): string {
  const { color, symbols } = style;
  const bad = color.red(symbols.failed);
  const lines = damageLines(facts, style);
  const some = <T>(all: readonly T[], each: (one: T) => readonly string[]): void => {
    lines.push(...someOf(all, each));
  };
  const byState = (state: AffectedFacts['state']): readonly AffectedFacts[] =>
    facts.affected.filter((each) => each.state === state);
  some(byState('damaged'), (each) => [
    `${bad} ${visible(each.path)} ${lostWords(each)}`,
    help(style, `${wayWords(each)}`),
  ]);
  lines.push(...elsewhereLines(facts, style));
  some(byState('part'), (each) => [
    `${color.yellow(symbols.same)} ${visible(each.path)} is only partly in the store: ${plural(each.lost, 'object')} ${each.lost === 1 ? 'is' : 'are'} not`,
    help(style, wayWords(each)),
  ]);
  for (const group of groupsOf(byState('absent'))) lines.push(...absentLines(group, style));
  lines.push(...asideLines(facts, style));
  if (facts.damage.length > 0)
    lines.push(
      'what to do first: mlops fsck --repair   (sets aside, saves and brings back what it can; deletes nothing)',
    );
  return `${lines.join('\n')}\n`;
}

/** Before a repair: what follows says which of the paths came back. */
export function renderDamage(facts: FsckFacts, style: Style): string {
  return `${[...damageLines(facts, style), ...elsewhereLines(facts, style), ...asideLines(facts, style)].join('\n')}\n`;
}

function damageLines(facts: FsckFacts, style: Style): string[] {
  const bad = style.color.red(style.symbols.failed);
  return [
    summary(facts),
    ...someOf(facts.damage, ({ file, problem }) => [`${bad} ${visible(file)} ${visible(problem)}`]),
    ...someOf(facts.locks, (lock) => lockLines(lock, style)),
  ];
}

function wholeWords(whole: number, artifacts: number): string {
  return `${formatCount(whole)} of ${plural(artifacts, 'artifact')} of the lock ${whole === 1 ? 'is' : 'are'} whole`;
}

function elsewhereLines({ elsewhere }: FsckFacts, { color, symbols }: Style): string[] {
  return someOf(elsewhere, ({ by, path, lost }) => [
    `${color.red(symbols.failed)} ${visible(by)}: ${plural(lost, 'object')} of ${visible(path || 'a listing')} lost here`,
  ]);
}

function someOf<T>(all: readonly T[], each: (one: T) => readonly string[]): string[] {
  const more = all.length > MOST ? [`  and ${all.length - MOST} more (--json lists all)`] : [];
  return [...all.slice(0, MOST).flatMap(each), ...more];
}

function summary({ counts, bytes, damage, locks, affected, artifacts }: FsckFacts): string {
  const read = [plural(counts.packs, 'pack'), plural(counts.loose, 'object'), plural(counts.runs, 'run')];
  const whole = artifacts - affected.length;
  const clean = damage.length + locks.length === 0 ? 'no damage' : 'DAMAGE FOUND';
  return `read ${formatBytes(bytes)} in ${read.join(', ')}: ${clean}; ${wholeWords(whole, artifacts)}`;
}

function lockLines({ file, problem, lost }: FsckFacts['locks'][number], style: Style): string[] {
  const what = lost.length === 0 ? problem : `${problem}. HEAD has what it lost: ${lost.join(', ')}`;
  const [first, ...others] = waysForLock({ file, problem, lost });
  return [
    `${style.color.red(style.symbols.failed)} ${visible(file)} ${visible(what)}`,
    help(style, first!),
    ...others.map((each) => `      or: ${each}`),
  ];
}

/** In the middle of a merge git restore does nothing: there is no one committed lock. */
function waysForLock({ file, problem, lost }: FsckFacts['locks'][number]): string[] {
  const typed = quoted(file);
  if (problem.includes('conflict markers'))
    return [
      `keep one of the two lines of each conflict; then: git add ${typed} && mlops checkout`,
      `git checkout --ours ${typed}   (all of yours; --theirs: all of theirs)`,
    ];
  if (lost.length === 0) return ['mlops repro writes it anew; stages come back from the run cache'];
  return [
    `git restore ${typed}   (the committed one; git diff shows what else differs)`,
    'mlops repro, and mlops add for data   (stages come back from the run cache)',
  ];
}

function lostWords({ lost, files, paths }: AffectedFacts): string {
  if (paths[0] === '') return files === 1 ? 'is lost' : 'lost its listing, so none of its files can be named';
  const named = paths.slice(0, 3).map(visible).join(', ');
  const more = lost > 3 ? `, … ${formatCount(lost)} in all` : '';
  return `lost ${formatCount(lost)} of ${plural(files, 'file')}: ${named}${more}`;
}

/** Those that come back the same way, in one entry: an emptied store lacks everything. */
function groupsOf(absent: readonly AffectedFacts[]): AffectedFacts[][] {
  const groups = new Map<string, AffectedFacts[]>();
  for (const each of absent) {
    const way = each.ways[0] ?? '';
    groups.set(way, [...(groups.get(way) ?? []), each]);
  }
  return [...groups.values()];
}

function absentLines(group: readonly AffectedFacts[], style: Style): string[] {
  const { color, symbols } = style;
  const [first] = group as readonly [AffectedFacts];
  const names = group.slice(0, MOST).map(({ path }) => visible(path));
  const more = group.length > MOST ? ` and ${group.length - MOST} more` : '';
  const sign = first.ways.length === 0 ? color.red(symbols.failed) : color.yellow(symbols.same);
  const typed = group
    .slice(0, MOST)
    .map(({ path }) => quoted(path))
    .join(' ');
  const stages = [...new Set(group.slice(0, MOST).flatMap(({ stage }) => stage ?? []))].map(quoted).join(' ');
  const [text, words] = {
    workspace: ['in the workspace only, not in the store', 'mlops fsck --repair   (stores them again)'],
    fetch: ['not in the store', `mlops fetch ${typed}   (what was pushed)`],
    update: ['not in the store', `mlops update ${typed}   (gets it again from where it came)`],
    repro: ['not in the store', `mlops repro --force ${stages}   (makes it again)`],
    none: [
      'not in the store nor in the workspace, and no remote is configured',
      `whoever has it can push it; or put the files back and: mlops add ${typed}`,
    ],
  }[first.ways[0] ?? 'none'] as [string, string];
  return [
    `${sign} ${text}: ${names.join(' ')}${more}`,
    help(style, words),
    ...(first.ways[0] === 'fetch'
      ? whereNotPushed(group.slice(0, MOST)).map((each) => `      or: ${each}`)
      : []),
  ];
}

/** What is not on the remote either must not lead from fsck to fetch and back. */
function whereNotPushed(group: readonly AffectedFacts[]): string[] {
  const named = (way: AffectedFacts['ways'][number]): AffectedFacts[] =>
    group.filter(({ ways }) => ways.includes(way));
  const stages = [...new Set(named('repro').map(({ stage }) => quoted(stage!)))];
  const imports = named('update').map(({ path }) => quoted(path));
  const others = group.filter(({ ways }) => ways.length === 1).map(({ path }) => quoted(path));
  return [
    ...(stages.length > 0 ? [`mlops repro --force ${stages.join(' ')}   (makes it again)`] : []),
    ...(imports.length > 0 ? [`mlops update ${imports.join(' ')}   (gets it again from where it came)`] : []),
    ...(others.length > 0
      ? [
          `where it was not pushed: mlops push from a clone that has it, or put it back and mlops add ${others.join(' ')}`,
        ]
      : []),
  ];
}

/** The first way is the one to type; the last resort is said too. */
function wayWords({ ways, path, stage }: AffectedFacts): string {
  const words = ways.map((way) => {
    const typed = quoted(path);
    if (way === 'workspace')
      return stage === undefined
        ? `mlops add ${typed}   (the workspace still has it)`
        : `mlops fsck --repair   (the workspace still has it)`;
    if (way === 'fetch') return `mlops fetch ${typed}   (if it was pushed)`;
    if (way === 'update') return `mlops update ${typed}   (gets it again from where it came)`;
    return `mlops repro --force ${quoted(stage!)}   (makes it again)`;
  });
  return words.length > 0
    ? words.join('\n      or: ')
    : 'no way is known from here: whoever has it can push it (mlops push), or put the files back and: ' +
        `mlops add ${quoted(path)}`;
}

function help({ color }: Style, text: string): string {
  return `    ${color.cyan('help:')} ${text}`;
}

function quoted(word: string): string {
  return shellWord(visible(word));
}

function asideLines(
  { orphans, vanished, quarantine, trash, leftovers }: FsckFacts,
  { color, symbols }: Style,
): string[] {
  const note = (text: string): string => `${color.dim(symbols.dot)} ${text}`;
  return [
    ...(orphans > 0
      ? [note(`${plural(orphans, 'pack')} without an index: used all the same, indexed by --repair`)]
      : []),
    ...(vanished > 0
      ? [note(`${plural(vanished, 'pack')} that an index names ${vanished === 1 ? 'is' : 'are'} gone`)]
      : []),
    ...(quarantine.files > 0
      ? [
          note(
            `quarantine holds ${plural(quarantine.files, 'damaged file')}, ${formatBytes(quarantine.bytes)}`,
          ),
        ]
      : []),
    ...(trash.files > 0 ? [note(`trash holds ${formatBytes(trash.bytes)}; gc empties it`)] : []),
    ...(leftovers.files > 0
      ? [
          note(
            `tmp holds ${formatBytes(leftovers.bytes)} that is being written, or was left by a killed process; gc clears it`,
          ),
        ]
      : []),
  ];
}

export interface RepairFacts {
  readonly aside: readonly string[];
  readonly stored: number;
  readonly fetched: number;
  readonly artifacts: number;
  readonly left: readonly AffectedFacts[];
  readonly unasked: readonly AffectedFacts[];
}

export function renderRepair(
  { aside, stored, fetched, artifacts, left, unasked }: RepairFacts,
  style: Style,
): string {
  const { color, symbols } = style;
  const lines = [
    ...(aside.length > 0 ? [`set aside in quarantine: ${plural(aside.length, 'file')}`] : []),
    ...(stored > 0 ? [`stored again from the workspace: ${plural(stored, 'object')}`] : []),
    ...(fetched > 0 ? [`fetched from the remote: ${plural(fetched, 'object')}`] : []),
    ...left.flatMap((each) => [
      `${color.red(symbols.failed)} ${visible(each.path)} ${lostWords(each)}, and nothing here or there has it`,
      help(style, wayWords({ ...each, ways: each.ways.filter((way) => way !== 'fetch') })),
    ]),
    ...groupsOf(unasked).flatMap((group) => absentLines(group, style)),
    ...(left.length > 0
      ? []
      : unasked.length > 0
        ? [wholeWords(artifacts - unasked.length, artifacts)]
        : aside.length + stored + fetched > 0
          ? [`${color.green(symbols.done)} whole again`]
          : [`${color.green(symbols.done)} nothing to repair`]),
  ];
  return `${lines.join('\n')}\n`;
}
