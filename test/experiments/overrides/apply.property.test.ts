// read(apply(text, overrides)) = overrides carried out on read(text), for any file and any overrides that fit it.
import fc from 'fast-check';
import { stringify as stringifyToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { Document, isCollection, type Node, visit } from 'yaml';
import type { Override } from '../../../src/core/experiment.ts';
import type { RepoPath } from '../../../src/core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../src/core/json.ts';
import { applyOverrides } from '../../../src/experiments/overrides/apply.ts';
import { overridden } from '../../../src/experiments/overrides/at-key.ts';
import { readParams } from '../../../src/pipeline/params.ts';
import { canonicalJson } from '../../../src/util/canonical-json.ts';

const names = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('lr', 'trees', 'a', 'b', 'c') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('a.b', '__proto__', 'constructor', 'no', '4', 'x: y', '#', "it's", 'ключ', ''),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }).filter(whole) },
);
const texts = fc.oneof(
  fc.constantFrom(
    '',
    'gini',
    'no',
    '4',
    '1e3',
    'a b',
    'a: b',
    '- x',
    '# c',
    '"',
    "'",
    '[',
    'null',
    '~',
    '<<',
    'a\nb',
    '2024-01-01',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }).filter(whole),
);
const numbers = fc
  .oneof(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, 1e-7, 1e21, 5e-324, 0.1),
  )
  .map((value) => (Number.isInteger(value) && !Number.isSafeInteger(value) ? 0.5 : value === 0 ? 0 : value));

function whole(value: string): boolean {
  return !/[\p{Surrogate}\p{Cc}\ufeff\ufffe\uffff]/u.test(value.replaceAll('\n', ''));
}

function values(plain: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      plain,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(names, tie('value'), { maxKeys: 3, noNullPrototype: false }),
    ),
  })).value;
}

/** Choices that are resolved against the values there are. */
interface Wish {
  readonly kind: 'set' | 'add' | 'remove';
  readonly at: readonly number[];
  readonly name: string;
  readonly value: Json;
}

function wishes(value: fc.Arbitrary<Json>): fc.Arbitrary<Wish[]> {
  const wish = fc.record({
    kind: fc.constantFrom('set' as const, 'add' as const, 'remove' as const),
    at: fc.array(fc.nat(5), { maxLength: 3 }),
    name: names,
    value,
  });
  return fc.array(wish, { minLength: 1, maxLength: 3 });
}

/** An override that fits, or undefined where the wish leads nowhere. */
function fitting(file: RepoPath, params: Json, { kind, at, name: added, value }: Wish): Override | undefined {
  const key: (string | number)[] = [];
  let inside = params;
  for (const turn of at) {
    const steps: (string | number)[] = Array.isArray(inside)
      ? [...inside.keys()]
      : isJsonObject(inside)
        ? Object.keys(inside)
        : [];
    const step = steps[turn % steps.length];
    if (step === undefined) break;
    key.push(step);
    inside = (inside as { [each: string]: Json })[step as string]!;
  }
  if (kind === 'add') {
    if (Array.isArray(inside)) return { file, key: [...key, inside.length], op: 'add', value };
    if (!isJsonObject(inside) || Object.hasOwn(inside, added)) return undefined;
    return { file, key: [...key, added], op: 'add', value };
  }
  if (key.length === 0) return undefined;
  return kind === 'remove' ? { file, key, op: 'remove' } : { file, key, op: 'set', value };
}

function check(file: RepoPath, source: string, wished: readonly Wish[]): void {
  const start = readParams(file, source);
  let meant: Json = start;
  const overrides: Override[] = [];
  for (const wish of wished) {
    const override = fitting(file, meant, wish);
    if (!override) continue;
    overrides.push(override);
    meant = overridden(meant, override);
  }
  const applied = readParams(file, applyOverrides(source, file, overrides));
  if (canonicalJson(applied) !== canonicalJson(meant)) expect.fail(`${source}\n${JSON.stringify(overrides)}`);
}

/** Some maps and lists in one line, comments here and there. */
function yamlText(value: Json, thrown: readonly number[]): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  let turn = 0;
  visit(document, {
    Node: (_, node) => {
      const throwOf = thrown[turn++ % thrown.length]!;
      if (isCollection(node) && throwOf % 3 === 0) node.flow = true;
      if (throwOf === 4) (node as Node).comment = ' behind';
      if (throwOf === 5) (node as Node).commentBefore = ' above';
      if (throwOf === 7) (node as Node).spaceBefore = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}

const files = <T extends Json>(value: fc.Arbitrary<T>): fc.Arbitrary<JsonObject> =>
  fc.dictionary(names, value as fc.Arbitrary<Json>, { maxKeys: 4, noNullPrototype: false });
const dice = fc.array(fc.nat(9), { minLength: 1, maxLength: 12 });
/** Values that stand in several places at once. */
const SHARED = [
  'lr: &lr 0.1 # here\nother: *lr\nlist: [*lr, &x 2, *x]\n',
  'a: &base # the base\n  lr: 0.1\n  opt: &opt {name: sgd, k: [1, 2]}\nb: *base\nc: {opt: *opt}\ntrees: [*opt, *base]\n',
  'a: &base\n  lr: 0.1\n  b: {c: 1}\nb:\n  <<: *base # merged\n  trees: 3\nc:\n  <<: [{lr: 5}, *base]\n',
  'a: &a\n  b: &b\n    c: &c 1\n  lr: *c\nb: {<<: *a, trees: *b}\nlr: *b\n',
  'a: &a 1\nb: *a\nc: &a 2\nlr: *a\n',
];

const TOMLS = [
  '# top\nlr = 0.1 # rate\n"a.b" = "x # y"\na.b.c = 1\n\n[trees] # a table\nlr = 1_000\nlist = [\n  1, # one\n  2,\n]\n\n[trees.b]\nc = { a = 1, b = [ { c = 2 } ] }\n',
  '[[a]]\nlr = 1e3\n[[a.b]]\nc = 1\n[[a.b]]\n[[a]]\n[a.c]\nlr = """\nlong\n"""\n\n[b]\n',
  "[a.b.c]\nlr = 'single'\n[b]\nwhen = 2024-01-01 10:00:00\nlate = 2024-01-01\n",
  '',
];

const runs = { numRuns: 500 };

describe('overrides in the text of a params file', () => {
  const all = values(fc.oneof(texts, numbers, fc.boolean(), fc.constant(null)));

  it('mean in YAML what they say', () => {
    fc.assert(
      fc.property(files(all), dice, wishes(all), (value, throws, wished) => {
        check('params.yaml' as RepoPath, yamlText(value, throws), wished);
      }),
      runs,
    );
  });

  it('mean in YAML with anchors, aliases and merges what they say, and change no other key', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SHARED), wishes(all), (source, wished) => {
        check('params.yaml' as RepoPath, source, wished);
      }),
      runs,
    );
  });

  it('mean in JSON what they say', () => {
    const indent = fc.constantFrom('', '  ', '    ', '\t');
    fc.assert(
      fc.property(files(all), indent, wishes(all), (value, step, wished) => {
        check('params.json' as RepoPath, `${JSON.stringify(value, null, step)}\n`, wished);
      }),
      runs,
    );
  });

  it('mean in TOML as people write it what they say', () => {
    const some = values(fc.oneof(texts, numbers, fc.boolean()));
    fc.assert(
      fc.property(fc.constantFrom(...TOMLS), wishes(some), (source, wished) => {
        check('params.toml' as RepoPath, source, wished);
      }),
      runs,
    );
  });

  it('mean in TOML what they say', () => {
    const some = values(fc.oneof(texts, numbers, fc.boolean()));
    fc.assert(
      fc.property(files(some), wishes(some), (value, wished) => {
        check('params.toml' as RepoPath, stringifyToml(value), wished);
      }),
      runs,
    );
  });
});
