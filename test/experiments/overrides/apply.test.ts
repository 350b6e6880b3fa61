import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Override } from '../../../src/core/experiment.ts';
import type { MlopsError } from '../../../src/core/failure.ts';
import type { RepoPath } from '../../../src/core/ids.ts';
import type { Json } from '../../../src/core/json.ts';
import { applyOverrides } from '../../../src/experiments/overrides/apply.ts';
import { writeOverrides } from '../../../src/experiments/overrides/write.ts';

type Key = Override['key'];

function override(file: string, op: Override['op'], key: Key, value?: Json): Override {
  return { file: file as RepoPath, key, op, ...(value === undefined ? {} : { value }) };
}

function apply(file: string, text: string, op: Override['op'], key: Key, value?: Json): string {
  return applyOverrides(text, file as RepoPath, [override(file, op, key, value)]);
}

/** `-` and `+` lines, in the order of the file. */
function changed(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < old.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  return [
    ...old.slice(start, old.length - end).map((line) => `-${line}`),
    ...now.slice(start, now.length - end).map((line) => `+${line}`),
  ];
}

const YAML = `# what this trains
train:
  lr: 0.1   # slow
  name: 'gini'
  layers: [64, 32]  # two
  # how deep
  depth:
  - 1
  # the last
  - 2

  text: |
    long
    text
  opt: {kind: sgd, warm: 1.0e-4}
seed: 42
`;

describe('in YAML an override', () => {
  it.each<[Override['op'], Key, Json | undefined, string[]]>([
    ['set', ['train', 'lr'], 1e-7, ['-  lr: 0.1   # slow', '+  lr: 1.0e-7   # slow']],
    ['set', ['train', 'name'], "it's", ["-  name: 'gini'", "+  name: 'it''s'"]],
    ['set', ['seed'], 'no', ['-seed: 42', '+seed: "no"']],
    ['set', ['seed'], { a: [1, 'x'] }, ['-seed: 42', '+seed: {a: [1, x]}']],
    ['set', ['train', 'layers', 1], 16, ['-  layers: [64, 32]  # two', '+  layers: [64, 16]  # two']],
    ['add', ['train', 'layers', 2], 16, ['-  layers: [64, 32]  # two', '+  layers: [64, 32, 16]  # two']],
    ['remove', ['train', 'layers', 0], undefined, ['-  layers: [64, 32]  # two', '+  layers: [32]  # two']],
    ['set', ['train', 'depth', 1], 3, ['-  - 2', '+  - 3']],
    ['remove', ['train', 'depth', 1], undefined, ['-  # the last', '-  - 2']],
    ['set', ['train', 'depth'], null, ['-  depth:', '-  - 1', '-  # the last', '-  - 2', '+  depth: null']],
    ['set', ['train', 'text'], 'x', ['-  text: |', '-    long', '-    text', '+  text: x']],
    [
      'set',
      ['train', 'opt', 'kind'],
      'adam w',
      ['-  opt: {kind: sgd, warm: 1.0e-4}', '+  opt: {kind: adam w, warm: 1.0e-4}'],
    ],
    [
      'remove',
      ['train', 'opt', 'kind'],
      undefined,
      ['-  opt: {kind: sgd, warm: 1.0e-4}', '+  opt: {warm: 1.0e-4}'],
    ],
    [
      'add',
      ['train', 'opt', 'k'],
      1,
      ['-  opt: {kind: sgd, warm: 1.0e-4}', '+  opt: {kind: sgd, warm: 1.0e-4, k: 1}'],
    ],
    ['remove', ['train', 'lr'], undefined, ['-  lr: 0.1   # slow']],
    [
      'remove',
      ['train', 'depth'],
      undefined,
      ['-  # how deep', '-  depth:', '-  - 1', '-  # the last', '-  - 2'],
    ],
    ['add', ['train', 'drop'], 0.5, ['+  drop: 0.5']],
    ['add', ['new', 'deep'], true, ['+new: {deep: true}']],
  ])('%s %j to %j changes the lines it is about', (op, key, value, lines) => {
    expect(changed(YAML, apply('params.yaml', YAML, op, key, value))).toEqual(lines);
  });

  it('keeps every comment, whatever key is set', () => {
    const keys: Key[] = [
      ['train', 'lr'],
      ['train', 'name'],
      ['train', 'layers'],
      ['train', 'opt'],
      ['seed'],
      ['train', 'text'],
    ];
    const comments = (text: string): number => text.match(/#/g)!.length;
    fc.assert(
      fc.property(fc.subarray(keys), fc.jsonValue(), (some, value) => {
        fc.pre(!JSON.stringify(value).includes('#'));
        const after = applyOverrides(
          YAML,
          'params.yaml' as RepoPath,
          some.map((key) => override('params.yaml', 'set', key, value as Json)),
        );
        expect(comments(after)).toBe(comments(YAML));
      }),
    );
  });

  it('begins a file that has no values', () => {
    expect(apply('params.yaml', '', 'add', ['a'], 1)).toBe('a: 1\n');
    expect(apply('params.yaml', '# later\n', 'add', ['a', 'b'], 1)).toBe('# later\na: {b: 1}\n');
    expect(apply('params.yaml', 'a: 1\n', 'remove', ['a'])).toBe('{}\n');
  });

  it('keeps CRLF and a missing last line end', () => {
    expect(apply('params.yaml', 'a: 1\r\nb: 2\r\n', 'add', ['c'], 3)).toBe('a: 1\r\nb: 2\r\nc: 3\r\n');
    expect(apply('params.yaml', 'a: 1\r\nb: 2', 'set', ['b'], 3)).toBe('a: 1\r\nb: 3');
  });

  it('gives a key without a value one', () => {
    expect(apply('params.yaml', 'a: # why\nb: 1\n', 'set', ['a'], 2)).toBe('a: 2 # why\nb: 1\n');
    expect(apply('params.yaml', 'a:\nb: 1\n', 'set', ['a'], 2)).toBe('a: 2\nb: 1\n');
  });

  it('changes no other key that shares the value', () => {
    const shared = 'base: &b\n  lr: 0.1 # rate\n  k: 1.0e-4\nx: *b\ny: {<<: *b, z: 1}\n';
    expect(apply('params.yaml', shared, 'set', ['y', 'z'], 2)).toBe(shared.replace('z: 1', 'z: 2'));
    expect(apply('params.yaml', shared, 'set', ['y', 'lr'], 2)).toContain('{<<: *b, z: 1, lr: 2}');
    const after = apply('params.yaml', shared, 'set', ['base', 'lr'], 2);
    expect(after).toContain('lr: 2 # rate');
    expect(after).toContain('k: 1.0e-4');
    expect(after.match(/0\.1/g)).toHaveLength(2);
  });
});

describe('in JSON an override', () => {
  const text =
    '{\n    "train": {\n        "lr": 1.0,\n        "layers": [64, 32]\n    },\n    "seed": 1e3\n}\n';

  it.each<[Override['op'], Key, Json | undefined, string[]]>([
    ['set', ['train', 'lr'], 1e-7, ['-        "lr": 1.0,', '+        "lr": 1e-7,']],
    ['set', ['seed'], { a: 1 }, ['-    "seed": 1e3', '+    "seed": {', '+        "a": 1', '+    }']],
    [
      'add',
      ['train', 'x'],
      'é',
      ['-        "layers": [64, 32]', '+        "layers": [64, 32],', '+        "x": "é"'],
    ],
    ['add', ['train', 'layers', 2], 16, ['-        "layers": [64, 32]', '+        "layers": [64, 32, 16]']],
    ['remove', ['train', 'lr'], undefined, ['-        "lr": 1.0,']],
    ['remove', ['seed'], undefined, ['-    },', '-    "seed": 1e3', '+    }']],
  ])('%s %j to %j changes the lines it is about', (op, key, value, lines) => {
    expect(changed(text, apply('p.json', text, op, key, value))).toEqual(lines);
  });

  it('stays in one line', () => {
    expect(apply('p.json', '{"a":1,"b":[]}', 'add', ['c'], [1, 2])).toBe('{"a":1,"b":[],"c":[1,2]}');
    expect(apply('p.json', '{"a": 1}', 'add', ['c'], 2)).toBe('{"a": 1, "c": 2}');
    expect(apply('p.json', '{}\n', 'add', ['c'], 2)).toBe('{"c": 2}\n');
  });
});

describe('in TOML an override', () => {
  const text = `# settings
lr = 1.0 # slow
name = 'gini'
when = 2024-01-01

[train] # here
layers = [
  64, # first
  32,
]
opt = { kind = "sgd" }

[train.deep]
`;

  it.each<[Override['op'], Key, Json | undefined, string[]]>([
    ['set', ['lr'], 2, ['-lr = 1.0 # slow', '+lr = 2.0 # slow']],
    ['set', ['name'], 'it', ["-name = 'gini'", "+name = 'it'"]],
    ['set', ['name'], "it's", ["-name = 'gini'", '+name = "it\'s"']],
    ['set', ['train', 'layers', 0], 1, ['-  64, # first', '+  1, # first']],
    ['add', ['train', 'opt', 'k'], 1, ['-opt = { kind = "sgd" }', '+opt = { kind = "sgd", k = 1 }']],
    ['add', ['train', 'x'], true, ['+x = true']],
    ['add', ['train', 'deep', 'a b'], [1], ['+"a b" = [1]']],
    ['add', ['new', 'deep'], { a: 'x' }, ['+new.deep = { a = "x" }']],
    ['remove', ['name'], undefined, ["-name = 'gini'"]],
    ['remove', ['train', 'layers'], undefined, ['-layers = [', '-  64, # first', '-  32,', '-]']],
  ])('%s %j to %j changes the lines it is about', (op, key, value, lines) => {
    expect(changed(text, apply('p.toml', text, op, key, value))).toEqual(lines);
  });

  it('of a whole table prints the file anew', () => {
    expect(apply('p.toml', '[a]\nb = 1 # c\n', 'set', ['a'], { b: 2 })).toBe('[a]\nb = 2\n');
  });

  it('refuses what TOML has not', () => {
    expect(() => apply('p.toml', text, 'set', ['lr'], null)).toThrow('lr cannot be overridden');
  });
});

describe('an override that no longer fits', () => {
  it('is refused', () => {
    expect(() => apply('params.yaml', YAML, 'set', ['gone'], 1)).toThrow('params.yaml has no "gone"');
    expect(() => apply('params.yaml', YAML, 'add', ['seed'], 1)).toThrow('seed is there already');
    expect(() => apply('params.yaml', 'a: [', 'add', ['seed'], 1)).toThrow('not closed');
  });
});

describe('overrides in a folder', () => {
  const made: string[] = [];
  function folder(files: { readonly [path: string]: string | Uint8Array }): string {
    const top = mkdtempSync(join(tmpdir(), 'mlops-overrides-'));
    made.push(top);
    mkdirSync(join(top, 'conf'));
    for (const [path, text] of Object.entries(files)) writeFileSync(join(top, path), text);
    return top;
  }
  afterEach(() => {
    for (const top of made.splice(0)) rmSync(top, { recursive: true, force: true });
  });

  it('are written to each file, which keeps its mode; nothing is left beside', () => {
    const top = folder({ 'params.yaml': 'a: 1\n', 'conf/x.json': '{"a": 1}\n' });
    chmodSync(join(top, 'params.yaml'), 0o640);
    writeOverrides(top, [
      override('params.yaml', 'set', ['a'], 2),
      override('conf/x.json', 'set', ['a'], 3),
      override('params.yaml', 'add', ['b'], 4),
    ]);
    expect(readFileSync(join(top, 'params.yaml'), 'utf8')).toBe('a: 2\nb: 4\n');
    expect(readFileSync(join(top, 'conf/x.json'), 'utf8')).toBe('{"a": 3}\n');
    expect(statSync(join(top, 'params.yaml')).mode & 0o777).toBe(0o640);
    expect(readdirSync(top).sort()).toEqual(['conf', 'params.yaml']);
  });

  it('are written all or none', () => {
    const top = folder({ 'params.yaml': 'a: 1\n', 'conf/latin.yaml': Buffer.from('a: \xe9\n', 'latin1') });
    const both =
      (file: string): (() => void) =>
      () =>
        writeOverrides(top, [override('params.yaml', 'set', ['a'], 2), override(file, 'set', ['a'], 3)]);
    expect(both('conf/gone.yaml')).toThrow('conf/gone.yaml is not there');
    expect(both('conf/latin.yaml')).toThrow('not UTF-8');
    expect(readFileSync(join(top, 'params.yaml'), 'utf8')).toBe('a: 1\n');
  });

  it('go through links inside, and never out', () => {
    const outside = folder({ 'params.yaml': 'a: 1\n' });
    const top = folder({ 'conf/real.yaml': 'a: 1\n' });
    symlinkSync('conf/real.yaml', join(top, 'params.yaml'));
    symlinkSync(outside, join(top, 'out'));
    writeOverrides(top, [override('params.yaml', 'set', ['a'], 2)]);
    expect(readFileSync(join(top, 'conf/real.yaml'), 'utf8')).toBe('a: 2\n');
    try {
      writeOverrides(top, [override('out/params.yaml', 'set', ['a'], 2)]);
      expect.fail('it was written');
    } catch (error) {
      expect((error as MlopsError).failures?.[0]?.exit).toBe('refused');
    }
    expect(readFileSync(join(outside, 'params.yaml'), 'utf8')).toBe('a: 1\n');
  });
});
