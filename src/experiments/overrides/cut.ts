import { lineEnd, lineStart, splice } from '../../pipeline/splice.ts';

/** A key with its value, or an item of a list. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** What of `[ ]` or `{ }` goes with one of two or more: the comma behind it; the last goes with the one before it. */
export function inlineCut(text: string, items: readonly Part[], at: number): [number, number, string] {
  const { start, end } = items[at]!;
  if (at === items.length - 1) return [items[at - 1]!.end, end, ''];
  const comma = /\s*,[ \t]*/y;
  comma.lastIndex = end;
  const behind = comma.exec(text) ? comma.lastIndex : end;
  const from = lineStart(text, start);
  const alone = /^\s*$/.test(text.slice(from, start)) && /^\r?\n/.test(text.slice(behind));
  return alone ? [from, lineEnd(text, behind), ''] : [start, behind, ''];
}

/** Takes out its lines, with the comment lines right above. Undefined when something else stands in its first line. */
export function cutLines(text: string, start: number, end: number): string | undefined {
  let from = lineStart(text, start);
  if (!/^\s*(?:- +)?$/.test(text.slice(from, start))) return undefined;
  while (from > 0 && /^[ \t]*#/.test(text.slice(lineStart(text, from - 1), from)))
    from = lineStart(text, from - 1);
  return splice(text, [[from, lineEnd(text, end), '']]);
}
