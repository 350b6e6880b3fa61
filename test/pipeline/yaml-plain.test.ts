// The quick reader says what the whole one says, or nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../src/core/failure.ts';
import { readYaml } from '../../src/pipeline/yaml.ts';
import { readPlainYaml } from '../../src/pipeline/yaml-plain.ts';

function whole(text: string): unknown {
  const failures: Failure[] = [];
  const found = readYaml('params.yaml', text, failures);
  return failures.length > 0 ? 'wrong' : found?.value;
}

function agrees(text: string): void {
  const plain = readPlainYaml(text);
  if (plain !== undefined) expect(plain, text).toEqual(whole(text));
}

const VALUES = [
  ...[
    '1',
    '-1',
    '0',
    '-0',
    '0.1',
    '1e-4',
    '1E5',
    '1.',
    '.5',
    '012',
    '+3',
    '0x10',
    '0o7',
    '1_000',
    '9007199254740993',
    '1e999',
  ],
  ...[
    'true',
    'True',
    'TRUE',
    'false',
    'null',
    'Null',
    '~',
    'yes',
    'no',
    'on',
    '.inf',
    '.nan',
    '-.inf',
    'nan',
  ],
  ...[
    'word',
    'two words',
    'a: b',
    'a:b',
    'a #c',
    'a#c',
    '# c',
    '-',
    '- a',
    '?',
    '|',
    '>',
    '&a',
    '*a',
    '!t',
    '@a',
    '%a',
    '`a',
  ],
  ...['"text"', "'text'", '"a\\nb"', "'it''s'", '"a" b', '"open', '""', "''", '"1"', '" a "', '"a # b"'],
  ...[
    '[]',
    '[1, 2]',
    '[a, b]',
    '[a, [b]]',
    '[a,]',
    '[,]',
    '["a, b", c]',
    '[a: b]',
    '{}',
    '{a: 1}',
    '[1',
    '1]',
    '[ 1 , 2 ]',
    '[a b, c]',
  ],
  ...[
    '2026-01-01',
    '12:30',
    'a/b.csv',
    './x',
    '../x',
    'a--b',
    'a- b',
    'é',
    '\ta',
    'a\t',
    '<<',
    '=',
    'a,b',
    'a, b',
    'a]',
    '',
  ],
];
const KEYS = [
  'a',
  'b',
  'c',
  'lr',
  'train',
  'true',
  'null',
  'Null',
  '1',
  '"q"',
  '<<',
  'a b',
  'a-b',
  '_x',
  '__proto__',
  'constructor',
  '?',
  '-',
];
const line = fc
  .tuple(
    fc.constantFrom('', ' ', '  ', '    ', '\t'),
    fc.constantFrom(...KEYS),
    fc.constantFrom(':', ': ', ':  ', ' : ', ''),
    fc.constantFrom(...VALUES),
    fc.constantFrom('', '', '', ' # note', '#note', ' '),
  )
  .map((parts) => parts.join(''));

describe('plain YAML', () => {
  it('reads what params files mostly are', () => {
    const text =
      '# note\nmodel: forest # why\ntrain:\n  lr: 0.1\n  sizes: [64, 32]\n\n  deep:\n    on: true\n  name: "x y"\nempty:\nlast: null\n';
    expect(readPlainYaml(text)).toEqual(whole(text));
    expect(readPlainYaml(text)).toBeDefined();
  });

  it.each(VALUES)('agrees about the value %j', (value) => {
    agrees(`a: ${value}\n`);
    agrees(`a:\n  b: ${value}\n  c: 1\n`);
    agrees(`a: ${value}\n  b: 1\n`);
    agrees(`a: ${value}\n b\nc: 1\n`);
  });

  it('agrees about lines put together at random', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 7 }), (lines) => agrees(lines.join('\n'))),
      { numRuns: 5000 },
    );
  });

  it('agrees about plain files with a character changed', () => {
    const text = 'model: forest\ntrain:\n  lr: 0.1\n  sizes: [64, 32]\n  name: "x y"\nseed: 7\n';
    const change = fc.tuple(
      fc.nat(text.length - 1),
      fc.nat(2),
      fc.constantFrom(...' :#-[]{},"\'\n\t01aé!&*|>%@~'),
    );
    fc.assert(
      fc.property(change, ([at, cut, char]) => agrees(text.slice(0, at) + char + text.slice(at + cut))),
      { numRuns: 3000 },
    );
  });
});
