import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Override, overrideWords } from '../../../src/core/experiment.ts';
import { MlopsError } from '../../../src/core/failure.ts';
import type { RepoPath } from '../../../src/core/ids.ts';
import type { Json } from '../../../src/core/json.ts';
import { parseOverrides, type Typed } from '../../../src/experiments/overrides/parse.ts';
import { overridesAt } from '../../../src/experiments/overrides/sweep-dimension.ts';
import { planGrid } from '../../../src/search/plan.ts';

const FILES: { readonly [file: string]: string } = {
  'params.yaml': `
train: {lr: 0.1, trees: 100, name: forest, deep: {on: true}, layers: [64, 32], nothing: null}
model: forest
"a.b": 1
4: four
note: x
__proto__: {x: 1}
`,
  'other.yaml': 'a: {b: 2}\nextra: 1\n',
  'settings.toml': 'lr = 0.1\n',
  'sub/params.yaml': 'depth: 3\n',
  'sub/pipeline.yaml': 'vars: [vars.yaml, {inline: 4}]\n',
  'sub/vars.yaml': 'held: {deep: 1}\n',
  'broken.yaml': 'a: [\n',
  'list.json': '[1]',
};

function parse(typed: readonly string[], dir = ''): Typed {
  const read = (file: string): string | undefined => FILES[file];
  return parseOverrides(typed, { dir: dir as RepoPath, read });
}

function one(typed: string, dir = ''): Override {
  const { fixed, dimensions } = parse([typed], dir);
  expect(dimensions).toEqual([]);
  return fixed[0]!;
}

function problems(typed: readonly string[], dir = ''): string[] {
  try {
    parse(typed, dir);
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    return error.failures.map(({ message, help, where }) => {
      const marked = where?.text?.slice(where.column! - 1, where.column! - 1 + where.length!);
      return [message, marked, help].filter(Boolean).join(' | ');
    });
  }
  throw new Error(`${typed} was taken`);
}

describe('a key', () => {
  it.each<[string, (string | number)[], string?]>([
    ['train.lr=1', ['train', 'lr']],
    [' train.lr = 1 ', ['train', 'lr']],
    ['train.layers[1]=1', ['train', 'layers', 1]],
    ['train.layers.1=1', ['train', 'layers', 1]],
    ['"train"."lr"=1', ['train', 'lr']],
    ["'train'.lr=1", ['train', 'lr']],
    ['a.b=2', ['a.b']],
    ['"a.b"=2', ['a.b']],
    ['4=vier', ['4']],
    ['other.yaml:a.b=3', ['a', 'b'], 'other.yaml'],
    ['./other.yaml:a.b=3', ['a', 'b'], 'other.yaml'],
    ['__proto__.x=2', ['__proto__', 'x']],
  ])('%s', (typed, key, file = 'params.yaml') => {
    expect(one(typed)).toMatchObject({ file, key, op: 'set' });
  });

  it('without a file is of the nearest params.yaml upwards, with one of the file seen from here', () => {
    expect(one('depth=4', 'sub').file).toBe('sub/params.yaml');
    expect(one('depth=4', 'sub/deeper').file).toBe('sub/params.yaml');
    expect(one('train.lr=1', 'elsewhere').file).toBe('params.yaml');
    expect(one('../other.yaml:extra=2', 'sub').file).toBe('other.yaml');
  });

  it.each([
    ['=1', 'there is no key'],
    ['a..b=1', 'is no key'],
    ['train.=1', 'is no key'],
    ['train[x]=1', 'is no key'],
    ['train.layers[-1]=1', 'is no key'],
    ['"train=1', 'sets nothing'],
    ['"\\q"=1', 'unknown escape'],
    [':train=1', 'no file before'],
    ['train', '"train" sets nothing'],
    ['', 'nothing to override'],
    ['~train=1', 'takes no value'],
    ['/etc/passwd:a=1', 'is absolute'],
    ['../x.yaml:a=1', 'leads outside'],
    ['.git/config.yaml:a=1', 'points into .git'],
    ['missing.yaml:a=1', 'missing.yaml is not there'],
    ['list.json:a=1', 'holds no map of params'],
    ['readme.md:a=1', 'readme.md is not there'],
    ['train.layers[99999999999999999999]=1', 'no list is that long'],
  ])('%s is refused', (typed, words) => {
    expect(problems([typed])).toEqual([expect.stringContaining(words)]);
  });
});

describe('a value', () => {
  it.each<[string, Json]>([
    ['4', 4],
    ['-0', 0],
    ['1e-3', 0.001],
    ['0x10', 16],
    ['"4"', '4'],
    ["'4'", '4'],
    ['four', 'four'],
    ['true', true],
    ['yes', 'yes'],
    ['null', null],
    ['~', null],
    ['""', ''],
    ['[1, 2]', [1, 2]],
    ['[]', []],
    ['{a: 1, b: [x, y]}', { a: 1, b: ['x', 'y'] }],
    ['"a,b"', 'a,b'],
    ['*.csv', '*.csv'],
    ['&x', '&x'],
    ['!tag x', '!tag x'],
    ['#fff', '#fff'],
    ['a # b', 'a # b'],
    ['a: b', 'a: b'],
    ['- x', '- x'],
    ['|', '|'],
    ['a=b', 'a=b'],
    ['x:=y', 'x:=y'],
    ["it's", "it's"],
    ['call me if late', 'call me if late'],
    ['f(x)', 'f(x)'],
    ['f(x', 'f(x'],
    ['"int(1,2)"', 'int(1,2)'],
    ['ключ 🔑', 'ключ 🔑'],
    ['2024-01-01', '2024-01-01'],
    ['{"__proto__": 1}', JSON.parse('{"__proto__": 1}')],
  ])('%s', (typed, value) => {
    const { fixed } = parse([`train.name:=${typed}`]);
    expect(JSON.stringify(fixed[0]!.value)).toBe(JSON.stringify(value));
  });

  it.each([
    ['', 'there is no value'],
    ['1e400', 'no number that JSON can hold'],
    ['.nan', 'no number that JSON can hold'],
    ['-.inf', 'no number that JSON can hold'],
    ['9007199254740993', 'beyond ±2^53'],
    ['[1', 'not closed'],
    ['{a: 1', 'not closed'],
    ['"a', 'not closed'],
    ['"a" b', 'belong'],
    ['[1, .nan]', 'no number that JSON can hold'],
    ['{a: 1, a: 2}', 'stands twice'],
    ['\ud800', 'surrogate'],
  ])('%s is refused', (typed, words) => {
    expect(problems([`train.name:=${typed}`]).join()).toContain(words);
  });
});

it('stands a value that is nested 20,000 deep', () => {
  expect(problems([`train.name:=${'['.repeat(20_000)}`]).join()).toContain('nested too deeply');
});

describe('an override', () => {
  it('sets, adds and removes', () => {
    expect(
      parse(['+train.new.deep=1', '~note', '+train.layers[2]=16', '+b=2', 'b=3'].slice(0, 3)).fixed,
    ).toEqual([
      { file: 'params.yaml', key: ['train', 'new', 'deep'], op: 'add', value: 1 },
      { file: 'params.yaml', key: ['note'], op: 'remove' },
      { file: 'params.yaml', key: ['train', 'layers', 2], op: 'add', value: 16 },
    ]);
  });

  it('meets the file as those before it left it', () => {
    expect(parse(['+train.new={a: 1}', 'train.new.a=2']).fixed).toHaveLength(2);
    expect(problems(['~train', 'train.lr=1'])).toEqual([expect.stringContaining('has no "train.lr"')]);
  });

  it('of a key that is not there names the nearest, or where it is', () => {
    expect(problems(['train.tres=1'])).toEqual([
      'params.yaml has no "train.tres" | train.tres=1 | did you mean train.trees?',
    ]);
    expect(problems(['zebra=1'])).toEqual(['params.yaml has no "zebra" | zebra=1 | to add it: -S +zebra=…']);
    expect(problems(['~train.tres'])[0]).toContain('did you mean train.trees?');
    expect(problems(['held.deep=2'], 'sub')[0]).toContain(
      'override it where it is: -S sub/vars.yaml:held.deep=…',
    );
    expect(problems(['+held.deep=2'], 'sub')[0]).toContain('held.deep has a value in sub/vars.yaml already');
    expect(problems(['inline=2'], 'sub')[0]).toContain('sub/pipeline.yaml sets it under vars');
    expect(one('+inlined=2', 'sub').op).toBe('add');
  });

  it.each([
    ['+train.lr=1', 'train.lr is there already | +train.lr=1 | leave out the "+"'],
    ['train.lr.deep=1', 'train.lr is a number (0.1) and has nothing inside'],
    ['train.layers.x=1', 'train.layers is a list'],
    [
      'train.layers[5]=1',
      "train.layers ends with [1] | train.layers[5]=1 | to add an item: -S '+train.layers[2]=…'",
    ],
    ['train[0]=1', 'params.yaml has no "train.0"'],
    ['+train.x[0]=1', 'train has no list "x"'],
  ])('%s is refused', (typed, words) => {
    expect(problems([typed])).toEqual([expect.stringContaining(words)]);
  });

  it('keeps the type, unless told to change it', () => {
    expect(problems(['train.trees=many'])).toEqual([
      'train.trees is a number (100), not text ("many") | train.trees=many | if its type is to change: -S train.trees:=…',
    ]);
    for (const typed of [
      'train.name=4',
      'train.deep.on=1',
      'train.layers=4',
      'train=4',
      'train.lr="0.1"',
      'train.lr=true',
    ])
      expect(problems([typed])[0]).toContain('if its type is to change');
    expect(one('train.trees:=many').value).toBe('many');
    for (const typed of [
      'train.trees=0.5',
      'train.trees=null',
      'train.nothing=x',
      'train.layers=[]',
      'train={a: 1}',
    ])
      expect(one(typed).op).toBe('set');
  });

  it('is one for each key', () => {
    expect(problems(['train.lr=1', 'train.lr=2'])[0]).toContain('train.lr stands twice');
    expect(problems(['train.lr=1', 'train.lr=2,3'])[0]).toContain('train.lr stands twice');
    expect(problems(['train={lr: 1},{lr: 2}', 'train.lr=2,3'])[0]).toContain('train.lr stands beside train');
  });

  it('has no null in TOML', () => {
    expect(problems(['settings.toml:lr=null'])[0]).toContain('TOML has no null');
    expect(problems(['settings.toml:lr:=[1,{a: null}],2'])[0]).toContain('TOML has no null');
  });

  it('tells all problems at once, those of a file once', () => {
    expect(
      problems(['train.tres=1', 'lr=range(1,', 'broken.yaml:a=1', 'broken.yaml:b=1', 'train.lr=x,y']),
    ).toEqual([
      expect.stringContaining('range( is not closed'),
      expect.stringContaining('has no "train.tres"'),
      expect.stringContaining('something is not closed'),
      expect.stringContaining('train.lr is a number (0.1), not text ("x")'),
    ]);
  });

  it('is said in words that can be typed again', () => {
    const step = fc.oneof(
      fc.constantFrom(
        'a',
        'b.c',
        '',
        'no',
        '4',
        'x:y',
        'a=b',
        '+',
        '~',
        '"',
        "'",
        '[0]',
        'a b',
        '__proto__',
        'ключ',
        ' ',
      ),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    );
    const value = fc.oneof(
      fc.constantFrom<Json>(
        'a,b',
        'x if y==1',
        'range(1,2)',
        'null',
        'True',
        '4',
        '',
        ' ',
        '- a',
        "'",
        'a\nb',
        [],
        {},
        null,
      ),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.jsonValue({ noUnicodeString: false, depthSize: 'xsmall' }) as fc.Arbitrary<Json>,
    );
    const fine = (text: string): boolean => !/\p{Surrogate}/u.test(text);
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 3 }),
        value,
        fc.boolean(),
        (key, put, elsewhere) => {
          fc.pre(fine(JSON.stringify([key, put])) && exact(put));
          const file = (elsewhere ? 'empty.json' : 'params.yaml') as RepoPath;
          const added: Override = { file, key, op: 'add', value: put };
          const { fixed } = parseOverrides([overrideWords(added)], { dir: '', read: () => '{}' });
          expect(JSON.stringify(fixed)).toBe(JSON.stringify([added]));
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Numbers that a params file keeps as they are. */
function exact(value: Json): boolean {
  if (typeof value === 'number')
    return !Object.is(value, -0) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return typeof value !== 'object' || value === null || Object.values(value).every(exact);
}

describe('a sweep', () => {
  function domain(typed: string): Json {
    const { fixed, dimensions } = parse([`train.lr:=${typed}`]);
    expect(fixed).toEqual([]);
    return JSON.parse(JSON.stringify(dimensions[0]!.domain)) as Json;
  }
  const numbers = (low: number, high: number, step: number | null, scale = 'linear'): Json => ({
    kind: 'numbers',
    low,
    high,
    step,
    scale,
  });
  const choice = (...values: Json[]): Json => ({ kind: 'choice', values });

  it.each<[string, Json]>([
    ['0.1,0.01', choice(0.1, 0.01)],
    ['a, "b,c" ,[1,2],{x: 1}', choice('a', 'b,c', [1, 2], { x: 1 })],
    ['"a\\",b",c', choice('a",b', 'c')],
    ["'a'',b',c", choice("a',b", 'c')],
    ['choice(a)', choice('a')],
    ['choice(1,"1",one,null)', choice(1, '1', 'one', null)],
    ["choice(it's,f(x,y))", choice("it's", 'f(x,y)')],
    ['range(1,4)', numbers(1, 3, 1)],
    ['range(0,1,0.25)', numbers(0, 0.75, 0.25)],
    ['range(0.1,0.5,0.1)', numbers(0.1, 0.4, 0.1)],
    ['range(-3,0)', numbers(-3, -1, 1)],
    ['uniform(0,1)', numbers(0, 1, null)],
    ['uniform(0,1,0.3)', numbers(0, 0.9, 0.3)],
    ['uniform(1,1)', numbers(1, 1, null)],
    ['loguniform(1e-4,1)', numbers(1e-4, 1, null, 'log')],
    ['loguniform(1,100,10)', numbers(1, 91, 10, 'log')],
    ['int(2,8)', numbers(2, 8, 1)],
    ['int(2,9,2)', numbers(2, 8, 2)],
    ['int( 2 , 8 )', numbers(2, 8, 1)],
  ])('%s', (typed, expected) => {
    expect(domain(typed)).toEqual(expected);
  });

  it.each([
    ['range(1,', 'range( is not closed | range(1, | write range(from,to)'],
    ['range(1', 'range( is not closed'],
    ['range()', 'range takes two numbers or three'],
    ['range(1)', 'range takes two numbers or three'],
    ['range(1,2,3,4)', 'range takes two numbers or three'],
    ['range(a,2)', 'a is no number | a'],
    ['range(1,,2)', 'there is no value'],
    ['range(5,5)', 'range(5,5) is empty'],
    ['range(5,1)', 'range(5,1) runs backwards | range(5,1) | the smaller number comes first'],
    ['range(1,5,0)', 'a step is more than 0 | 0'],
    ['range(1,5,-1)', 'a step is more than 0'],
    ['range(1,5) x', 'does not belong behind range(…) | x'],
    ['range(1,5)(2)', 'does not belong behind range(…)'],
    ['range(0,.inf)', 'no number that JSON can hold'],
    ['range(0,1e400)', 'no number that JSON can hold'],
    ['uniform(.nan,1)', 'no number that JSON can hold'],
    ['uniform(-1.7e308,1.7e308)', 'is too wide'],
    ['uniform(0,1,1e-300)', 'a step so small leads nowhere'],
    ['loguniform(0,1)', 'a logarithm needs numbers above 0 | 0'],
    ['int(1.5,2)', '1.5 is no whole number'],
    ['int(1,8,0.5)', '0.5 is no whole number'],
    ['choice()', 'choice() has no values'],
    ['choice(1,1.0)', '1.0 stands twice'],
    ['1,,2', 'a value is missing'],
    ['1,', 'a value is missing'],
    [',', 'a value is missing'],
    ['unifrm(0,1)', 'unifrm(…) is no sweep | unifrm(0,1) | did you mean uniform(…)?'],
    ['loguniform(1e-3,1) if model', 'belong behind'],
  ])('%s is refused', (typed, words) => {
    expect(problems([`train.lr:=${typed}`])[0]).toContain(words);
  });

  it('of a wide range costs nothing until it is run', () => {
    expect(domain('range(0,1e15)')).toEqual(numbers(0, 1e15 - 1, 1));
  });

  it('may stand beside others, fixed ones and added keys', () => {
    const { fixed, dimensions } = parse([
      'train.trees=5',
      'train.lr=0.1,0.2',
      '+train.new=a,b',
      'other.yaml:extra=1,2',
    ]);
    expect(fixed).toHaveLength(1);
    expect(dimensions.map(({ name, op }) => `${op} ${name}`)).toEqual([
      'set train.lr',
      'add train.new',
      'set other.yaml:extra',
    ]);
    const [first] = planGrid(dimensions, null);
    expect(overridesAt(fixed, dimensions, first!).map(overrideWords)).toEqual([
      'train.trees=5',
      'train.lr=0.1',
      '+train.new=a',
      'other.yaml:extra=1',
    ]);
  });

  it('may depend on another', () => {
    const { dimensions } = parse([
      'train.trees=int(1,9) if model==forest and train.lr<0.15',
      'model=forest,linear',
      'train.lr=0.1,0.2',
    ]);
    expect(dimensions.map(({ name }) => name)).toEqual(['model', 'train.lr', 'train.trees']);
    expect(dimensions[2]!.when).toEqual([
      { of: 'model', test: '==', value: 'forest' },
      { of: 'train.lr', test: '<', value: 0.15 },
    ]);
    expect(planGrid(dimensions, null)).toHaveLength(9 + 3);
    const [only] = parse(['model=forest,linear', 'train.trees=7 if model=="forest"']).dimensions.slice(1);
    expect(only!.domain).toEqual({ kind: 'choice', values: [7] });
  });

  it.each([
    [['train.trees=1,2 if model==forest'], '"model" is not swept | model | sweep it too'],
    [['train.trees=1,2 if modle==forest', 'model=forest,x'], 'did you mean model?'],
    [['train.trees=1,2 if model==forst', 'model=forest,x'], 'model is never "forst"'],
    [['train.trees=1,2 if model<forest', 'model=forest,x'], '< compares numbers'],
    [['train.trees=1,2 if model==forest and', 'model=forest,x'], 'model is never "forest and"'],
    [
      ['train.trees=1,2 if train.lr==1', 'train.lr=1,2 if train.trees==1'],
      'conditions run in a circle: train.trees, train.lr',
    ],
    [['train.trees=1,2 if train.trees==1'], 'conditions run in a circle'],
    [['train.trees=1,2 if model==', 'model=forest,x'], 'there is no value'],
  ])('%j is refused', (typed, words) => {
    expect(problems(typed)[0]).toContain(words);
  });
});

it('stands anything that is typed', () => {
  const part = fc.constantFrom(
    ...'+~=:.,()[]{}"\'\\ if and==<>range(choice(int(uniform(1,2)train.lrmodel\0\n𝒳'.split(''),
    'train.lr',
    'range(',
    ' if ',
    '==',
  );
  const typed = fc
    .array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 12 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(typed, { maxLength: 3 }), (all) => {
      try {
        parse(all);
      } catch (error) {
        if (!(error instanceof MlopsError)) throw error;
        expect(error.failures.length).toBeGreaterThan(0);
        for (const { message } of error.failures) expect(message).not.toContain('undefined');
      }
    }),
    { numRuns: 1500 },
  );
});
