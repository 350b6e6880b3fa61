// An edit of a YAML document by its nodes, printed anew: for what stands behind an alias or a merge, or has an anchor
// that others name. Only the key that was meant changes; where others shared its value, they get a copy of the old one.
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Pair,
  parseDocument,
  type Scalar,
  type ScalarTag,
  visit,
  type YAMLMap,
} from 'yaml';
import type { Override } from '../../core/experiment.ts';
import type { Json } from '../../core/json.ts';
import { PRINT } from '../../pipeline/edit.ts';
import { pairOf } from '../../pipeline/splice.ts';
import { isMergeKey } from '../../pipeline/yaml-places.ts';
import { child } from './node-splice.ts';
import { flowStyle } from './value-text.ts';

export function printYaml(text: string, { key, op, value = null }: Override): string | undefined {
  const document = parse(text);
  if (document.contents === null) document.contents = document.createNode({});
  let parent: Node | null | undefined = document.contents as Node;
  const way: Node[] = [parent];
  for (const step of key.slice(0, -1)) {
    own(document, parent, step);
    if (child(parent, step) === undefined && op === 'add') put(document, parent, step, {});
    parent = child(parent, step);
    if (!isCollection(parent)) return undefined;
    way.push(parent);
  }
  const last = key.at(-1)!;
  own(document, parent, last);
  const old = child(parent, last);
  for (const node of way) detach(document, node);
  if (isCollection(old)) visit(old, { Node: (_, node) => detach(document, node) });
  else if (old) detach(document, old);
  if (op === 'remove') take(parent, last);
  else put(document, parent, last, value);
  return document.toString(PRINT);
}

/** Numbers are printed as they stand: 1.0e-4 must not become 1e-4, which is text for some. */
function parse(text: string): Document {
  const asWritten = (tag: ScalarTag): ScalarTag => ({
    ...tag,
    stringify: (node, ...rest) => (node as Scalar).source ?? tag.stringify!(node, ...rest),
  });
  return parseDocument(text, {
    uniqueKeys: false,
    logLevel: 'silent',
    customTags: (tags) =>
      tags.map((tag) =>
        typeof tag === 'object' && /:(?:int|float)$/.test(tag.tag) ? asWritten(tag as ScalarTag) : tag,
      ),
  }) as Document;
}

function put(document: Document, parent: Node, step: string | number, value: Json): void {
  const node = parseDocument(flowStyle.value(value, '')).contents as Node | null;
  if (isSeq(parent) && typeof step === 'number') {
    parent.items[step] = kept(parent.items[step], node);
  } else if (isMap(parent)) {
    const pair = pairOf(parent, String(step));
    if (pair) pair.value = kept(pair.value, node);
    else parent.items.push(new Pair(document.createNode(String(step)), node));
  }
}

/** What stood there may have had a comment. */
function kept(old: unknown, node: Node | null): Node | null {
  const { comment, commentBefore } = (old ?? {}) as Node;
  if (node && comment != null) node.comment = comment;
  if (node && commentBefore != null) node.commentBefore = commentBefore;
  return node;
}

function take(parent: Node, step: string | number): void {
  if (isSeq(parent)) parent.items.splice(step as number, 1);
  else if (isMap(parent))
    parent.items = parent.items.filter((each) => each !== pairOf(parent, step as string));
}

/** A value that is an alias, or comes by `<<`, becomes the parent's own. */
function own(document: Document, parent: Node, step: string | number): void {
  const there = child(parent, step);
  if (isAlias(there)) {
    const copy = copyOf(there.resolve(document));
    if (isSeq(parent)) parent.items[step as number] = copy;
    else pairOf(parent as YAMLMap, step as string)!.value = copy;
  } else if (there === undefined && isMap(parent)) {
    const before = parent.items.filter(({ key }) => isMergeKey(key));
    if (!before.some(({ value }) => merged(document, value).has(step as string))) return;
    for (const { value } of before)
      for (const [name, each] of merged(document, value))
        if (!pairOf(parent, name)) parent.items.push(new Pair(document.createNode(name), copyOf(each)));
    parent.items = parent.items.filter(({ key }) => !isMergeKey(key));
  }
}

/** Name → value of what `<<` brings in; of several maps the first wins. */
function merged(document: Document, node: unknown): Map<string, unknown> {
  const inside = isAlias(node) ? node.resolve(document) : node;
  const found = new Map<string, unknown>();
  if (isSeq(inside)) {
    for (const each of inside.items)
      for (const [name, value] of merged(document, each)) if (!found.has(name)) found.set(name, value);
  } else if (isMap(inside)) {
    for (const { key, value } of inside.items)
      if (isScalar(key) && !isMergeKey(key))
        found.set(typeof key.value === 'string' ? key.value : key.source!, value);
    for (const { key, value } of inside.items)
      if (isMergeKey(key))
        for (const [name, each] of merged(document, value)) if (!found.has(name)) found.set(name, each);
  }
  return found;
}

/** Others that name this node's anchor get a copy of it as it is. */
function detach(document: Document, node: Node): void {
  const { anchor } = node as { anchor?: string };
  if (anchor === undefined) return;
  visit(document, {
    Alias: (_, alias) => (alias.resolve(document) === node ? (copyOf(node) ?? undefined) : undefined),
  });
}

/** Without anchors: a name stands for one node only. */
function copyOf(node: unknown): Node | null {
  const copy = (node as Node | null | undefined)?.clone() as Node | undefined;
  if (!copy) return null;
  visit(copy, {
    Node: (_, each) => {
      delete (each as { anchor?: string }).anchor;
    },
  });
  return copy;
}
