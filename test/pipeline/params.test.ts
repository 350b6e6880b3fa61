import { describe, expect, it } from 'vitest';
import { MlopsError } from '../../src/core/failure.ts';
import type { RepoPath } from '../../src/core/ids.ts';
import { readParams, selectParams } from '../../src/pipeline/params.ts';
import { describe as lines } from './rig.ts';

const read = (file: string, text: string) => readParams(file as RepoPath, text);

function problemsOf(work: () => unknown): string[] {
  try {
    return [`no problem: ${JSON.stringify(work())}`];
  } catch (error) {
    if (error instanceof MlopsError) return lines(error);
    throw error;
  }
}

describe('a params file', () => {
  it('gives the same values as YAML, JSON and TOML', () => {
    const expected = { a: 1, b: [1.5, 'x', true], c: { d: '2024-01-02', e: '' }, n: 0 };
    const yaml = 'a: 1\nb: [1.5, x, true]\nc:\n  d: 2024-01-02\n  e: ""\nn: -0\n';
    const json = '{"a": 1, "b": [1.5, "x", true], "c": {"d": "2024-01-02", "e": ""}, "n": -0}';
    const toml = 'a = 1\nb = [1.5, "x", true]\nn = -0\n[c]\nd = 2024-01-02\ne = ""\n';
    for (const [file, text] of [
      ['p.yaml', yaml],
      ['p.YML', yaml],
      ['p.json', json],
      ['p.toml', toml],
    ] as const) {
      const found = read(file, text);
      expect(JSON.parse(JSON.stringify(found))).toEqual(expected);
      expect(Object.is(found['n'], 0)).toBe(true);
      expect(Object.getPrototypeOf(found)).toBeNull();
      expect(Object.getPrototypeOf(found['c'])).toBeNull();
    }
  });

  it('is empty when the file is', () => {
    for (const [file, text] of [
      ['p.yaml', ''],
      ['p.yaml', '# only a comment\n'],
      ['p.json', '{}'],
      ['p.toml', ''],
    ] as const) {
      expect(Object.keys(read(file, text))).toEqual([]);
    }
  });

  it('keeps dates as they are written', () => {
    const toml =
      't = 1979-05-27 07:32:00.5Z # not 2020-01-01\nu = 07:32:00\ns = "on 2020-01-01"\n2024-01-01 = 1\n';
    expect({ ...read('p.toml', toml) }).toEqual({
      t: '1979-05-27 07:32:00.5Z',
      u: '07:32:00',
      s: 'on 2020-01-01',
      '2024-01-01': 1,
    });
    expect({ ...read('p.yaml', 't: 2001-12-14t21:59:43.10-05:00\nv: 1.2.3\n') }).toEqual({
      t: '2001-12-14t21:59:43.10-05:00',
      v: '1.2.3',
    });
  });

  it('merges with <<, the nearer value winning', () => {
    const yaml = 'x: &x {a: 1, b: 2, c: 3}\ny: &y {a: 9, z: 8}\nw: {<<: [*x, *y], b: null}\n';
    expect(JSON.parse(JSON.stringify(read('p.yaml', yaml)['w']))).toEqual({ b: null, a: 1, c: 3, z: 8 });
  });

  it('is YAML 1.2: yes and on are text, 010 is ten', () => {
    expect({ ...read('p.yaml', 'a: yes\nb: on\nc: 010\nd: 0o10\ne: ~\n1: one\n') }).toEqual({
      a: 'yes',
      b: 'on',
      c: 10,
      d: 8,
      e: null,
      '1': 'one',
    });
  });

  it('may name a value __proto__', () => {
    const found = read('p.json', '{"__proto__": {"a": 1}}');
    expect(Object.keys(found)).toEqual(['__proto__']);
    expect(Object.keys(read('p.yaml', '__proto__: 1\n'))).toEqual(['__proto__']);
  });

  it.each([
    [
      'p.json',
      '{"a": 12345678901234567890}',
      '1:7 "12345678901234567890" 12345678901234567890 is beyond ±2^53 and would lose digits | quote it: "12345678901234567890"',
    ],
    [
      'p.json',
      '{"a": [\n1e999]}',
      '2:1 "1e999" 1e999 is no number that JSON can hold | quote it if text is meant: "1e999"',
    ],
    [
      'p.json',
      '{"a": "\\ud800"}',
      '1:7 ""\\ud800"" half of a surrogate pair is not text | write the whole character',
    ],
    ['p.json', '{"a": 1,}', '1:9 "}" p.json is not valid JSON'],
    [
      'p.toml',
      'b = 1\na = nan\n',
      '2:5 "nan" nan is no number that JSON can hold | quote it if text is meant: "nan"',
    ],
    [
      'p.toml',
      'a = 9007199254740993\n',
      '1:5 "9" not valid TOML: integer value cannot be represented losslessly',
    ],
    ['p.toml', 'a = \n', '1:5 "" not valid TOML: '],
    [
      'p.ini',
      'a=1',
      'undefined:1 "" p.ini is not a params file that can be read | params files end in .yaml, .yml, .json or .toml',
    ],
    [
      'p.json',
      `{"a": ${'['.repeat(9000)}${']'.repeat(9000)}}`,
      'undefined:1 "" p.json is nested more than 500 levels deep',
    ],
    ['p.json', '[1]', 'undefined:1 "" p.json holds no map of params | write "name: value" lines'],
  ])('%s %.40j is refused with its line', (file, text, expected) => {
    expect(problemsOf(() => read(file, text))[0]).toContain(`${file}:${expected}`);
  });
});

describe('selected params', () => {
  const params = read('params.yaml', 'train: {lr: 0.1, layers: [8, 4]}\n"a.b": 1\na: {b: 2}\n');
  const select = (...keys: string[]) =>
    selectParams(params, {
      file: 'params.yaml' as RepoPath,
      keys,
      where: { file: 'pipeline.yaml', line: 1, column: 1, length: 1, text: 'x' },
    });

  it('are keyed as declared', () => {
    expect({ ...select('train.lr', 'train.layers[1]', 'a.b') }).toEqual({
      'train.lr': 0.1,
      'train.layers[1]': 4,
      'a.b': 1,
    });
    expect(select()['']).toBe(params);
  });

  it('must all be there', () => {
    expect(problemsOf(() => select('train.rl', 'toString'))).toEqual([
      'pipeline.yaml:1:1 "x" params.yaml has no param "train.rl" | did you mean "train.lr"?',
      'pipeline.yaml:1:1 "x" params.yaml has no param "toString" | add it to params.yaml, or remove it here',
    ]);
  });
});
