// Lines that mlops keeps in a text file the user owns, such as .gitignore: between two marks, sorted, the rest untouched.
import { byCodeUnit } from '../util/compare.ts';

const BEGIN = '# >>> mlops: kept by mlops, edits between these marks are lost';
const END = '# <<< mlops';

/** The text with exactly `lines` between the marks; no marks when there is no line. Equal input gives equal text. */
export function withManagedBlock(text: string, lines: Iterable<string>): string {
  const sorted = [...new Set(lines)].sort(byCodeUnit);
  const { before, after } = split(text);
  if (sorted.length === 0) return before + after;
  const gap = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  return `${before}${gap}${[BEGIN, ...sorted, END].join('\n')}\n${after}`;
}

export function managedLines(text: string): string[] {
  return split(text).lines;
}

function split(text: string): { before: string; lines: string[]; after: string } {
  const all = text.split('\n');
  const begin = all.indexOf(BEGIN);
  const end = begin < 0 ? -1 : all.indexOf(END, begin);
  if (begin < 0 || end < 0) return { before: text, lines: [], after: '' };
  const before = all.slice(0, begin).join('\n').replace(/\n+$/, '\n');
  return {
    before: begin === 0 ? '' : before.endsWith('\n') || before === '' ? before : `${before}\n`,
    lines: all.slice(begin + 1, end),
    after: all.slice(end + 1).join('\n'),
  };
}

/** A path as a .gitignore pattern that matches it, anchored at the file's own folder. A line end in it, which a pattern cannot hold, is any character. */
export function ignorePattern(path: string): string {
  return `/${path
    .replace(/[\\*?[]/g, '\\$&')
    .replace(/[\n\r]/g, '?')
    .replace(/ $/, '\\ ')}`;
}
