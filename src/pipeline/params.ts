// Params files: YAML, JSON or TOML by their extension. Their values go into keys, so what canonical JSON cannot hold
// exactly is refused here, with its line, instead of changing on the way.
import { parse as parseToml, TomlError } from 'smol-toml';
import { type Failure, fail, failure, MlopsError } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { ParamsDecl } from '../core/pipeline.ts';
import { suggest } from '../util/suggest.ts';
import { step } from './template.ts';
import { SourceText, type Span } from './where.ts';
import { readYaml } from './yaml.ts';

/**
 * The values of a params file. Maps have null prototypes; dates are their source text.
 * @throws MlopsError (config) with every problem of the file.
 */
export function readParams(file: RepoPath, text: string): JsonObject {
  const failures: Failure[] = [];
  const value = readAny(file, text, failures);
  if (failures.length > 0) throw new MlopsError(failures);
  if (value === null || value === undefined) return Object.create(null) as JsonObject;
  if (isJsonObject(value)) return value;
  throw new MlopsError(
    failure('config', `${file} holds no map of params`, {
      where: { file },
      help: 'write "name: value" lines',
    }),
  );
}

/** Any value in a YAML, JSON or TOML file, as metrics files hold them. @throws MlopsError (config) */
export function readData(file: RepoPath, text: string): Json {
  const failures: Failure[] = [];
  const value = readAny(file, text, failures);
  if (failures.length > 0) throw new MlopsError(failures);
  return value ?? null;
}

function readAny(file: RepoPath, text: string, failures: Failure[]): Json | undefined {
  const extension = /\.[^./]*$/.exec(file)?.[0].toLowerCase();
  if (extension === '.json') return readJson(file, text, failures);
  if (extension === '.toml') return readToml(file, text, failures);
  if (extension === '.yaml' || extension === '.yml') return readYaml(file, text, failures)?.value;
  failures.push(
    failure('config', `${file} is not a params file that can be read`, {
      where: { file },
      help: 'params files end in .yaml, .yml, .json or .toml',
    }),
  );
  return undefined;
}

function readJson(file: RepoPath, text: string, failures: Failure[]): Json | undefined {
  const source = new SourceText(file, text);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    const at = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length);
    failures.push(
      failure('config', `${file} is not valid JSON`, {
        where: source.at([Math.min(at, text.length), at + 1]),
      }),
    );
    return undefined;
  }
  const refused = refuseTokens(source, text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g), (token) =>
    token.startsWith('"') ? textProblem(JSON.parse(token) as string) : numberProblem(token),
  );
  failures.push(...refused);
  return withoutPrototypes(value, file);
}

/** Strings and comments are passed over whole, so that what looks like a date or a number inside them stays. */
const TOML_TOKEN =
  /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#.*|(?<![\w.+-])[+-]?(?:inf|nan)(?![\w.-])(?!\s*[=.\]])|(?<![\w-])(?:\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?![\w:-])/g;

function readToml(file: RepoPath, text: string, failures: Failure[]): Json | undefined {
  const source = new SourceText(file, text);
  const refused = refuseTokens(source, text.matchAll(TOML_TOKEN), (token) =>
    /^[+-]?(inf|nan)$/.test(token) ? numberProblem(token) : undefined,
  );
  failures.push(...refused);
  if (refused.length > 0) return undefined;
  // A date in quotes is its text, as a value and as a key.
  const quoted = text.replace(TOML_TOKEN, (token) => (/^\d/.test(token) ? `"${token}"` : token));
  try {
    return withoutPrototypes(parseToml(quoted) as Json, file);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const start = quoted.split('\n', error.line - 1).join('\n').length + (error.line > 1 ? 1 : 0);
    const reason = error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '');
    const where = new SourceText(file, quoted).at([start + error.column - 1, start + error.column]);
    failures.push(failure('config', `not valid TOML: ${reason}`, { where }));
    return undefined;
  }
}

function refuseTokens(
  source: SourceText,
  tokens: Iterable<RegExpExecArray>,
  check: (token: string) => Omit<Failure, 'exit' | 'where'> | undefined,
): Failure[] {
  const failures: Failure[] = [];
  for (const { 0: token, index } of tokens) {
    const problem = check(token);
    const span: Span = [index, index + token.length];
    if (problem) failures.push({ exit: 'config', where: source.at(span), ...problem });
  }
  return failures;
}

function numberProblem(token: string): Omit<Failure, 'exit' | 'where'> | undefined {
  const value = Number(token);
  if (!Number.isFinite(value))
    return {
      message: `${token} is no number that JSON can hold`,
      help: `quote it if text is meant: "${token}"`,
    };
  if (/^-?\d+$/.test(token) && !Number.isSafeInteger(value))
    return { message: `${token} is beyond ±2^53 and would lose digits`, help: `quote it: "${token}"` };
  return undefined;
}

function textProblem(text: string): Omit<Failure, 'exit' | 'where'> | undefined {
  if (!/\p{Surrogate}/u.test(text)) return undefined;
  return { message: 'half of a surrogate pair is not text', help: 'write the whole character' };
}

/** Deeper than any params file is written by hand, shallow enough for the stack. */
const MAX_DEPTH = 500;

function withoutPrototypes(value: Json, file: RepoPath, depth = 0): Json {
  if (depth > MAX_DEPTH)
    fail('config', `${file} is nested more than ${MAX_DEPTH} levels deep`, { where: { file } });
  if (Array.isArray(value)) return value.map((each: Json) => withoutPrototypes(each, file, depth + 1));
  if (!isJsonObject(value)) return value === 0 ? 0 : value; // -0 is 0
  const map = Object.create(null) as Record<string, Json>;
  for (const [key, each] of Object.entries(value)) map[key] = withoutPrototypes(each, file, depth + 1);
  return map;
}

/**
 * Declared key → value, as the fingerprint records them: dotted keys as declared, the whole file under "".
 * @throws MlopsError (config) naming every key that is not there.
 */
export function selectParams(params: JsonObject, decl: ParamsDecl): Record<string, Json> {
  const selected = Object.create(null) as Record<string, Json>;
  if (decl.keys.length === 0) selected[''] = params;
  const failures: Failure[] = [];
  for (const key of decl.keys) {
    const value = paramAt(params, key);
    if (value === undefined) failures.push(missingParam(params, key, decl));
    else selected[key] = value;
  }
  if (failures.length > 0) throw new MlopsError(failures);
  return selected;
}

/** A key that is written with dots in the file comes before one that is nested. */
export function paramAt(params: JsonObject, key: string): Json | undefined {
  if (Object.hasOwn(params, key)) return params[key];
  let value: Json = params;
  for (const part of key.split(/[.[\]]+/).filter((each) => each !== '')) {
    const next = step(value, part);
    if (next === undefined) return undefined;
    value = next;
  }
  return value;
}

function missingParam(params: JsonObject, key: string, { file, where }: ParamsDecl): Failure {
  const near = suggest(key, [...paramKeys(params)]);
  return failure('config', `${file} has no param "${key}"`, {
    where,
    help: near ? `did you mean "${near}"?` : `add it to ${file}, or remove it here`,
  });
}

/** Every dotted key down to a depth worth suggesting. */
export function* paramKeys(params: JsonObject, prefix = '', depth = 3): Generator<string> {
  for (const [key, value] of Object.entries(params)) {
    yield prefix + key;
    if (isJsonObject(value) && depth > 1) yield* paramKeys(value, `${prefix}${key}.`, depth - 1);
  }
}
