// `mlops verify`: an artifact a line where something is lacking, and one line for all that are whole.
import { formatBytes, formatCount, plural } from '../../util/units.ts';
import type { Style } from '../terminal.ts';
import { visible } from '../text-width.ts';

export interface VerifiedFacts {
  readonly path: string;
  readonly bytes: number;
  readonly lackingHere: number;
  readonly lackingThere?: number;
  readonly lackingBoth: number;
  readonly inWorkspace: boolean;
  readonly damaged: number;
}

/** `wanted`: the remote that must have everything; undefined when here or there will do. */
export function renderVerify(
  all: readonly VerifiedFacts[],
  url: string | undefined,
  wanted: boolean,
  style: Style,
): string {
  const { color, symbols } = style;
  const lines = all.flatMap((each) => {
    const [mark, text, help] = verdictOf(each, url, wanted);
    if (mark === 'ok') return [];
    const sign = mark === 'bad' ? color.red(symbols.failed) : color.yellow(symbols.same);
    return [`${sign} ${visible(each.path)} ${text}`, `    ${color.cyan('help:')} ${help}`];
  });
  return `${[...lines, closing(all, url, wanted, style)].join('\n')}\n`;
}

/** A check mark only where nothing is bad: who sees it looks no further. */
function closing(
  all: readonly VerifiedFacts[],
  url: string | undefined,
  wanted: boolean,
  { color, symbols }: Style,
): string {
  const marks = all.map((each) => verdictOf(each, url, wanted)[0]);
  const had = all.filter((_, at) => marks[at] !== 'bad');
  const size = formatBytes(had.reduce((sum, each) => sum + each.bytes, 0));
  if (had.length < all.length)
    return `${color.red(symbols.failed)} ${formatCount(had.length)} of ${plural(all.length, 'artifact')} can be had, ${size}`;
  const both = url === undefined ? 'in the store' : `in the store and on ${url}`;
  const where = marks.includes('note') ? `here or on ${url}` : wanted ? `on ${url}` : both;
  return `${color.green(symbols.done)} ${plural(all.length, 'artifact')}, ${size}, ${marks.includes('note') ? 'can be had' : 'whole'} ${where}`;
}

type Verdict = readonly ['ok' | 'note' | 'bad', string, string];

function verdictOf(each: VerifiedFacts, url: string | undefined, wanted: boolean): Verdict {
  const { path, lackingHere, lackingThere = 0, lackingBoth, damaged } = each;
  if (damaged > 0) return ['bad', `is damaged here: ${plural(damaged, 'object')}`, 'mlops fsck --repair'];
  if (lackingBoth > 0 && each.inWorkspace)
    return ['bad', 'is whole in the workspace only: it is not stored', 'mlops fsck --repair'];
  if (lackingBoth > 0)
    return [
      'bad',
      `can be had nowhere: ${plural(lackingBoth, 'object')} lacking ${url === undefined ? 'here, and no remote is configured' : `here and on ${url}`}`,
      'mlops fsck says what can bring it back',
    ];
  if (lackingThere > 0)
    return [
      wanted ? 'bad' : 'note',
      `is only here: ${formatCount(lackingThere)} of its objects ${lackingThere === 1 ? 'is' : 'are'} not on ${url}`,
      `mlops push ${visible(path)}`,
    ];
  if (lackingHere > 0 && !wanted) return ['note', `is on ${url} only`, `mlops fetch ${visible(path)}`];
  return ['ok', '', ''];
}
