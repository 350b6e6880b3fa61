// Models we write, run by ONNX Runtime: what they answer must be what the plain numbers say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../src/ml/onnx/read.ts';
import { openSession } from '../../../src/ml/onnx/session.ts';
import {
  FEATURES_KEY,
  floor32,
  LABELS_KEY,
  type TreeNode,
  writeForest,
  writeLinearRegression,
  writeLogisticRegression,
} from '../../../src/ml/onnx/write.ts';
import { ProtoError, ProtoWriter, readFields, readPackedInts } from '../../../src/util/protobuf.ts';
import { folder } from '../frame/folder.ts';

async function run(bytes: Uint8Array, rows: readonly (readonly number[])[], outputs: readonly string[]) {
  const dir = folder({ 'm.onnx': bytes });
  const session = await openSession(readModel(bytes, 'm.onnx'), `${dir}/m.onnx`, 'm.onnx', {
    device: 'cpu',
    threads: 1,
  });
  const data = Float32Array.from(rows.flat());
  const shape = [rows.length, rows[0]!.length];
  const answers = await session.run(new Map([['X', { dtype: 'float32', data, shape }]]), outputs);
  await session.close();
  return outputs.map((name) =>
    Array.from(answers.get(name)!.data, (each) => (typeof each === 'bigint' ? Number(each) : each)),
  );
}

/** The trees as the trainer meant them: float64 thresholds, float32 rows. */
function leafOf(node: TreeNode, row: readonly number[]): readonly number[] {
  if ('leaf' in node) return node.leaf;
  return leafOf(Math.fround(row[node.feature]!) <= node.threshold ? node.left : node.right, row);
}

const value = fc.double({ min: -10, max: 10, noNaN: true });
const treeOf = (classes: number) =>
  fc.letrec<{ node: TreeNode }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: classes, maxLength: classes }).map((counts) => {
        const sum = counts.reduce((a, b) => a + b, 0);
        return { leaf: counts.map((count) => (sum === 0 ? 1 / classes : count / sum)) };
      }),
      fc.record({
        feature: fc.integer({ min: 0, max: 2 }),
        threshold: value,
        left: tie('node'),
        right: tie('node'),
      }),
    ),
  })).node;

describe('a forest', () => {
  it.each([2, 3])(
    'of %i classes scores every row as its trees do, and labels it by its highest score',
    async (classes) => {
      const labels = Array.from({ length: classes }, (_, k) => `c${k}`);
      await fc.assert(
        fc.asyncProperty(
          fc.array(treeOf(classes), { minLength: 1, maxLength: 4 }),
          fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 20 }),
          async (trees, rows) => {
            const bytes = writeForest({ trees, features: ['a', 'b', 'c'], labels });
            const [label, scores] = await run(bytes, rows, ['label', 'probabilities']);
            rows.forEach((row, at) => {
              const leaves = trees.map((tree) => leafOf(tree, row));
              const expected = labels.map(
                (_, k) => leaves.reduce((sum, leaf) => sum + leaf[k]!, 0) / trees.length,
              );
              const given = labels.map((_, k) => Number(scores![at * classes + k]));
              for (let k = 0; k < classes; k++) expect(Math.abs(given[k]! - expected[k]!)).toBeLessThan(1e-6);
              expect(label![at]).toBe(labels[given.indexOf(Math.max(...given))]);
            });
          },
        ),
        { numRuns: 40, seed: 1 },
      );
    },
  );

  it('keeps a row on its side of a threshold that float32 cannot hold', async () => {
    const threshold = 0.1; // float32(0.1) is above 0.1
    const tree: TreeNode = { feature: 0, threshold, left: { leaf: [1, 0] }, right: { leaf: [0, 1] } };
    const bytes = writeForest({ trees: [tree], features: ['a'], labels: ['left', 'right'] });
    expect((await run(bytes, [[0.1], [floor32(0.1)]], ['label']))[0]).toEqual(['right', 'left']);
  });
});

describe('floor32', () => {
  it('is the largest float32 that is not above', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e30, max: 1e30 }), (x) => {
        const low = floor32(x);
        expect(Math.fround(low)).toBe(low);
        expect(low).toBeLessThanOrEqual(x);
        const next = Math.fround(low + Math.abs(low) * 2 ** -23 + 2 ** -149);
        expect(next === low || next > x).toBe(true);
      }),
    );
  });
});

describe('regressions', () => {
  it('logistic: softmax of the scores, labels that are numbers', async () => {
    const bytes = writeLogisticRegression({
      features: ['a', 'b'],
      labels: [3, 5, 9],
      weights: [
        [0.5, -1, 0.2],
        [1, 0.1, -0.7],
      ],
      intercepts: [0.1, 0.2, -0.1],
    });
    const [label, scores] = await run(bytes, [[1, 2]], ['label', 'probabilities']);
    const raw = [0.1 + 0.5 + 2, 0.2 - 1 + 0.2, -0.1 + 0.2 - 1.4].map(Math.exp);
    const sum = raw.reduce((a, b) => a + b);
    for (const [k, each] of raw.entries()) expect(Number(scores![k])).toBeCloseTo(each / sum, 6);
    expect(label).toEqual([3]);
  });

  it('linear', async () => {
    const bytes = writeLinearRegression({ features: ['a', 'b'], weights: [2, 3], intercept: 1 });
    expect(
      await run(
        bytes,
        [
          [1, 1],
          [0, -1],
        ],
        ['value'],
      ),
    ).toEqual([[6, -2]]);
  });

  it('carry the names of features and labels', () => {
    const model = readModel(
      writeLogisticRegression({
        features: ['é', 'b'],
        labels: ['no', 'yes'],
        weights: [
          [0, 1],
          [0, 1],
        ],
        intercepts: [0, 0],
        metadata: { note: 'x' },
      }),
      'm.onnx',
    );
    expect(Object.fromEntries(model.metadata)).toEqual({
      note: 'x',
      [FEATURES_KEY]: '["é","b"]',
      [LABELS_KEY]: '["no","yes"]',
    });
  });
});

describe('the wire format', () => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

  it('is protobuf, byte for byte', () => {
    // Examples of https://protobuf.dev/programming-guides/encoding/
    expect(hex(new ProtoWriter().int(1, 150).finish())).toBe('089601');
    expect(hex(new ProtoWriter().text(2, 'testing').finish())).toBe('120774657374696e67');
    expect(hex(new ProtoWriter().packedInts(6, [3, 270, 86942]).finish())).toBe('3206038e029ea705');
    expect(hex(new ProtoWriter().int(1, -2).finish())).toBe('08feffffffffffffffff01');
    expect(hex(new ProtoWriter().float(2, 1.5).finish())).toBe('150000c03f');
  });

  it('reads what it writes, and every field back to its bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), (values) => {
        const writer = new ProtoWriter();
        for (const each of values) writer.int(7, each);
        writer.packedInts(8, values);
        const bytes = writer.finish();
        const fields = readFields(bytes);
        expect(
          fields
            .slice(0, -1)
            .map((field) => (field.kind === 'varint' ? BigInt.asIntN(64, field.value) : null)),
        ).toEqual(values);
        expect(Buffer.concat(fields.map(({ raw }) => raw)).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });

  it('refuses bytes that are cut or no protobuf, and never reads past their end', () => {
    const bytes = writeLinearRegression({ features: ['a'], weights: [1], intercept: 0 });
    for (let length = 1; length < bytes.length; length++) {
      try {
        readModel(bytes.subarray(0, length), 'cut.onnx');
      } catch (error) {
        expect((error as Error).message).toContain('cut.onnx is not an ONNX model');
      }
    }
    expect(() => readFields(Uint8Array.of(0x0a, 0x05, 1))).toThrow(ProtoError);
    expect(() => readPackedInts(Uint8Array.of(0x80))).toThrow(ProtoError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        try {
          readFields(noise);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtoError);
        }
      }),
    );
  });
});
