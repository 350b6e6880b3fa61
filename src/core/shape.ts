// A shape describes a value once: `checkShape` finds every problem in data against it, `shapeToJsonSchema` publishes it.
// pipeline.yaml, config files and the options of every built-in action are checked this way, so none can drift
// from the published schema.
import { suggest } from '../util/suggest.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

interface Described {
  readonly desc?: string;
  /** Keys or words that people bring from other tools → what to write here, said when one is found. */
  readonly elsewhere?: { readonly [theirs: string]: string };
}
export type Shape = Described &
  (
    | { readonly kind: 'any' }
    | { readonly kind: 'null' }
    | { readonly kind: 'boolean' }
    | {
        readonly kind: 'string';
        readonly oneOf?: readonly string[];
        readonly pattern?: RegExp;
        readonly expect?: string;
      }
    | { readonly kind: 'number'; readonly min?: number; readonly max?: number; readonly integer?: true }
    | { readonly kind: 'list'; readonly of: Shape; readonly min?: number }
    | { readonly kind: 'map'; readonly of: Shape }
    | {
        readonly kind: 'object';
        readonly keys: { readonly [key: string]: Shape };
        readonly required?: readonly string[];
      }
    | { readonly kind: 'either'; readonly shapes: readonly Shape[]; readonly expect: string }
  );

/** `path` leads from the checked value to the culprit; `key: true` means the map key itself, not its value. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly key?: true;
  readonly message: string;
  readonly help?: string;
}

export const any: Shape = { kind: 'any' };
export const nothing: Shape = { kind: 'null' };
export const bool: Shape = { kind: 'boolean' };
export const text: Shape = { kind: 'string' };
export const number: Shape = { kind: 'number' };
export const integer: Shape = { kind: 'number', integer: true };
export const atLeast = (min: number): Shape => ({ kind: 'number', min });
export const between = (min: number, max: number): Shape => ({ kind: 'number', min, max });
export const share: Shape = between(0, 1);
/** A whole number from `min` on. */
export const count = (min: number, max?: number): Shape =>
  max === undefined ? { kind: 'number', integer: true, min } : { kind: 'number', integer: true, min, max };
export const list = (of: Shape, min?: number): Shape =>
  min === undefined ? { kind: 'list', of } : { kind: 'list', of, min };
export const map = (of: Shape): Shape => ({ kind: 'map', of });
export const word = (...oneOf: readonly string[]): Shape => ({ kind: 'string', oneOf });
export const object = (keys: { readonly [key: string]: Shape }, required: readonly string[] = []): Shape => ({
  kind: 'object',
  keys,
  required,
});
export const either = (expect: string, ...shapes: readonly Shape[]): Shape => ({
  kind: 'either',
  expect,
  shapes,
});
export const orNothing = (what: string, ...shapes: readonly Shape[]): Shape =>
  either(`${what} or nothing`, ...shapes, nothing);
export const elsewhere = (words: Required<Described>['elsewhere'], shape: Shape): Shape => ({
  ...shape,
  elsewhere: words,
});
export const described = (desc: string, shape: Shape): Shape => ({ ...shape, desc });

/** All problems of `value`, in the order of the document. */
export function checkShape(shape: Shape, value: Json, path: readonly (string | number)[] = []): Problem[] {
  const wrong = (expected: string): Problem[] => [
    { path, message: `expected ${expected}, found ${nameOf(value)}` },
  ];
  switch (shape.kind) {
    case 'any':
      return [];
    case 'null':
      return value === null ? [] : wrong('nothing');
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('true or false');
    case 'string':
      return checkText(shape, value, path, wrong);
    case 'number':
      return checkNumber(shape, value, wrong);
    case 'list':
      if (!Array.isArray(value)) return wrong('a list');
      if (value.length < (shape.min ?? 0))
        return [{ path, message: `expected at least ${shape.min} item${shape.min === 1 ? '' : 's'}` }];
      return value.flatMap((each: Json, index: number) => checkShape(shape.of, each, [...path, index]));
    case 'map':
      if (!isJsonObject(value)) return wrong('a map');
      return Object.entries(value).flatMap(([key, each]) => checkShape(shape.of, each, [...path, key]));
    case 'object':
      return checkObject(shape, value, path, wrong);
    case 'either':
      return checkEither(shape, value, path, wrong);
  }
}

function checkText(
  shape: Shape & { kind: 'string' },
  value: Json,
  path: Problem['path'],
  wrong: (expected: string) => Problem[],
): Problem[] {
  if (typeof value !== 'string')
    return wrong(shape.oneOf ? `one of ${shape.oneOf.join(', ')}` : (shape.expect ?? 'text'));
  if (shape.oneOf && !shape.oneOf.includes(value))
    return [
      {
        path,
        message: `"${value}" is not one of ${shape.oneOf.join(', ')}`,
        ...helpFor(value, shape.oneOf, shape.elsewhere),
      },
    ];
  if (shape.pattern && !shape.pattern.test(value))
    return [{ path, message: `"${value}" is not ${shape.expect ?? `like ${shape.pattern.source}`}` }];
  return [];
}

function checkNumber(
  shape: Shape & { kind: 'number' },
  value: Json,
  wrong: (expected: string) => Problem[],
): Problem[] {
  const range =
    shape.min !== undefined && shape.max !== undefined
      ? ` from ${shape.min} to ${shape.max}`
      : shape.min !== undefined
        ? ` of at least ${shape.min}`
        : shape.max !== undefined
          ? ` of at most ${shape.max}`
          : '';
  const fits =
    typeof value === 'number' &&
    (!shape.integer || Number.isInteger(value)) &&
    value >= (shape.min ?? -Infinity) &&
    value <= (shape.max ?? Infinity);
  return fits ? [] : wrong(`${shape.integer ? 'a whole number' : 'a number'}${range}`);
}

function checkObject(
  shape: Shape & { kind: 'object' },
  value: Json,
  path: Problem['path'],
  wrong: (expected: string) => Problem[],
): Problem[] {
  if (!isJsonObject(value)) return wrong('a map');
  const known = Object.keys(shape.keys);
  const problems: Problem[] = [];
  for (const [key, each] of Object.entries(value)) {
    const of = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
    if (of) problems.push(...checkShape(of, each, [...path, key]));
    else
      problems.push({
        path: [...path, key],
        key: true,
        message: `unknown key "${key}"`,
        help: `known here: ${known.join(', ')}`,
        ...helpFor(key, known, shape.elsewhere),
      });
  }
  for (const key of shape.required ?? []) {
    if (!Object.hasOwn(value, key)) problems.push({ path, message: `"${key}" is missing` });
  }
  return problems;
}

/** Reports the alternative that came closest: the one whose problems lie deepest, else what was expected in words. */
function checkEither(
  shape: Shape & { kind: 'either' },
  value: Json,
  path: Problem['path'],
  wrong: (expected: string) => Problem[],
): Problem[] {
  let deepest: Problem[] | undefined;
  for (const each of shape.shapes) {
    const problems = checkShape(each, value, path);
    if (problems.length === 0) return [];
    if (
      problems.every(
        (problem) =>
          problem.path.length > path.length ||
          problem.message.endsWith('is missing') ||
          (each.kind === 'string') === (typeof value === 'string'),
      )
    ) {
      if (sameKind(each, value)) deepest ??= problems;
    }
  }
  return deepest ?? wrong(shape.expect);
}

function sameKind(shape: Shape, value: Json): boolean {
  if (shape.kind === 'list') return Array.isArray(value);
  if (shape.kind === 'object' || shape.kind === 'map') return isJsonObject(value);
  return shape.kind === typeof value;
}

function helpFor(
  wrong: string,
  known: readonly string[],
  words: Described['elsewhere'] = {},
): { help?: string } {
  if (Object.hasOwn(words, wrong)) return { help: `here it is ${words[wrong]}` };
  const near = suggest(wrong, known);
  return near ? { help: `did you mean "${near}"?` } : {};
}

function nameOf(value: Json): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return value.length > 40 ? 'text' : `"${value}"`;
  return String(value);
}

/** JSON Schema (draft 2020-12) of a shape. */
export function shapeToJsonSchema(shape: Shape): JsonObject {
  const about = shape.desc === undefined ? {} : { description: shape.desc };
  switch (shape.kind) {
    case 'any':
      return about;
    case 'null':
    case 'boolean':
      return { ...about, type: shape.kind };
    case 'string':
      return {
        ...about,
        type: 'string',
        ...(shape.oneOf ? { enum: shape.oneOf } : {}),
        ...(shape.pattern ? { pattern: shape.pattern.source } : {}),
      };
    case 'number':
      return {
        ...about,
        type: shape.integer ? 'integer' : 'number',
        ...(shape.min === undefined ? {} : { minimum: shape.min }),
        ...(shape.max === undefined ? {} : { maximum: shape.max }),
      };
    case 'list':
      return {
        ...about,
        type: 'array',
        items: shapeToJsonSchema(shape.of),
        ...(shape.min === undefined ? {} : { minItems: shape.min }),
      };
    case 'map':
      return { ...about, type: 'object', additionalProperties: shapeToJsonSchema(shape.of) };
    case 'object':
      return {
        ...about,
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(shape.keys).map(([key, each]) => [key, shapeToJsonSchema(each)]),
        ),
        ...(shape.required?.length ? { required: shape.required } : {}),
        additionalProperties: false,
      };
    case 'either':
      return { ...about, anyOf: shape.shapes.map(shapeToJsonSchema) };
  }
}
