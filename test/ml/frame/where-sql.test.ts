// Filters on data that stay on disk hold for the same rows as filters over a frame; both ways of staging give the same rows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFrames } from '../../../src/ml/frame/read.ts';
import { sourceOf } from '../../../src/ml/frame/source.ts';
import { withStaged } from '../../../src/ml/frame/staged.ts';
import { parseWhere, whereRows } from '../../../src/ml/frame/where.ts';
import { whereSql } from '../../../src/ml/frame/where-sql.ts';
import { folder } from './folder.ts';

const cwd = () => folder({ 'a.csv': csv() });
const hints = new Map([['s', { type: 'string' as const }]]);

/** Every combination of missing and present, near the edges of comparisons. */
function csv(): string {
  const lines = Array.from({ length: 60 }, (_, at) => {
    const n = at % 7 === 0 ? '' : String((at % 11) - 5 + (at % 3) / 2);
    const m = at % 5 === 0 ? 'NA' : String((at % 9) - 4);
    const d = at % 6 === 0 ? '' : `2012-0${1 + (at % 9)}-01`;
    const b = at % 8 === 0 ? '' : at % 2 === 0 ? 'true' : 'FALSE';
    return `${n},${m},${d},${b},${['x', 'y', "o'clock", ''][at % 4]}`;
  });
  return `n,m,d,b,s\n${lines.join('\n')}\n`;
}

const comparison = fc.oneof(
  fc
    .constantFrom('=', '!=', '<', '<=', '>', '>=')
    .chain((operator) =>
      fc.constantFrom(
        `n ${operator} 0.5`,
        `2 ${operator} m`,
        `n ${operator} m`,
        `d ${operator} '2012-05-01'`,
        `s ${operator} 'x'`,
        `s ${operator} 'o''clock'`,
      ),
    ),
  fc.constantFrom('b = true', 'b != false', 'n = null', 's != null', 'd = null'),
);
const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    comparison,
    fc.tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('any').map((a) => `not (${a})`),
  ),
})).any;

describe('a filter in SQL', () => {
  it('holds for the same rows as over a frame', async () => {
    const dir = cwd();
    const [frame] = await readFrames([sourceOf('a.csv')], { cwd: dir });
    await withStaged([sourceOf('a.csv')], { cwd: dir, hints }, async ([table], database) => {
      const columnOf = (name: string) => table!.columns.find((column) => column.name === name)!;
      await fc.assert(
        fc.asyncProperty(expression, async (text) => {
          const where = parseWhere(text);
          const found = await database.rows(
            `SELECT p FROM ${table!.located} WHERE ${whereSql(where.expression, columnOf)} ORDER BY p`,
          );
          expect(found.map(([p]) => Number(p) - 1)).toEqual([...whereRows(where, frame!)]);
        }),
        { numRuns: 60 },
      );
    });
  });

  it('reads data that are too big to be held as it does others', async () => {
    const dir = cwd();
    const rowsOf = (heldBytes: number) =>
      withStaged(
        [{ ...sourceOf('a.csv'), where: 'n > 0' }],
        { cwd: dir, hints, heldBytes },
        ([table], database) => database.rows(`SELECT * FROM ${table!.located} ORDER BY p`),
      );
    const rows = await rowsOf(0);
    expect(rows.length).toBeGreaterThan(10);
    expect(rows).toEqual(await rowsOf(1e9));
  });
});
