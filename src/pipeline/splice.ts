// Cutting and joining of text by lines, for edits that touch nothing else.
import { isScalar, type Pair, type YAMLMap } from 'yaml';
import { isMergeKey } from './yaml-places.ts';

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** After the line end at or behind `at`; `at` itself where it is the start of a line. */
export function lineEnd(text: string, at: number): number {
  if (text[at - 1] === '\n') return at;
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

export function splice(
  text: string,
  cuts: readonly (readonly [start: number, end: number, put: string])[],
): string {
  let result = text;
  for (const [start, end, put] of [...cuts].sort(([a], [b]) => b - a)) {
    result = result.slice(0, start) + put + result.slice(end);
  }
  return result;
}

/** Whole lines at `at`, with the line ends of the text. */
export function insertLines(text: string, at: number, lines: string): string {
  const newline = at > 0 && text[at - 1] !== '\n' ? '\n' : '';
  const added = newline + lines;
  return (
    text.slice(0, at) + (text.includes('\r\n') ? added.replaceAll('\n', '\r\n') : added) + text.slice(at)
  );
}

export function indented(block: string, indent: string): string {
  return block.replace(/^(?=.)/gm, indent);
}

/** The pair of a key, as `readYaml` names keys; not what `<<` brings in. */
export function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => {
    if (!isScalar(key) || isMergeKey(key)) return false;
    return (typeof key.value === 'string' ? key.value : key.source) === name;
  });
}
