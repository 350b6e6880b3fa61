// Cells in a file and cells in memory are the same cells: whatever is read, filtered, judged or compared.
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { drift } from '../../../src/ml/drift/drift.ts';
import { evaluate } from '../../../src/ml/evaluate/evaluate.ts';
import { CELL_LIMITS, CellStore, IN_MEMORY } from '../../../src/ml/frame/cells.ts';
import { type Frame, held, partOf, takeRows, textAt } from '../../../src/ml/frame/frame.ts';
import { withTables } from '../../../src/ml/frame/read.ts';
import { sourceOf } from '../../../src/ml/frame/source.ts';
import { profile } from '../../../src/ml/profile/profile.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { failureOf, folder } from './folder.ts';

const limits = vi.hoisted(() => ({ resident: 0, cached: 0 }));
vi.mock('../../../src/ml/frame/cells.ts', async (original) => ({
  ...(await original<typeof import('../../../src/ml/frame/cells.ts')>()),
  CELL_LIMITS: limits,
}));
const IN_FILE = { resident: 0, cached: 0 };
afterEach(() => {
  Object.assign(limits, IN_FILE);
});

function tableOf(frame: Frame): unknown[] {
  return [...frame.columns.values()].map((column) => {
    const own = held(column);
    const { name, type, kind, nulls } = own;
    return [name, type, kind, nulls, ...Array.from({ length: frame.rows }, (_, row) => textAt(own, row))];
  });
}

/** What `look` sees of the table, its cells in memory and in a file. */
async function bothWays<T>(cwd: string, source: Parameters<typeof sourceOf>[0], look: (frame: Frame) => T) {
  const seen = (each: typeof IN_FILE) =>
    withTables([sourceOf(source)], { cwd, limits: each }, async (tables) => {
      const [frame] = await tables.read(({ names }) => names);
      expect(frame!.take !== undefined).toBe(each.resident === 0);
      return look(frame!);
    });
  return { memory: await seen(IN_MEMORY), file: await seen(IN_FILE) };
}

const cell = fc.record({
  n: fc.option(fc.oneof(fc.integer(), fc.double({ noNaN: true }))),
  i: fc.integer({ min: 0, max: 5 }),
  s: fc.option(
    fc.oneof(
      fc.constantFrom('a', 'b', 'it is longer than twelve bytes', 'é', '0'),
      fc.string({ minLength: 1 }),
    ),
  ),
  b: fc.boolean(),
});
const csvOf = (rows: readonly { readonly [name: string]: unknown }[]) =>
  `n,i,s,b\n${rows
    .map((row) =>
      Object.values(row)
        .map((each) => (each === null ? '' : `"${String(each).replaceAll('"', '""')}"`))
        .join(','),
    )
    .join('\n')}\n`;
const rowsOf = fc.array(cell, { minLength: 1, maxLength: 40 });

describe('a table whose cells lie in a file', () => {
  it('is the table whose cells lie in memory', async () => {
    await fc.assert(
      fc.asyncProperty(rowsOf, fc.array(fc.nat(), { maxLength: 20 }), async (rows, picks) => {
        const cwd = folder({ 'a.csv': csvOf(rows) });
        const start = (picks[0] ?? 0) % rows.length;
        const { memory, file } = await bothWays(cwd, { path: 'a.csv', where: 'i >= 0' }, (frame) => [
          tableOf(frame),
          tableOf(
            takeRows(
              frame,
              Int32Array.from(picks, (pick) => pick % rows.length),
            ),
          ),
          tableOf(partOf(frame, ['s', 'n'], start, rows.length)),
        ]);
        expect(file).toEqual(memory);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps its rows in order over many blocks', async () => {
    const rows = 150_000;
    const text = Array.from({ length: rows }, (_, i) => `${i},${i % 3 ? `k${i % 1000}` : ''}`).join('\n');
    const cwd = folder({ 'a.csv': `i,s\n${text}\n` });
    const { memory, file } = await bothWays(cwd, 'a.csv', (frame) => [
      held(frame.columns.get('i')!),
      held(frame.columns.get('s')!),
      partOf(frame, ['i'], 65_530, 131_080).columns.get('i'),
    ]);
    expect(file).toEqual(memory);
    expect(memory[0]).toMatchObject({ nulls: 0, type: 'int64' });
  });

  it('leaves no file behind, and cannot be read any more, when it is closed', async () => {
    const store = new CellStore(IN_FILE);
    const writer = store.numbers();
    writer.add(7);
    const cells = writer.finish();
    expect([...cells.whole()]).toEqual([7]);
    store.close();
    expect(() => cells.whole()).toThrow(/BUG: cells are read after/);
  });
});

describe('reports of data that does not fit in memory', () => {
  const files = () => {
    const random = randomFrom(3);
    const table = (shift: number) => {
      const rows = Array.from({ length: 400 }, (_, i) => {
        const x = random.unit() + shift;
        const gap = random.unit() < 0.1;
        const day = new Date(Date.UTC(2024, 0, 1 + Math.floor(i / 4))).toISOString().slice(0, 10);
        return `${gap ? '' : x},${'abc'[random.below(3)]},${day},${x > 0.5 ? 1 : 0},${random.unit()}`;
      });
      return `x,k,day,y,p\n${rows.join('\n')}\n`;
    };
    return { 'a.csv': table(0), 'b.csv': table(0.3) };
  };
  const io = (cwd: string) => ({ cwd, stage: 's', log: () => {}, signal: new AbortController().signal });

  it.each<[string, (cwd: string) => Promise<unknown>]>([
    [
      'drift',
      async (cwd) => {
        const options: JsonObject = {
          reference: 'a.csv',
          current: 'b.csv',
          target: 'y',
          time: { column: 'day' },
        };
        return drift({ ...options, predictions: { scores: 'p' }, exclude: ['day'] }, io(cwd));
      },
    ],
    [
      'evaluate',
      async (cwd) => {
        const data = { path: 'a.csv', where: "k != 'c'" };
        return evaluate({ data, target: 'y', predictions: { scores: 'p' }, slices: [['k']] }, io(cwd));
      },
    ],
    ['profile', async (cwd) => profile({ data: 'a.csv', time: { column: 'day' } }, io(cwd))],
  ])('%s says the same, to the last bit', async (_, report) => {
    const cwd = folder(files());
    const streamed = await report(cwd);
    Object.assign(limits, IN_MEMORY);
    expect(CELL_LIMITS).toEqual(IN_MEMORY);
    expect(JSON.stringify(streamed)).toBe(JSON.stringify(await report(cwd)));
  });
});

it('says what to do where the temporary folder is full', async () => {
  const cwd = folder({ 'a.csv': 'x\n1\n' });
  vi.stubEnv('TMPDIR', join(cwd, 'absent'));
  const read = withTables([sourceOf('a.csv')], { cwd, limits: IN_FILE }, (tables) =>
    tables.read(({ names }) => names),
  );
  await expect(read).rejects.toThrow(/absent/);
  vi.unstubAllEnvs();
  void failureOf;
});
