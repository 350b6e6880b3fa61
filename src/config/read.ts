// Reads and edits the two config files. The local one wins, key by key.
import { readFileSync } from 'node:fs';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { type Failure, failure, type Location, MlopsError } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { MAIN_SCOPE } from '../core/run-scope.ts';
import { checkShape, type Problem, type Shape } from '../core/shape.ts';
import { refuseCredentials } from '../remote/config.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';
import { type Config, configShape, LOCAL_ONLY, localConfigShape } from './config.ts';

export interface ConfigFile {
  readonly path: string;
  /** As shown to the user. */
  readonly shown: string;
  readonly shape: Shape;
  /** Instead of what stands at `path`. */
  readonly text?: string;
}

export function sharedConfig(top: string): ConfigFile {
  return { path: `${top}/.mlops/config.yaml`, shown: '.mlops/config.yaml', shape: configShape };
}

/** The shared settings as a commit has them: `text` of `.mlops/config.yaml` there, shown with where it is from. */
export function committedConfig(top: string, text: string, commit: CommitId): ConfigFile {
  const file = sharedConfig(top);
  return { ...file, shown: `${file.shown} at ${commit.slice(0, 7)}`, text };
}

export function localConfig(gitDir: string): ConfigFile {
  const path = `${gitDir}/mlops/local.yaml`;
  return { path, shown: path, shape: localConfigShape };
}

/** @throws MlopsError with every problem of every file. */
export function readConfig(files: readonly ConfigFile[]): Config {
  return configOf(
    files.map((file) => checked(file, file.text ?? orAbsent(() => readFileSync(file.path, 'utf8'), ''))),
  );
}

/** The committed settings as `text` says, without those of this machine. */
export function configAt(text: string, shown: string): Config {
  return configOf([checked({ path: shown, shown, shape: configShape }, text)]);
}

/** The later of two wins. */
function configOf(settings: readonly JsonObject[]): Config {
  const merged = settings.reduce(merge, {});
  refuseCredentialsIn(merged['remotes']);
  const part = (key: string): JsonObject => (isJsonObject(merged[key]) ? merged[key] : {});
  return {
    ...(typeof merged['remote'] === 'string' ? { remote: merged['remote'] } : {}),
    remotes: part('remotes') as unknown as Config['remotes'],
    ...(typeof merged['jobs'] === 'number' ? { jobs: merged['jobs'] } : {}),
    cache: { trust: [MAIN_SCOPE], ...part('cache') },
    runCache: { read: 'all', write: 'all', ...part('runCache') },
    store: { link: 'reflink', ...part('store') },
    allowOutside: (merged['allowOutside'] as readonly string[] | undefined) ?? [],
    push: { logs: false, ...part('push') },
    exp: { carry: [], ...part('exp') },
  };
}

function refuseCredentialsIn(remotes: Json | undefined): void {
  for (const [name, remote] of Object.entries(isJsonObject(remotes ?? null) ? (remotes as JsonObject) : {}))
    if (isJsonObject(remote)) refuseCredentials(name, remote);
}

function checked(file: ConfigFile, source: string): JsonObject {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const at = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { file: file.shown, line, column: col, text: source.split('\n')[line - 1] ?? '' };
  };
  if (document.errors.length)
    throw new MlopsError(
      document.errors.map((error) =>
        failure('config', `not YAML: ${error.message.split('\n')[0]}`, { where: at(error.pos[0]) }),
      ),
    );
  const value = (document.toJS() ?? {}) as Json;
  const problems = checkShape(file.shape, value);
  if (problems.length) throw new MlopsError(problems.map((problem) => located(problem, document, at, file)));
  return value as JsonObject;
}

function located(
  problem: Problem,
  document: ReturnType<typeof parseDocument>,
  at: (offset: number) => Location,
  file: ConfigFile,
): Failure {
  const key = problem.path.at(-1);
  const parent =
    problem.path.length > 1 ? document.getIn(problem.path.slice(0, -1), true) : document.contents;
  const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(key)) : undefined;
  const range = (pair?.key as { range?: readonly number[] } | undefined)?.range;
  const localOnly =
    file.shape === configShape && (LOCAL_ONLY as readonly unknown[]).includes(problem.path[0]);
  const help = localOnly ? 'a committed file may not set this: mlops config --local' : problem.help;
  return failure('config', problem.message, {
    where: range ? at(range[0]!) : { file: file.shown },
    ...(help ? { help } : {}),
  });
}

function merge(under: JsonObject, over: JsonObject): JsonObject {
  const both: Record<string, Json> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = both[key];
    both[key] = isJsonObject(below) && isJsonObject(value) ? merge(below, value) : value;
  }
  return both;
}

/** Sets (or with undefined removes) one dotted key; comments and order stay. The result is checked before it is written. */
export function editConfig(file: ConfigFile, key: readonly string[], value: Json | undefined): void {
  const source = orAbsent(() => readFileSync(file.path, 'utf8'), '');
  const document = parseDocument(source);
  if (value === undefined && !document.hasIn(key)) return;
  if (value === undefined) document.deleteIn(key);
  else document.setIn(key, value);
  const problems = checkShape(file.shape, (document.toJS() ?? {}) as Json);
  if (problems.length)
    throw new MlopsError(
      problems.map((problem) =>
        failure(
          'config',
          `${problem.path.join('.')}: ${problem.message}`,
          problem.help ? { help: problem.help } : {},
        ),
      ),
    );
  refuseCredentialsIn((document.toJS() as JsonObject | null)?.['remotes']);
  writeAtomic(file.path, document.contents === null ? '' : String(document));
}
