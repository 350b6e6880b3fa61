// YAML 1.2 core with `<<` merges → plain JSON values, each findable again in the text. The document is walked here,
// not by the library's toJS, because what canonical JSON cannot hold must be refused with its line, and because its
// check for duplicate keys takes quadratic time (0.5 s at 10,000 stages).
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { type Failure, failure, type Location } from '../core/failure.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { LazyLocation, SourceText, type Span } from './where.ts';
import { wordsFor } from './yaml-errors.ts';
import { isMergeKey, type Path, Places } from './yaml-places.ts';

export interface YamlFile {
  /** Maps have null prototypes. */
  readonly value: Json;
  /** Where the value stands; a map or list is shown by its key. `part` narrows it to a text inside. */
  where(path: Path, part?: string): Location;
  whereKey(path: Path): Location;
}

/** Aliases may share values, but written out they must not outgrow this. */
const MAX_VALUES = 5_000_000;

/** Adds every problem to `failures`; undefined when there was one. */
export function readYaml(file: string, text: string, failures: Failure[]): YamlFile | undefined {
  const source = new SourceText(file, text);
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
  const syntax = syntaxFailures([...document.errors, ...document.warnings], source);
  failures.push(...syntax);
  if (syntax.length > 0) return undefined;
  const reader = new Reader(source);
  const value = reader.read(document.contents);
  failures.push(...reader.failures);
  if (reader.failures.length > 0) return undefined;
  const places = new Places(document);
  return {
    value,
    where: (path, part) => new LazyLocation(source, () => narrowed(places.value(path), text, part)),
    whereKey: (path) => new LazyLocation(source, () => places.key(path)),
  };
}

/** The first of each line and of each kind: those behind it mostly follow from it. */
function syntaxFailures(errors: readonly YAMLError[], source: SourceText): Failure[] {
  const lines = new Set<number | undefined>();
  const kinds = new Set<string>();
  return errors.flatMap(({ code, pos }) => {
    const where = source.at(pos);
    const { message, ...help } = wordsFor(code, source.text, pos[0]);
    if (lines.has(where.line) || kinds.has(message)) return [];
    lines.add(where.line);
    kinds.add(message);
    return [failure('config', message, { where, ...help })];
  });
}

function narrowed(span: Span, text: string, part: string | undefined): Span {
  const at = part === undefined ? -1 : text.slice(...span).indexOf(part);
  return at < 0 ? span : [span[0] + at, span[0] + at + part!.length];
}

class Reader {
  readonly failures: Failure[] = [];
  readonly #source: SourceText;
  readonly #anchors = new Map<string, { readonly value: Json; readonly size: number } | 'open'>();
  #size = 0;

  constructor(source: SourceText) {
    this.#source = source;
  }

  read(node: unknown): Json {
    this.#size++;
    const anchor = (node as (Node & { anchor?: string }) | null)?.anchor;
    if (anchor === undefined) return this.#readPlain(node);
    const before = this.#size;
    this.#anchors.set(anchor, 'open');
    const value = this.#readPlain(node);
    this.#anchors.set(anchor, { value, size: this.#size - before });
    return value;
  }

  #readPlain(node: unknown): Json {
    if (isScalar(node)) return this.#readScalar(node);
    if (isMap(node)) return this.#readMap(node);
    if (isSeq(node)) return node.items.map((item) => this.read(item));
    if (isAlias(node)) return this.#readAlias(node);
    return null;
  }

  #readAlias(node: Node & { readonly source: string }): Json {
    const target = this.#anchors.get(node.source);
    if (target === undefined) return this.#refuse(node, `*${node.source} names no anchor above it`);
    if (target === 'open') return this.#refuse(node, `*${node.source} contains itself`);
    this.#size += target.size;
    if (this.#size <= MAX_VALUES) return target.value;
    this.#size = 0; // said once
    return this.#refuse(node, `aliases make more than ${MAX_VALUES} values of this file`);
  }

  #readMap(node: YAMLMap): JsonObject {
    const map = Object.create(null) as Record<string, Json>;
    const merged: Json[] = [];
    for (const { key, value } of node.items) {
      if (isMergeKey(key)) {
        merged.push(...this.#readMerged(value));
        continue;
      }
      const name = this.#readKey(key, node);
      const each = this.read(value);
      if (name === undefined) continue;
      if (name in map) this.#refuse(key as Node, `the key "${name}" stands twice`, 'keep one of the two');
      else map[name] = each;
    }
    for (const each of merged) {
      for (const [key, value] of Object.entries(each as JsonObject)) if (!(key in map)) map[key] = value;
    }
    return map;
  }

  /** What `<<` brings in: a map, or a list of maps of which the first wins. */
  #readMerged(node: unknown): Json[] {
    const value = this.read(node);
    const maps = Array.isArray(value) ? value : [value];
    if (maps.every((each) => typeof each === 'object' && each !== null && !Array.isArray(each))) return maps;
    this.#refuse(node as Node, '"<<" merges maps only', 'give it an alias of a map: <<: *name');
    return [];
  }

  #readKey(key: unknown, map: YAMLMap): string | undefined {
    if (isScalar(key) && (typeof key.value === 'string' || key.source !== undefined)) {
      const name = typeof key.value === 'string' ? key.value : key.source!;
      if (!/\p{Surrogate}/u.test(name)) return name;
    }
    this.#refuse((key as Node | null) ?? map, 'a key must be plain text', 'put it in quotes');
    return undefined;
  }

  #readScalar(node: Scalar): Json {
    const { value, source } = node;
    if (typeof value === 'string') {
      if (!/\p{Surrogate}/u.test(value)) return value;
      return this.#refuse(node, 'half of a surrogate pair is not text', 'write the whole character');
    }
    if (typeof value === 'number') return this.#readNumber(node, value);
    if (typeof value === 'boolean' || value === null || value === undefined) return value ?? null;
    return source ?? String(value); // a date, under %YAML 1.1
  }

  #readNumber(node: Scalar, value: number): Json {
    const source = node.source ?? String(value);
    if (!Number.isFinite(value)) {
      return this.#refuse(
        node,
        `${source} is no number that JSON can hold`,
        `quote it if text is meant: "${source}"`,
      );
    }
    if (!Number.isSafeInteger(value) && /^[-+]?(\d+|0o[0-7]+|0x[\da-f]+)$/i.test(source)) {
      return this.#refuse(node, `${source} is beyond ±2^53 and would lose digits`, `quote it: "${source}"`);
    }
    return value === 0 ? 0 : value;
  }

  #refuse(node: Node, message: string, help?: string): null {
    const [start, end] = node.range ?? [0, 0];
    const where = this.#source.at([start, end]);
    this.failures.push(failure('config', message, help === undefined ? { where } : { where, help }));
    return null;
  }
}
