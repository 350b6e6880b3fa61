// What permutation importance must be whatever the model, and rows put together out of cells.

import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Importance,
  permutationImportance,
  permutations,
} from '../../../src/ml/explain/permutation-importance.ts';
import { takeRows } from '../../../src/ml/frame/frame.ts';
import { readFrames } from '../../../src/ml/frame/read.ts';
import { sourceOf } from '../../../src/ml/frame/source.ts';
import { mapFeatures } from '../../../src/ml/predict/features.ts';
import { openModel, withScorer } from '../../../src/ml/predict/model.ts';
import { predictOptionsOf } from '../../../src/ml/predict/options.ts';
import { chooseOutputs } from '../../../src/ml/predict/outputs.ts';
import { randomFrom } from '../../../src/util/random.ts';

/** Columns a, b, c of a table; the model is any function of a row. */
function importanceOf(
  table: readonly (readonly number[])[],
  model: (row: readonly number[]) => number,
  options: { readonly replicates?: number; readonly groups?: readonly (readonly string[])[] } = {},
) {
  const names = ['a', 'b', 'c'];
  const truth = table.map(model);
  const { replicates = 0, groups = names.map((name) => [name]) } = options;
  return permutationImportance<readonly number[]>({
    rows: table.length,
    groups: groups.map((columns) => ({ name: columns.join('+'), columns })),
    orders: permutations(table.length, 5, randomFrom(3)),
    predict: async (change) =>
      table.map((row, at) =>
        model(
          row.map((cell, k) => (change?.columns.includes(names[k]!) ? table[change.order[at]!]![k]! : cell)),
        ),
      ),
    goodness: (answers, counts) => {
      let sum = 0;
      let weight = 0;
      answers.forEach((answer, row) => {
        const count = counts === null ? 1 : counts[row]!;
        sum += count * Math.abs(answer - truth[row]!);
        weight += count;
      });
      return -sum / weight;
    },
    replicates,
    level: 0.95,
    random: randomFrom(5),
  });
}

const numbers = fc.double({ min: -100, max: 100, noNaN: true });
const tables = fc.array(fc.tuple(numbers, numbers, numbers), { minLength: 2, maxLength: 40 });

describe('permutation importance', () => {
  it('of a column that the model does not use is 0, its interval too', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        const { groups } = await importanceOf(table, ([a, b]) => 2 * a! - b!, { replicates: 20 });
        expect(groups[2]).toMatchObject({ mean: 0, std: 0 });
        const interval = groups[2]!.interval;
        expect(interval === null || interval.every((end) => end === 0)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('of equal columns of a symmetric model is equal, and never negative for the true model', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        const twins = table.map(([a]) => [a, a, 0]);
        const { groups } = await importanceOf(twins, ([a, b]) => a! + b!);
        expect(groups[0]!.mean).toBeCloseTo(groups[1]!.mean, 9);
        expect(Math.min(...groups.map(({ mean }) => mean))).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 30 },
    );
  });

  it('of columns that are permuted together is that of what they say together', async () => {
    const table = Array.from({ length: 50 }, (_, row) => [row, -row, row % 7]);
    const { groups } = await importanceOf(table, ([a, b]) => a! + b!, { groups: [['a', 'b'], ['a'], ['c']] });
    expect(groups.map(({ mean }) => mean > 1e-9)).toEqual([false, true, false]);
  });

  it('has an interval around its mean, which more rows make narrower', async () => {
    const tableOf = (rows: number) => {
      const random = randomFrom(9);
      return Array.from({ length: rows }, () => [random.unit(), random.unit(), random.unit()]);
    };
    const [few, many] = await Promise.all(
      [30, 1000].map(
        async (rows) => (await importanceOf(tableOf(rows), ([a]) => a!, { replicates: 200 })).groups[0]!,
      ),
    );
    const width = ({ interval }: Importance) => interval![1] - interval![0];
    expect(few!.interval![0]).toBeLessThan(few!.mean);
    expect(few!.interval![1]).toBeGreaterThan(few!.mean);
    expect(width(many!)).toBeLessThan(width(few!) / 2);
    // E|U − V| = 1/3 for independent uniform U, V.
    expect(many!.interval![0]).toBeLessThan(1 / 3);
    expect(many!.interval![1]).toBeGreaterThan(1 / 3);
  });

  it('gives no interval when most replicates cannot be measured', async () => {
    const never = await permutationImportance<null>({
      rows: 3,
      groups: [{ name: 'a', columns: ['a'] }],
      orders: permutations(3, 2, randomFrom(0)),
      predict: async () => null,
      goodness: (_, counts) => (counts === null ? 1 : Number.NaN),
      replicates: 10,
      level: 0.95,
      random: randomFrom(0),
    });
    expect(never.groups[0]).toMatchObject({ mean: 0, interval: null });
  });
});

describe('rows put together out of the cells of a table', () => {
  const models = join(import.meta.dirname, '../../../fixtures/ml/models');

  it.each([
    ['forest-zipmap.onnx', ['temp', 'wind', 'hour']],
    ['pipeline-strings.onnx', null],
  ])('%s answers as for the same rows in a table of their own', async (name, features) => {
    const options = predictOptionsOf({ batch: 7, ...(features ? { features } : {}) });
    const [frame] = await readFrames([sourceOf('rows.csv')], { cwd: models });
    const file = openModel(name, models);
    const names = [...frame!.columns.keys()];
    const inputs = mapFeatures(file.model, names, new Set(['busy']), options, name);
    const order = permutations(frame!.rows, 1, randomFrom(1))[0]!;
    const all = Int32Array.from({ length: frame!.rows }, (_, row) => row);
    const permuted = takeRows(frame!, order).columns;
    const third = takeRows(frame!, new Int32Array(frame!.rows).fill(3)).columns;
    await withScorer(file, options, async (scorer) => {
      const outputs = chooseOutputs(scorer.model, 'binary', 'text', options, name);
      const patch = scorer.patcher(frame!, inputs, outputs);
      const asked = await patch([
        { rows: all, changes: [] },
        { rows: all, changes: [{ columns: ['wind'], from: order }] },
        { rows: order.slice(0, 5), changes: [{ columns: ['hour', 'temp'], from: 3 }] },
      ]);
      const score = (columns: typeof permuted, moved: readonly string[]) =>
        scorer.score(
          {
            rows: all.length,
            columns: new Map(
              [...frame!.columns].map(([key, column]) => [
                key,
                moved.includes(key) ? columns.get(key)! : column,
              ]),
            ),
          },
          inputs,
          outputs,
        );
      const plain = await scorer.score(frame!, inputs, outputs);
      const wind = await score(permuted, ['wind']);
      const hour = await score(third, ['hour', 'temp']);
      const { values, width } = asked.scores!;
      const taken = [...order.slice(0, 5)].flatMap((row) => [
        ...hour.scores!.values.subarray(row * width, (row + 1) * width),
      ]);
      expect([...values]).toEqual([...plain.scores!.values, ...wind.scores!.values, ...taken]);
      expect(asked.labels).toHaveLength(405);
      expect(wind.scores!.values).not.toEqual(plain.scores!.values);
    });
  });
});
