// Edits of pipeline.yaml that change the lines they are about and no other. The Document says what an edit means; the
// text is cut and joined by hand, because printing a Document lays out the whole file anew. Where the hand-made text
// does not mean the same (flow maps, odd layouts), the printed Document is taken: its comments are kept too.
import {
  Document,
  isMap,
  isScalar,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { type Failure, fail, MlopsError } from '../core/failure.ts';
import { isWithin } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { DataSource } from '../core/pipeline.ts';
import { canonicalJson } from '../util/canonical-json.ts';
import { indented, insertLines, lineEnd, lineStart, pairOf, splice } from './splice.ts';
import { readYaml } from './yaml.ts';

export const PRINT = { lineWidth: 0, flowCollectionPadding: false } as const;

/** Adds a data entry, or renews its options. `path` is as it should stand in the file. */
export function addData(
  text: string,
  path: string,
  options: Partial<DataSource> & { readonly git?: boolean } = {},
): string {
  return addEntry(text, 'data', path, options, true);
}

/** Adds a stage at the end. @throws MlopsError (config) when there is one of that name. */
export function addStage(text: string, name: string, body: JsonObject): string {
  if (parse(text).hasIn(['stages', name])) {
    fail('config', `there is a stage "${name}" already`, {
      help: 'choose another name, or edit pipeline.yaml',
    });
  }
  return addEntry(text, 'stages', name, body, false);
}

/** @throws MlopsError (config) when there is no such entry. */
export function removeData(text: string, path: string): string {
  return removeEntry(text, 'data', path, `there is no data entry "${path}"`);
}

/** `name` is the declared one, before `@`. @throws MlopsError (config) when there is no such stage. */
export function removeStage(text: string, name: string): string {
  return removeEntry(text, 'stages', name, `there is no stage "${name}"`);
}

/** Freezes a declared stage, or lets it run again. @throws MlopsError (config) when there is no such stage. */
export function setFrozen(text: string, name: string, frozen: boolean): string {
  const document = parse(text);
  const loop = ['stages', name, 'do'];
  const place = document.hasIn(loop) ? loop : ['stages', name];
  const body = document.getIn(place);
  if (!isMap(body)) return fail('config', `there is no stage "${name}"`);
  const there = pairOf(body, 'frozen');
  if (!frozen)
    return there ? meaning(text, (d) => d.deleteIn([...place, 'frozen']), cutPair(text, body, there)) : text;
  const set = (d: Document): void => d.setIn([...place, 'frozen'], true);
  const value = there?.value as Node | undefined;
  if (value?.range) return meaning(text, set, splice(text, [[value.range[0], value.range[1], 'true']]));
  return meaning(text, set, appendPair(text, body, { frozen: true }, false));
}

/**
 * Renames a path, and all paths below it, wherever a stage or data entry names it; not inside `cmd`.
 * @throws MlopsError (config) when `to` is a data entry already.
 */
export function renamePath(text: string, from: string, to: string): string {
  const cuts: [number, number, string][] = [];
  const document = parse(text);
  if (document.hasIn(['data', to])) fail('config', `there is a data entry "${to}" already`);
  visit(document, {
    Pair: (_, pair) => (isScalar(pair.key) && UNTOUCHED.has(String(pair.key.value)) ? visit.SKIP : undefined),
    Scalar: (_, node) => {
      if (typeof node.value !== 'string' || !isWithin(node.value, from)) return;
      const renamed = to + node.value.slice(from.length);
      cuts.push([node.range![0], node.range![1], requoted(node, renamed)]);
      node.value = renamed;
    },
  });
  const spliced = splice(text, cuts);
  return sameMeaning(spliced, document) ? spliced : document.toString(PRINT);
}

const UNTOUCHED: ReadonlySet<string> = new Set(['cmd', 'desc', 'meta', 'url', 'path', 'rev']);

function requoted({ type }: Scalar, value: string): string {
  if (type === 'QUOTE_SINGLE') return `'${value.replaceAll("'", "''")}'`;
  if (type === 'QUOTE_DOUBLE') return JSON.stringify(value);
  return new Document(value).toString(PRINT).trimEnd();
}

function addEntry(text: string, section: string, name: string, value: JsonObject, flow: boolean): string {
  const set = (edited: Document): void => {
    const node = edited.createNode(value) as YAMLMap;
    node.flow = flow;
    if (edited.contents === null) edited.contents = edited.createNode({}) as never;
    if (!isMap(edited.get(section))) edited.set(section, edited.createNode({}));
    edited.setIn([section, name], node);
  };
  return meaning(text, set, spliceEntry(text, section, { [name]: value }, flow));
}

function spliceEntry(text: string, section: string, entry: JsonObject, flow: boolean): string | undefined {
  const { contents: top } = parse(text);
  if (top !== null && !isMap(top)) return undefined;
  const pair = top ? pairOf(top, section) : undefined;
  if (pair && isMap(pair.value) && pair.value.items.length > 0) {
    const known = Object.keys(entry).some((name) => pairOf(pair.value as YAMLMap, name));
    return known ? undefined : appendPair(text, pair.value, entry, flow);
  }
  const lines = indented(print(entry, flow), '  ');
  if (pair) return insertLines(text, lineEnd(text, (pair.key as Scalar).range![1]), lines); // `data:` alone
  const stages = top && section === 'data' ? pairOf(top, 'stages') : undefined;
  const at = stages ? (stages.key as Scalar).range![0] : text.length;
  return insertLines(text, at, `${section}:\n${lines}`);
}

function removeEntry(text: string, section: string, name: string, missing: string): string {
  const document = parse(text);
  const map = document.getIn([section]);
  const pair = isMap(map) ? pairOf(map, name) : undefined;
  if (!isMap(map) || !pair) return fail('config', missing);
  const last = map.items.length === 1;
  const top = document.contents as YAMLMap;
  return meaning(
    text,
    (d) => d.deleteIn(last ? [section] : [section, name]),
    last ? cutPair(text, top, pairOf(top, section)!) : cutPair(text, map, pair),
  );
}

/** The spliced text where it means what `change` makes of the Document; else that Document, printed. */
function meaning(text: string, change: (document: Document) => void, spliced: string | undefined): string {
  const document = parse(text);
  change(document);
  const kept = spliced !== undefined && sameMeaning(spliced, document);
  return kept ? spliced : document.toString(PRINT);
}

function sameMeaning(text: string, document: Document): boolean {
  const again = parseDocument(text, { uniqueKeys: false });
  return again.errors.length === 0 && canonicalJson(again.toJS()) === canonicalJson(document.toJS());
}

/** Puts a pair after the last one of a block map. */
function appendPair(text: string, map: YAMLMap, entry: JsonObject, flow: boolean): string | undefined {
  const last = map.items.at(-1);
  const key = last?.key as Scalar | undefined;
  if (map.flow || !key?.range) return undefined;
  const start = lineStart(text, key.range[0]);
  const indent = text.slice(start, key.range[0]);
  const value = last!.value as Node | null;
  const end = lineEnd(text, Math.max(key.range[1], value?.range?.[1] ?? 0));
  return insertLines(text, end, indented(print(entry, flow), indent));
}

/** Takes out a pair's lines, with the comment lines right above it. */
function cutPair(text: string, map: YAMLMap, pair: Pair): string | undefined {
  const key = pair.key as Scalar;
  if (map.flow || !key.range) return undefined;
  let start = lineStart(text, key.range[0]);
  while (start > 0 && /^[ \t]*#/.test(text.slice(lineStart(text, start - 1), start)))
    start = lineStart(text, start - 1);
  const value = pair.value as Node | null;
  return splice(text, [[start, lineEnd(text, Math.max(key.range[1], value?.range?.[1] ?? 0)), '']]);
}

function print(entry: JsonObject, flow: boolean): string {
  const document = new Document(entry);
  for (const { value } of (document.contents as unknown as YAMLMap<Scalar, Node>).items) {
    if (isMap(value)) value.flow = flow;
  }
  return document.toString(PRINT);
}

/** @throws MlopsError when the text is no YAML that could be edited safely. */
function parse(text: string): Document {
  const failures: Failure[] = [];
  readYaml('pipeline.yaml', text, failures);
  if (failures.length > 0) throw new MlopsError(failures);
  return parseDocument(text, { uniqueKeys: false }) as Document;
}
