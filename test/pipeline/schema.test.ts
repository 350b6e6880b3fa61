import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { pipelineSchema } from '../../src/pipeline/schema.ts';
import { actions } from '../../src/run/actions/registry.ts';
import { ACTIONS, problems } from './rig.ts';

const PUBLISHED = join(import.meta.dirname, '../../docs/schema/pipeline.schema.json');

/** The part of JSON Schema that the published one uses. */
function fits(given: JsonObject, value: Json, root = given): boolean {
  const name = given['$ref'] as string | undefined;
  const schema = name ? ((root['$defs'] as JsonObject)[name.split('/').at(-1)!] as JsonObject) : given;
  const {
    type,
    anyOf,
    enum: words,
    pattern,
    minimum,
    maximum,
    items,
    minItems,
    properties,
    required,
  } = schema as {
    readonly [keyword: string]: never;
  };
  const others = schema['additionalProperties'] as JsonObject | boolean | undefined;
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (anyOf && !(anyOf as JsonObject[]).some((each) => fits(each, value, root))) return false;
  if (type && type !== kind && !(type === 'integer' && Number.isInteger(value))) return false;
  if (words && !(words as Json[]).includes(value)) return false;
  if (pattern && !new RegExp(pattern).test(String(value))) return false;
  if (Number(value) < (minimum ?? -Infinity) || Number(value) > (maximum ?? Infinity)) return false;
  if (kind === 'array') {
    const list = value as readonly Json[];
    return list.length >= (minItems ?? 0) && (!items || list.every((each) => fits(items, each, root)));
  }
  if (kind !== 'object') return true;
  const known = (properties ?? {}) as { readonly [key: string]: JsonObject };
  return (
    ((required ?? []) as string[]).every((key) => Object.hasOwn(value as JsonObject, key)) &&
    Object.entries(value as JsonObject).every(([key, each]) =>
      Object.hasOwn(known, key)
        ? fits(known[key]!, each, root)
        : typeof others === 'object'
          ? fits(others, each, root)
          : others !== false,
    )
  );
}

describe('the JSON Schema', () => {
  it('is published as it is checked (after a change: npx vitest run test/pipeline/schema.test.ts -u)', async () => {
    await expect(`${JSON.stringify(pipelineSchema(actions), null, 1)}\n`).toMatchFileSnapshot(PUBLISHED);
  });

  it('describes every key', () => {
    const { properties } = pipelineSchema(ACTIONS) as { readonly properties: JsonObject };
    expect(Object.keys(properties)).toEqual(['vars', 'data', 'plots', 'stages', 'checks']);
    expect(JSON.stringify(properties['stages'])).toContain('"evaluate":{"$ref":"#/$defs/evaluate"}');
  });

  const SOUND = [
    'vars: [{n: 1, b: true, l: [a]}, {o: {git: true}}]\nstages:\n  a: {cmd: [x, y], retries: "${n}", frozen: "${b}", deps: "${l}", outs: [o, {p: {git: "${b}"}}]}\n',
    'stages:\n  a:\n    foreach: [1, 2]\n    do: {cmd: "x ${item}", env: [TZ], secrets: [K], resources: {cpus: 1, memory: 4GiB}, timeout: 2h, mutex: gpu}\n',
    'data: {d: {}, e: , f: {url: u}}\nstages:\n  a: {matrix: {m: [1], n: [b]}, cmd: x, metrics: [m.json], meta: {any: [1]}}\n',
    'stages:\n  a: {evaluate: {data: d, metrics: [m]}}\n  b: {uses: ./m.mjs, with: {x: 1}}\n',
  ];
  const WRONG = [
    'stages:\n  a: {cmd: x, dep: [y]}\n',
    'stages:\n  a: {cmd: 3}\n',
    'stages:\n  a: {cmd: x, retries: -1}\n',
    'stages:\n  a: {cmd: x, outs: [{p: {gti: true}}]}\n',
    'stages:\n  a: {evaluate: {dta: d}}\n',
    'stages:\n  a: {foreach: [1]}\n',
    'stage: {}\n',
  ];
  it('accepts what the loader accepts, and refuses wrong keys and types', () => {
    const schema = pipelineSchema(ACTIONS);
    for (const yaml of SOUND)
      expect([problems(yaml), yaml, fits(schema, parse(yaml))]).toEqual([[], yaml, true]);
    for (const yaml of WRONG)
      expect([problems(yaml).length > 0, yaml, fits(schema, parse(yaml))]).toEqual([true, yaml, false]);
  });
});
