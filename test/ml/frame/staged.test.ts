// Validation asks the database what a table is, others read its cells: both must call every column the same.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readFrames } from '../../../src/ml/frame/read.ts';
import { sourceOf } from '../../../src/ml/frame/source.ts';
import { withStaged } from '../../../src/ml/frame/staged.ts';
import { folder } from './folder.ts';

const POOLS: readonly (readonly string[])[] = [
  ['1', '-2', '3.0', ''],
  ['1', '2.5', 'NA', '', 'inf'],
  ['true', 'FALSE', ''],
  ['2012-01-02', '2012-01-02 03:04:05', ''],
  ['9007199254740993', '1', ''],
  ['9007199254740992', '1'],
  ['NA', 'null', ''],
  ['x', '1', 'true', '2012-01-02', 'None'],
];
const column = fc.constantFrom(...POOLS).map((pool) => [pool] as const);

/** Names of columns → types, as one and as the other has them. */
async function types(dir: string, data: string | string[]) {
  const [frame] = await readFrames([sourceOf(data)], { cwd: dir });
  const read = [...frame!.columns].map(([name, { type }]) => [name, type]);
  const staged = await withStaged([sourceOf(data)], { cwd: dir }, async ([table]) =>
    table!.columns.map(({ name, type }) => [name, type]),
  );
  return { read, staged };
}

it('a table has the same types for all who look at it, whatever its cells are', async () => {
  const dir = folder({});
  const tables = fc.array(column, { minLength: 1, maxLength: 4 }).chain((columns) =>
    fc.array(fc.tuple(...columns.map(([pool]) => fc.constantFrom(...pool))), {
      minLength: 2,
      maxLength: 12,
    }),
  );
  await fc.assert(
    fc.asyncProperty(tables, async (rows) => {
      const header = rows[0]!.map((_, at) => `c${at}`);
      const text = (part: readonly (readonly string[])[]) =>
        `${[['k', ...header], ...part.map((cells) => ['k', ...cells])].map((line) => line.join()).join('\n')}\n`;
      writeFileSync(join(dir, 'a.csv'), text(rows.slice(1)));
      writeFileSync(join(dir, 'b.csv'), text(rows.slice(0, 1)));
      const { read, staged } = await types(dir, ['a.csv', 'b.csv']);
      expect(staged).toEqual(read);
    }),
    { numRuns: 25, seed: 1 },
  );
});

it('ids beyond 2^53 are text to a validation too, so that no two are one', async () => {
  const dir = folder({ 'ids.csv': 'id\n9007199254740992\n9007199254740993\n' });
  expect(await types(dir, 'ids.csv')).toEqual({ read: [['id', 'string']], staged: [['id', 'string']] });
});
