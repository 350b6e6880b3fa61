// How far work is, in words: `hashing 12,345/30,000 files, 1.2 GB/3.4 GB, 210 MB/s, 12 s left`.
import type { Task } from '../../core/event.ts';
import { formatBytes, formatCount, formatMs, plural } from '../../util/units.ts';
import type { Style } from '../terminal.ts';
import { padEnd, padStart, textWidth, truncate } from '../text-width.ts';
import type { Standing } from './progress-board.ts';

const WORDS: { readonly [task in Task]: { readonly doing: string; readonly item: string } } = {
  hash: { doing: 'hashing', item: 'file' },
  store: { doing: 'storing', item: 'file' },
  checkout: { doing: 'checking out', item: 'file' },
  compare: { doing: 'comparing', item: 'object' },
  push: { doing: 'pushing', item: 'object' },
  fetch: { doing: 'fetching', item: 'object' },
  fsck: { doing: 'verifying', item: 'object' },
  gc: { doing: 'sweeping', item: 'object' },
  import: { doing: 'importing', item: 'file' },
};
/** With it, and two spaces between parts, everything has room on 80 columns. */
const DOING_WIDTH = 9;

/** For a log that nobody redraws. */
export function progressText(standing: Standing, { symbols, color }: Style): string {
  const { items, bytes, speed, left } = partsOf(standing);
  const said = [items, bytes, speed, left].filter((part) => part !== '').map((part) => part.trim());
  return color.dim(`${symbols.dot} ${WORDS[standing.task].doing} ${said.join(', ')}`);
}

/** For a line that is drawn again and again: numbers keep their places, and what has no room is left out. */
export function progressLine(
  standing: Standing,
  at: { readonly style: Style; readonly width: number; readonly frame: number },
): string {
  const { color, symbols } = at.style;
  const { items, bytes, speed, left } = partsOf(standing);
  const head = padEnd(WORDS[standing.task].doing, DOING_WIDTH);
  const room = at.width - 1 - 4; // the last column stays free: some terminals wrap when it is filled
  const text =
    [[items, bytes, speed, left], [items, bytes, left], [items, left], [left || items]]
      .map((parts) => [head, ...parts.filter((part) => part !== '')].join('  '))
      .find((line) => textWidth(line) <= room) ?? truncate(head.trimEnd(), room, symbols.ellipsis);
  const spinner = symbols.spinner[at.frame % symbols.spinner.length]!;
  return `  ${color.cyan(spinner)} ${text}`;
}

interface Parts {
  readonly items: string;
  readonly bytes: string;
  readonly speed: string;
  readonly left: string;
}

/** '' for what is not known or says nothing. */
function partsOf({ task, done, total, perSecond }: Standing): Parts {
  const countsBytes = total.bytes === undefined ? done.bytes > 0 : total.bytes > 0;
  const { item } = WORDS[task];
  const ms = msLeft(done, total, perSecond);
  return {
    // Of one large file its bytes are all there is to say.
    items: total.items === 1 && countsBytes ? '' : itemsInWords(done.items, total.items, item),
    bytes: countsBytes ? bytesInWords(done.bytes, total.bytes) : '',
    speed: countsBytes ? `${padded(perSecond.bytes)}/s` : itemSpeed(perSecond.items, item),
    left: ms === undefined ? '' : `${wholeSeconds(ms)} left`,
  };
}

function itemsInWords(done: number, total: number | undefined, item: string): string {
  if (total === undefined) return plural(done, item);
  return `${padStart(formatCount(done), formatCount(total).length)}/${plural(total, item)}`;
}

function bytesInWords(done: number, total: number | undefined): string {
  return total === undefined ? padded(done) : `${padded(done)}/${formatBytes(total)}`;
}

/** As wide as the widest below a terabyte, `12.3 MB`. */
function padded(bytes: number): string {
  return padStart(formatBytes(bytes), 7);
}

function itemSpeed(perSecond: number, item: string): string {
  return perSecond < 1 ? '' : `${formatCount(Math.round(perSecond))} ${item}s/s`;
}

/** An item takes about as long as so many of its bytes: measured for hashing, storing and sending to a folder. */
const ITEM_BYTES = 65_536;

/** Many small files go by their number, large ones by their bytes, a mixture by both. */
function msLeft(
  done: Standing['done'],
  total: Standing['total'],
  perSecond: Standing['perSecond'],
): number | undefined {
  const left = { items: (total.items ?? 0) - done.items, bytes: (total.bytes ?? 0) - done.bytes };
  const effort = ({ items, bytes }: Standing['done']): number =>
    (total.items === undefined ? 0 : items * ITEM_BYTES) + (total.bytes === undefined ? 0 : bytes);
  const [ahead, speed] = [effort(left), effort(perSecond)];
  return ahead > 0 && speed > 0 ? (ahead / speed) * 1000 : undefined;
}

function wholeSeconds(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds} s` : formatMs(seconds * 1000);
}
