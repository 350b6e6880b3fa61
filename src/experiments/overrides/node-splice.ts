// An edit of YAML, or of JSON, which is YAML, that cuts and joins the text at the places of its nodes.
import {
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Override } from '../../core/experiment.ts';
import type { Json } from '../../core/json.ts';
import { indented, insertLines, lineEnd, lineStart, pairOf, splice } from '../../pipeline/splice.ts';
import { cutLines, inlineCut, type Part } from './cut.ts';
import type { ValueStyle } from './value-text.ts';

type Step = string | number;

/** Undefined where the file is laid out in a way that this does not know; whether it is right is checked by reading. */
export function spliceNodes(text: string, override: Override, style: ValueStyle): string | undefined {
  const { contents } = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
  const { key, op, value = null } = override;
  // What came by `<<` gives way to a key of the map's own.
  const own = nodeAt(contents, key) !== undefined;
  if (op === 'set' && own) return set(text, contents, key, value, style);
  if (op === 'add' || op === 'set') return add(text, contents, key, value, style);
  return remove(text, contents, key) ?? empty(text, contents, key, style);
}

/** Undefined: not there; null: there without a value. */
export function child(node: unknown, step: Step): Node | null | undefined {
  if (isSeq(node) && typeof step === 'number') return node.items[step] as Node | undefined;
  return isMap(node) && typeof step === 'string' ? (pairOf(node, step)?.value as Node | null) : undefined;
}

function nodeAt(root: unknown, key: readonly Step[]): Node | null | undefined {
  return key.reduce<unknown>(child, root) as Node | null | undefined;
}

function set(
  text: string,
  root: unknown,
  key: readonly Step[],
  value: Json,
  style: ValueStyle,
): string | undefined {
  const node = nodeAt(root, key);
  if (!node?.range) return undefined;
  const [from, to] = node.range;
  const quoted = isScalar(node) ? ({ QUOTE_DOUBLE: 'double', QUOTE_SINGLE: 'single' } as const) : {};
  const quote = isScalar(node) ? quoted[node.type as keyof typeof quoted] : undefined;
  const put = style.value(value, indentAt(text, from), quote);
  const inLine = isScalar(node) ? !String(node.type).startsWith('BLOCK') : (node as { flow?: boolean }).flow;
  if (inLine && from < to) return splice(text, [[from, to, put]]);
  const pair = pairAbove(root, key);
  const colon = pair ? text.indexOf(':', (pair.key as Node).range![1]) + 1 : 0;
  if (colon === 0) return undefined;
  // Behind the colon, before a comment there; the lines of the block go.
  const next = lineEnd(text, colon);
  const block = inLine || next >= to ? [] : [[next, lineEnd(text, to), ''] as const];
  if (!inLine && isScalar(node)) return splice(text, [[colon, lineEnd(text, to), ` ${put}\n`]]);
  return splice(text, [[colon, colon, ` ${put}`], ...block]);
}

function pairAbove(root: unknown, key: readonly Step[]): Pair | undefined {
  const parent = nodeAt(root, key.slice(0, -1));
  const last = key.at(-1);
  return isMap(parent) && typeof last === 'string' ? pairOf(parent, last) : undefined;
}

function add(
  text: string,
  root: unknown,
  key: readonly Step[],
  value: Json,
  style: ValueStyle,
): string | undefined {
  const there = key.findIndex((_, at) => nodeAt(root, key.slice(0, at + 1)) === undefined);
  const parent = nodeAt(root, key.slice(0, there)) as Node | null;
  const [step, ...rest] = key.slice(there) as [Step, ...string[]];
  const inner = rest.reduceRight<Json>((inside, name) => ({ [name]: inside }), value);
  const entry = (indent: string): string =>
    typeof step === 'number'
      ? style.value(inner, indent)
      : `${style.key(step)}${style.colon}${style.value(inner, indent)}`;
  if (parent === null) return insertLines(text, text.length, `${entry('')}\n`);
  if (!isMap(parent) && !isSeq(parent)) return undefined;
  if (!parent.flow) return addLine(text, parent, entry);
  return addInline(text, parent, entry, style);
}

function addLine(
  text: string,
  parent: YAMLMap | YAMLSeq,
  entry: (indent: string) => string,
): string | undefined {
  const last = parent.items.at(-1);
  const start = startOf(last);
  if (start === undefined) return undefined;
  const dash = isSeq(parent) ? '- ' : '';
  const from = lineStart(text, start);
  const indent = text.slice(from, start).replace(/- +$/, '');
  if (/\S/.test(indent)) return undefined;
  return insertLines(text, lineEnd(text, endOf(last)), indented(`${dash}${entry(indent)}\n`, indent));
}

function addInline(
  text: string,
  parent: YAMLMap | YAMLSeq,
  entry: (indent: string) => string,
  style: ValueStyle,
): string {
  const [from, to] = parent.range!;
  const first = startOf(parent.items[0]);
  const indent = indentAt(text, from);
  if (first === undefined) return splice(text, [[from + 1, to - 1, entry(indent)]]);
  const lead = text.slice(from + 1, first);
  const behind = endOf(parent.items.at(-1));
  const own = lead.includes('\n') ? lead.slice(lead.lastIndexOf('\n') + 1) : indent;
  const apart = lead.includes('\n') ? `,${text.includes('\r\n') ? '\r' : ''}\n${own}` : style.comma;
  return splice(text, [[behind, behind, apart + entry(own)]]);
}

function remove(text: string, root: unknown, key: readonly Step[]): string | undefined {
  const parent = nodeAt(root, key.slice(0, -1));
  const step = key.at(-1)!;
  if (!isMap(parent) && !isSeq(parent)) return undefined;
  const items = parent.items as readonly unknown[];
  const at = isSeq(parent) ? (step as number) : items.indexOf(pairOf(parent as YAMLMap, step as string));
  const start = startOf(items[at]);
  if (start === undefined || items.length === 1) return undefined;
  if (!parent.flow) return cutLines(text, start, endOf(items[at]));
  const parts = items.map((item): Part => ({ start: startOf(item) ?? 0, end: endOf(item) }));
  return splice(text, [inlineCut(text, parts, at)]);
}

/** What held the last one is empty then. */
function empty(text: string, root: unknown, key: readonly Step[], style: ValueStyle): string | undefined {
  const above = key.slice(0, -1);
  const parent = nodeAt(root, above);
  if (above.length === 0 || !(isMap(parent) || isSeq(parent))) return undefined;
  return set(text, root, above, isSeq(parent) ? [] : {}, style);
}

function startOf(item: unknown): number | undefined {
  const node = (item as Pair | undefined)?.key ?? item;
  return (node as Node | undefined)?.range?.[0];
}

function endOf(item: unknown): number {
  const pair = item as Pair<Node, Node>;
  const [key, value] = [(pair.key ?? item) as Node, pair.value as Node | null];
  return Math.max(key.range![1], value?.range?.[1] ?? 0);
}

function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, at), at))![0];
}
