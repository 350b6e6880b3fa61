// The same model on a GPU and on the CPU, through evaluate and drift. Skipped, and said so, where ONNX Runtime has no CUDA
// here; what `device` then does is tested instead.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { drift } from '../../src/ml/drift/drift.ts';
import { evaluate } from '../../src/ml/evaluate/evaluate.ts';
import { probeRuntime } from '../../src/ml/onnx/probe.ts';
import { writeLogisticRegression } from '../../src/ml/onnx/write.ts';
import { randomFrom } from '../../src/util/random.ts';
import { failureOf, folder } from '../ml/frame/folder.ts';

/** Of metrics: scores are float32, and a GPU adds in another order. */
const TOLERANCE = 1e-5;
const { without } = await probeRuntime();

function files() {
  const random = randomFrom(5);
  const rows = Array.from({ length: 20_000 }, () => {
    const [a, b] = [random.unit() * 4 - 2, random.unit() * 4 - 2];
    return `${a},${b},${a - b + random.unit() > 0.5 ? 'yes' : 'no'}`;
  });
  const model = writeLogisticRegression({
    features: ['a', 'b'],
    labels: ['no', 'yes'],
    weights: [
      [0, 1.5],
      [0, -1.5],
    ],
    intercepts: [0, -0.25],
  });
  return folder({ 'rows.csv': `a,b,y\n${rows.join('\n')}\n`, 'm.onnx': model });
}

const signal = new AbortController().signal;
const on = (device: string) => {
  const cwd = files();
  const io = { cwd, stage: 's', log: () => {}, signal };
  const options: JsonObject = { model: 'm.onnx', target: 'y', device };
  return {
    evaluate: () => evaluate({ ...options, data: 'rows.csv', intervals: { replicates: 0 } }, io),
    drift: () => drift({ ...options, reference: 'rows.csv', current: 'rows.csv' }, io),
  };
};

describe.skipIf(without.cuda !== null)(`a GPU (needs CUDA; here: ${without.cuda})`, () => {
  it.each(['cuda', 'auto'])('gives the metrics of the CPU with device: %s', async (device) => {
    const [gpu, cpu] = [await on(device).evaluate(), await on('cpu').evaluate()];
    expect([gpu.uses['device'], cpu.uses['device']]).toEqual(['cuda', 'cpu']);
    for (const [name, value] of Object.entries(cpu.report.metrics))
      expect(Math.abs(gpu.report.metrics[name]! - value!), name).toBeLessThanOrEqual(TOLERANCE);
  });

  it('gives the drift of the CPU', async () => {
    const [gpu, cpu] = [await on('cuda').drift(), await on('cpu').drift()];
    expect(gpu.uses['device']).toBe('cuda');
    const apart = gpu.report.performance!.current - cpu.report.performance!.current;
    expect(Math.abs(apart)).toBeLessThanOrEqual(TOLERANCE);
  });
});

describe.skipIf(without.cuda === null)('without a GPU', () => {
  it('device: auto is the CPU, and the run says so', async () => {
    const [auto, cpu] = [await on('auto').evaluate(), await on('cpu').evaluate()];
    expect(auto.uses['device']).toBe('cpu');
    expect(auto.report.metrics).toEqual(cpu.report.metrics);
    expect((await on('auto').drift()).uses['device']).toBe('cpu');
  });

  it.each(['evaluate', 'drift'] as const)(
    '%s with device: cuda fails and says what to do',
    async (action) => {
      expect(await failureOf(on('cuda')[action]())).toMatch(
        /^config: device: cuda is not available to ONNX Runtime here \(/,
      );
    },
  );
});
