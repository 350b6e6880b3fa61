// Markdown within what a host takes. Parts stand in the order in which they are read; where they are too long together,
// the least important is shortened first, then the next; only when all are short, they are left out in the same order.
import { plural } from '../../util/units.ts';
import { list, type MarkdownColumn, paragraph, table } from './blocks.ts';
import { type Inline, Markdown, md } from './text.ts';

export interface Part {
  /** What it is called where it is left out: `stages`. */
  readonly name: string;
  /** Parts of less importance are shortened before it. */
  readonly importance: number;
  /** With at most so many rows, lines or items in each of its lists; undefined: there is nothing to say. */
  readonly draw: (rows: number) => Markdown | undefined;
}

const ROWS = [200, 30, 6] as const;

/**
 * At most `limit` bytes of UTF-8: no host counts more than those. `head` stands before all and is never left out;
 * `leftOut` words what was.
 */
export function fitted(
  head: Markdown,
  parts: readonly Part[],
  limit: number,
  leftOut: (names: readonly string[]) => Markdown,
): Markdown {
  const drawn = parts.map(({ draw }) => draw(ROWS[0]));
  const order = parts.map((_, at) => at).sort((a, b) => parts[a]!.importance - parts[b]!.importance);
  const gone = new Set<number>();
  const whole = (): string => {
    const names = [...gone].sort((a, b) => a - b).map((at) => parts[at]!.name);
    const note = names.length === 0 ? [] : [paragraph(leftOut(names))];
    return [head, ...drawn, ...note].flatMap((each) => (each ? [each.text] : [])).join('\n');
  };
  for (const rows of [...ROWS.slice(1), 0])
    for (const at of order) {
      if (bytesOf(whole()) <= limit) return new Markdown(whole());
      if (drawn[at] === undefined) continue;
      drawn[at] = rows === 0 ? undefined : parts[at]!.draw(rows);
      if (rows === 0) gone.add(at);
    }
  const rest = whole();
  return bytesOf(rest) <= limit ? new Markdown(rest) : head;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** As many rows as there is room for, and how many more there are. */
export function someRows(
  columns: readonly MarkdownColumn[],
  rows: readonly (readonly Inline[])[],
  most: number,
): Markdown {
  const more = rows.length - most;
  const last = more > 0 ? [[md`*and ${plural(more, 'more', 'more')}*`]] : [];
  return table(columns, [...rows.slice(0, most), ...last]);
}

export function someItems(items: readonly Inline[], most: number): Markdown {
  const more = items.length - most;
  return list(more > 0 ? [...items.slice(0, most), md`*and ${plural(more, 'more', 'more')}*`] : items);
}
