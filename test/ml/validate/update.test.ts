// Accepting what is new: comments stay, and what was accepted is found no more.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceOf } from '../../../src/ml/frame/source.ts';
import { diffSchemas } from '../../../src/ml/validate/diff-schemas.ts';
import { parseSchema } from '../../../src/ml/validate/schema-file.ts';
import { accepted, planUpdate } from '../../../src/ml/validate/update.ts';
import { printed } from '../../../src/ml/validate/write-schema.ts';
import { folder } from '../frame/folder.ts';

const TEXT = `# What the days have to look like.
format: mlops.schema/1
rows: {max: 2} # small
columns:
  # as the almanac has them
  season: {type: string, nullable: false, values: [spring, fall]}
  temp: {type: int64, min: 0, max: 30} # Celsius
  code: {type: string, regex: '^[A-Z]$', length: {max: 1}}
  label: {type: int64, not_in_environment: [SERVING]}
  gone: {type: string}
rules: ['temp >= 0']
`;
const DATA = 'season,temp,code,label,wind\nmonsoon,31.5,A,1,3.5\nspring,-2,BC,0,1.25\n,4,C,1,2\n';

async function plan(text: string, data: string, environment: string | null = null) {
  const cwd = folder({ 'data.csv': data });
  const io = { cwd, signal: new AbortController().signal, environment };
  const file = parseSchema(text, 'schema.yaml');
  return {
    file,
    update: await planUpdate(file, sourceOf('data.csv'), io),
    again: (changed: typeof file) => planUpdate(changed, sourceOf('data.csv'), io),
  };
}

describe('an update', () => {
  it('has a change for each thing that can be accepted, and says what only the data can mend', async () => {
    const { update } = await plan(TEXT, DATA, 'SERVING');
    expect(update.changes.map(({ id }) => id).sort()).toEqual([
      'code.length',
      'code.regex',
      'gone.required',
      'label.environment',
      'rows.max',
      'season.nullable',
      'season.values',
      'temp.max',
      'temp.min',
      'temp.type',
      'wind',
    ]);
    expect(update.left).toMatchObject([{ check: 'RULE_BROKEN', count: 1 }]);
  });

  it('writes what was accepted and nothing else; comments stay', async () => {
    const { file, update } = await plan(TEXT, DATA);
    const wanted = update.changes.filter(({ id }) => ['season.values', 'wind', 'temp.min'].includes(id));
    expect(printed(accepted(file, wanted).document)).toBe(
      TEXT.replace('[spring, fall]', '[spring, fall, monsoon]')
        .replace('min: 0', 'min: -2')
        .replace(
          '  gone: {type: string}\n',
          '  gone: {type: string}\n  wind: {type: float64, nullable: false, min: 0}\n',
        )
        .replace("['temp >= 0']", "[ 'temp >= 0' ]")
        .replace("[ 'temp >= 0' ]", "['temp >= 0']"),
    );
  });

  it('leaves nothing to accept when all was accepted', async () => {
    const cell = fc.constantFrom('', '1', '2.5', 'x', 'true', '2012-01-01', '-7', 'Inf', 'long text');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 }), async (rows) => {
        const text = `format: mlops.schema/1
columns:
  a: {type: int64, min: 1, max: 2, nullable: false, unique: true}
  b: {type: string, values: [x], length: {max: 2}, distinct: {max: 1}}
  c: {type: datetime, min: '2013-01-01'}
rows: {min: 3}
`;
        const { file, update, again } = await plan(
          text,
          `a,b,c\n${rows.map((row) => row.map((each) => `"${each}"`).join(',')).join('\n')}\n`,
        );
        expect((await again(accepted(file, update.changes))).changes).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });
});

it('tells two schemas apart key by key, whatever the order and the comments', () => {
  const a = parseSchema(TEXT, 'a.yaml');
  const other = TEXT.replace('max: 30', 'max: 40')
    .replace('  gone: {type: string}\n', '')
    .replace('# Celsius', '# °C');
  expect(diffSchemas(a, parseSchema(other, 'b.yaml'))).toEqual([
    { id: 'temp.max', from: 30, to: 40 },
    { id: 'gone', from: { type: 'string' }, to: undefined },
  ]);
  expect(diffSchemas(a, a)).toEqual([]);
});
