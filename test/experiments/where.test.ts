import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExperimentRow, RowState, ValueColumn } from '../../src/core/experiment-table.ts';
import { MlopsError } from '../../src/core/failure.ts';
import type { RepoPath } from '../../src/core/ids.ts';
import type { Json } from '../../src/core/json.ts';
import { filterRows } from '../../src/experiments/where.ts';
import { parseWhere } from '../../src/experiments/where-parse.ts';

const NOW = new Date('2026-11-25T12:00:00.000Z');
const COLUMNS = [
  column('param', 'params.yaml', 'train.trees'),
  column('param', 'params.yaml', 'model'),
  column('metric', 'metrics.json', 'accuracy'),
  column('metric', 'metrics.json', 'valid.loss'),
  column('metric', 'other.json', 'loss'),
  column('param', 'params.yaml', 'fast'),
];
const ROWS = [
  row('main', 'baseline', '2026-11-20T10:00:00.000Z', null, [100, 'forest', 0.8, 0.5, 1, true]),
  row('calm-otter', 'done', '2026-11-25T10:00:00.000Z', 90_000, [200, 'boost', 0.9, 0.4, 2, false]),
  row('odd-marten', 'gate', '2026-11-24T10:00:00.000Z', 5_000, [50, 'two words', 0.7, 0.6, 3, true]),
  row('blue-heron', 'waiting', '2026-11-25T11:59:00.000Z', null, [
    400,
    'forest',
    undefined,
    undefined,
    undefined,
    null,
  ]),
];

function column(kind: ValueColumn['kind'], file: string, key: string): ValueColumn {
  return { kind, file: file as RepoPath, key, name: key, better: null, differs: true };
}

function row(
  name: string,
  state: RowState,
  created: string,
  ms: number | null,
  values: (Json | undefined)[],
): ExperimentRow {
  return {
    name,
    state,
    created,
    ms,
    values,
    commit: null,
    group: 0,
    baseline: 'main',
    message: '',
    overrides: [],
    failure: null,
  };
}

function kept(text: string): string[] {
  return filterRows(text, { columns: COLUMNS, rows: ROWS }, NOW).rows.map(({ name }) => name);
}

function failure(text: string) {
  try {
    kept(text);
  } catch (error) {
    if (error instanceof MlopsError) return error.failures[0]!;
    throw error;
  }
  throw new Error(`${text} is no failure`);
}

describe('--where', () => {
  it.each([
    ['accuracy > 0.8', ['calm-otter']],
    ['accuracy >= 0.8', ['main', 'calm-otter']],
    ['accuracy<0.8', ['odd-marten']],
    ['accuracy <= 8e-1', ['main', 'odd-marten']],
    ['trees == 200', ['calm-otter']],
    ['train.trees != 200', ['main', 'odd-marten', 'blue-heron']],
    ['params.yaml:train.trees > 100', ['calm-otter', 'blue-heron']],
    ['model == forest', ['main', 'blue-heron']],
    ['model == "two words"', ['odd-marten']],
    ["model == 'two words'", ['odd-marten']],
    ['model =~ ^f', ['main', 'blue-heron']],
    ['name =~ otter', ['calm-otter']],
    ['"name" == calm-otter', ['calm-otter']],
    ['state == gate', ['odd-marten']],
    ['fast == true', ['main', 'odd-marten']],
    ['fast == null', ['blue-heron']],
    ['loss > 1', ['calm-otter', 'odd-marten']],
    ['valid.loss < 0.5', ['calm-otter']],
    ['created > 1d', ['calm-otter', 'blue-heron']],
    ['created < 2026-11-21', ['main']],
    ['created >= 2026', ['main', 'calm-otter', 'odd-marten', 'blue-heron']],
    ['created > 2026-11-25T11:00', ['blue-heron']],
    ['duration > 1m', ['calm-otter']],
    ['duration <= 5', ['odd-marten']],
    ['accuracy > words', []],
    ['trees != words', ['main', 'calm-otter', 'odd-marten', 'blue-heron']],
    ['model > 5', ['main', 'calm-otter', 'odd-marten', 'blue-heron']],
  ])('%s', (text, names) => {
    expect(kept(text)).toEqual(names);
  });

  it('binds not tighter than and, and tighter than or', () => {
    expect(kept('model == boost or trees == 50 and model == nothing')).toEqual(['calm-otter']);
    expect(kept('(model == boost or trees == 50) and model == nothing')).toEqual([]);
    expect(kept('not model == boost and trees > 60')).toEqual(['main', 'blue-heron']);
    expect(kept('not (model == boost and trees > 60)')).toEqual(['main', 'odd-marten', 'blue-heron']);
    expect(kept('NOT NOT model == boost')).toEqual(['calm-otter']);
  });

  it('keeps no row that it cannot judge, and counts it', () => {
    const found = (text: string) => filterRows(text, { columns: COLUMNS, rows: ROWS }, NOW);
    expect(found('accuracy > 0.75')).toMatchObject({
      rows: [{ name: 'main' }, { name: 'calm-otter' }],
      lacking: 1,
    });
    expect(found('not accuracy > 0.75')).toMatchObject({ rows: [{ name: 'odd-marten' }], lacking: 1 });
    expect(found('accuracy > 0.75 and trees > 300')).toMatchObject({ rows: [], lacking: 1 });
    expect(found('accuracy > 2 or trees == 1')).toMatchObject({ rows: [], lacking: 1 });
    expect(found('accuracy > 0.75 or trees == 400')).toMatchObject({ lacking: 0 });
    expect(found('accuracy > 0.75 and trees == 1')).toMatchObject({ rows: [], lacking: 0 });
  });

  it.each([
    ['', 1, 'expected the name of a column here'],
    ['accuracy', 9, 'expected a comparison of "accuracy" here'],
    ['accuracy >', 11, 'expected a value here'],
    ['acuracy > 1', 1, 'no column is called "acuracy"'],
    ['0.9 < accuracy', 1, 'no column is called "0.9"'],
    ['0.8 < accuracy < 0.9', 16, 'a second comparison needs a name of its own'],
    ['accuracy = 1', 10, '= is not known here'],
    ['accuracy > 1 && trees > 1', 14, '&& is not known here'],
    ['! accuracy > 1', 1, '! is not known here'],
    ['(accuracy > 1', 1, 'this parenthesis is never closed'],
    ['accuracy > 1)', 13, 'nothing is open that this could close'],
    ['model == two words', 14, 'expected "and" or "or" here'],
    ['model == "two', 10, 'this quote is never closed'],
    ['model =~ "("', 10, 'this is no regular expression: /(/: Unterminated group'],
    ['created > yesterday', 11, '"yesterday" is no time'],
    ['created > 2026-13-45', 11, '"2026-13-45" is no time'],
    ['duration > long', 12, '"long" is no duration'],
    ['trees > 1 and', 14, 'expected the name of a column here'],
    ['not', 4, 'expected the name of a column here'],
  ])('points at what is wrong in %j', (text, at, message) => {
    expect(failure(text)).toMatchObject({
      exit: 'usage',
      message,
      where: { file: '--where', line: 1, column: at },
    });
  });

  it('says what was probably meant', () => {
    expect(failure('acuracy > 1').help).toBe('did you mean accuracy?');
    const twins = [column('param', 'a.yaml', 'lr'), column('param', 'b.yaml', 'lr')].map((each) => ({
      ...each,
      name: `${each.file}:lr`,
    }));
    expect(() => filterRows('lr > 1', { columns: twins, rows: [] }, NOW)).toThrow('"lr" can mean 2 columns');
  });

  it('stops at a depth that no person writes', () => {
    expect(failure(`${'('.repeat(5000)}trees > 1`).message).toBe('nested too deep');
    expect(failure(`${'not '.repeat(5000)}trees > 1`).message).toBe('nested too deep');
  });

  it('throws nothing but a Failure that lies inside the text, whatever is typed', () => {
    const word = fc.constantFrom(
      ...[
        'accuracy',
        'trees',
        'model',
        'name',
        'created',
        'duration',
        'and',
        'or',
        'not',
        '(',
        ')',
        '<',
        '<=',
        '==',
        '!=',
        '=~',
      ],
      ...[
        '"',
        "'",
        '\\',
        '0.9',
        '1d',
        'forest',
        '"two words"',
        '=',
        '&&',
        '||',
        '!',
        '',
        '\n',
        '\u{1f600}',
        '[',
        '*',
        '1e999',
        '-',
      ],
    );
    const text = fc.oneof(
      fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')),
      fc.array(word, { maxLength: 14 }).map((words) => words.join('')),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    fc.assert(
      fc.property(text, (typed) => {
        try {
          filterRows(typed, { columns: COLUMNS, rows: ROWS }, NOW);
        } catch (error) {
          if (!(error instanceof MlopsError)) throw error;
          const { column: at, length } = error.failures[0]!.where!;
          expect(at).toBeGreaterThanOrEqual(1);
          expect(at! + length!).toBeLessThanOrEqual(typed.length + 2);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('reads its own words again', () => {
    const name = fc.constantFrom('accuracy', 'trees', 'model');
    const leaf = fc
      .tuple(name, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), fc.integer({ min: 0, max: 300 }))
      .map(([of, operator, value]) => `${of} ${operator} ${value}`);
    const tree = fc.letrec<{ any: string }>((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        leaf,
        tie('any').map((inner) => `not (${inner})`),
        fc
          .tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any'))
          .map(([a, joined, b]) => `(${a}) ${joined} (${b})`),
      ),
    })).any;
    fc.assert(
      fc.property(tree, (text) => {
        expect(written(parseWhere(text))).toBe(written(parseWhere(written(parseWhere(text)))));
        expect(kept(text)).toEqual(kept(written(parseWhere(text))));
      }),
    );
  });
});

function written(condition: ReturnType<typeof parseWhere>): string {
  switch (condition.kind) {
    case 'compare':
      return `${condition.name.text} ${condition.operator} ${condition.value.text}`;
    case 'not':
      return `not (${written(condition.part)})`;
    default:
      return condition.parts.map((part) => `(${written(part)})`).join(` ${condition.kind} `);
  }
}
