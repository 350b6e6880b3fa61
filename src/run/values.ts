// Params and metrics as flat lists of numbers and words, on either side of a diff.
import { type Failure, fail, MlopsError } from '../core/failure.ts';
import { type Digest, pathIn, type RepoPath } from '../core/ids.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { betterWay } from '../ml/metrics/better.ts';
import { readData, readParams } from '../pipeline/params.ts';
import { readPlainYaml } from '../pipeline/yaml-plain.ts';
import type { Store } from '../store/store.ts';
import type { Side } from './side.ts';

export interface Value {
  readonly file: RepoPath;
  /** Dotted; list items by index. */
  readonly key: string;
  readonly value: Json;
}

export interface ValueChange {
  readonly file: RepoPath;
  readonly key: string;
  /** Absent: not there on that side. */
  readonly was?: Json;
  readonly now?: Json;
  /** Of a metric whose direction is known. */
  readonly better?: boolean;
}

/** Every params file that a stage names, and params.yaml beside each pipeline.yaml. */
export function paramsFiles(pipeline: Pipeline): RepoPath[] {
  const named = [...pipeline.stages.values()].flatMap((stage) => stage.params.map((decl) => decl.file));
  const beside = pipeline.files.map((file) => pathIn(file.dir, 'params.yaml'));
  return [...new Set([...beside, ...named])];
}

/** `file\0key` of what some stage reads; a declared key holds all below it. */
export function usedParams(pipeline: Pipeline): (value: Pick<Value, 'file' | 'key'>) => boolean {
  const declared = [...pipeline.stages.values()].flatMap((stage) => stage.params);
  return ({ file, key }) =>
    declared.some(
      (decl) =>
        decl.file === file &&
        (decl.keys.length === 0 || decl.keys.some((each) => key === each || key.startsWith(`${each}.`))),
    );
}

/** Files that stages declare as metrics, with the reports of built-in actions. */
export function metricsFiles(pipeline: Pipeline): RepoPath[] {
  return [...pipeline.stages.values()].flatMap((stage) =>
    stage.outs.filter((out) => out.metric).map((out) => out.path),
  );
}

/** Told of each file that is there and cannot be read. */
export type Unreadable = (failures: readonly Failure[]) => void;

const refuse: Unreadable = (failures) => {
  throw new MlopsError(failures);
};

/** @throws MlopsError when a file is there and cannot be read, unless `unreadable` says otherwise */
export function paramsAt(side: Side, files: readonly RepoPath[], unreadable = refuse): Value[] {
  const bodies = side.read(files);
  return files.flatMap((file, at) => valuesIn(bodies[at], (text) => paramsIn(file, text), unreadable));
}

function valuesIn(
  body: Buffer | undefined,
  read: (text: string) => Value[],
  unreadable: Unreadable,
): readonly Value[] {
  if (!body) return [];
  try {
    return read(body.toString());
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    unreadable(error.failures);
    return [];
  }
}

/** @throws MlopsError when it cannot be read */
export function paramsIn(file: RepoPath, text: string): Value[] {
  const plain = /\.ya?ml$/i.test(file) ? readPlainYaml(text) : undefined;
  return flattened(file, plain ?? readParams(file, text));
}

/** As `paramsAt`. A metric that Git does not keep is read from the store, by the lock of that side. `join` stands between the keys of maps in maps. */
export function metricsAt(
  side: Side,
  files: readonly RepoPath[],
  store: Store,
  unreadable = refuse,
  join = '.',
): Value[] {
  const bodies = outBodies(side, files, store);
  return files.flatMap((file, at) => valuesIn(bodies[at], (text) => metricsIn(file, text, join), unreadable));
}

/** Files that stages made. What Git does not keep is read from the store, by the lock of that side. */
export function outBodies(
  side: Side,
  files: readonly RepoPath[],
  store: Pick<Store, 'has' | 'read'>,
): (Buffer | undefined)[] {
  return side.read(files).map((body, at) => {
    if (body) return body;
    const stored = storedOut(side.locks(), files[at]!, store);
    return stored && store.read(stored);
  });
}

/** A file that Git does not keep, as far as its bytes are here. */
export function storedOut(
  locks: ReturnType<Side['locks']>,
  file: RepoPath,
  store: Pick<Store, 'has'>,
): Digest | undefined {
  for (const lock of locks.values())
    for (const { outs } of lock.stages.values()) {
      const out = outs[file];
      if (out && 'file' in out && store.has(out.file)) return out.file;
    }
  return undefined;
}

/** JSON, YAML, TOML, CSV (its last row) or JSON lines (the last one). Of our own reports only their metrics. */
export function metricsIn(file: RepoPath, text: string, join = '.'): Value[] {
  if (/\.(csv|tsv)$/i.test(file)) return lastRow(file, text);
  if (/\.(jsonl|ndjson)$/i.test(file)) return lastLine(file, text, join);
  const data = readData(file, text);
  if (typeof data === 'number') return [{ file, key: 'value', value: data }];
  const schema = isJsonObject(data) ? data['schema'] : undefined;
  const ours = isJsonObject(data) && typeof schema === 'string' && schema.startsWith('mlops.');
  return numbersIn(file, ours ? (data['metrics'] ?? null) : data, join);
}

function numbersIn(file: RepoPath, data: Json, join: string): Value[] {
  return flattened(file, data, join).filter(({ value }) => typeof value === 'number');
}

/** A step of a history, as mlops/log writes it. What follows the last line end is on its way. */
function lastLine(file: RepoPath, text: string, join: string): Value[] {
  const line = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .at(-2);
  if (line === undefined) return [];
  try {
    return numbersIn(file, JSON.parse(line) as Json, join).filter(({ key }) => key !== 'step');
  } catch (cause) {
    return fail('config', `${file} ends with a line that is not valid JSON`, { where: { file } }, cause);
  }
}

/** Metrics tables are plain: a header, numbers, no quotes. */
function lastRow(file: RepoPath, text: string): Value[] {
  const separator = /\.tsv$/i.test(file) ? '\t' : ',';
  const rows = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(separator));
  const [head, last] = [rows[0] ?? [], rows.length > 1 ? rows.at(-1)! : []];
  return head.flatMap((key, at): Value[] => {
    const value = Number(last[at]);
    return last[at]?.trim() && Number.isFinite(value) ? [{ file, key: key.trim(), value }] : [];
  });
}

/** Every value that is no map, by its keys with `join` between them. */
export function flattened(file: RepoPath, value: Json, join = '.', prefix = ''): Value[] {
  const inside = isJsonObject(value)
    ? Object.entries(value)
    : Array.isArray(value) && value.some((each) => typeof each === 'object')
      ? value.map((each, at): [string, Json] => [String(at), each as Json])
      : undefined;
  if (!inside) return prefix === '' ? [] : [{ file, key: prefix, value }];
  return inside.flatMap(([key, each]) =>
    flattened(file, each, join, prefix === '' ? key : `${prefix}${join}${key}`),
  );
}

/** In the order of files and keys; `all` keeps those that are equal. */
export function compareValues(was: readonly Value[], now: readonly Value[], all = false): ValueChange[] {
  const id = (value: Value): string => `${value.file}\0${value.key}`;
  const before = new Map(was.map((value) => [id(value), value]));
  const after = new Map(now.map((value) => [id(value), value]));
  const ids = [...new Set([...before.keys(), ...after.keys()])];
  return ids
    .map((each): ValueChange => {
      const { file, key } = (before.get(each) ?? after.get(each))!;
      const [old, fresh] = [before.get(each), after.get(each)];
      return { file, key, ...(old ? { was: old.value } : {}), ...(fresh ? { now: fresh.value } : {}) };
    })
    .filter((change) => all || JSON.stringify(change.was) !== JSON.stringify(change.now));
}

/** Says of each metric that we know whether it got better. */
export function judged(changes: readonly ValueChange[]): ValueChange[] {
  return changes.map((change) => {
    const { was, now } = change;
    const better = betterWay(change.key);
    if (better === undefined || typeof was !== 'number' || typeof now !== 'number' || was === now)
      return change;
    const gain = better === 'zero' ? Math.abs(was) - Math.abs(now) : better === 'max' ? now - was : was - now;
    return { ...change, better: gain > 0 };
  });
}
