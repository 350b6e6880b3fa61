// A model loaded and asked, with what that took.
import { fail } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { formatBytes } from '../../util/units.ts';
import type { InputMapping } from '../evaluate/report.ts';
import type { Frame } from '../frame/frame.ts';
import { openSession } from '../onnx/session.ts';
import { checkTypes } from '../predict/feeds.ts';
import type { ModelFile } from '../predict/model.ts';
import { type Answers, ask } from './answers.ts';
import type { SmokeOptions } from './options.ts';

export interface Tried {
  readonly together: Answers;
  /** Of every row asked alone, put together again. */
  readonly alone: Answers;
  readonly loadMs: number;
  readonly latencyMs: number;
  readonly memory: number;
  readonly uses: JsonObject;
}

/** @throws MlopsError when it cannot be loaded, cannot answer, or is over a limit of time or memory */
export async function tryModel(
  model: ModelFile,
  inputs: readonly InputMapping[],
  frame: Frame,
  { predict, limits }: SmokeOptions,
): Promise<Tried> {
  checkTypes(inputs, frame, model.path);
  const before = process.memoryUsage.rss();
  const began = performance.now();
  const session = await openSession(model.model, model.absolute, model.path, {
    device: predict.device,
    threads: predict.threads,
  });
  try {
    const loadMs = performance.now() - began;
    const together = await ask(session, inputs, frame, 0, frame.rows);
    const { alone, times } = await askEach(frame.rows, (row) => ask(session, inputs, frame, row, row + 1));
    const memory = Math.max(0, process.memoryUsage.rss() - before);
    const latencyMs = times[Math.ceil(times.length * 0.95) - 1]!;
    refuseOver('load', loadMs, limits.loadMs, (ms) => `${ms.toFixed(0)} ms`, model);
    refuseOver('latency', latencyMs, limits.latencyMs, (ms) => `${ms.toFixed(2)} ms`, model);
    refuseOver('memory', memory, limits.memory, formatBytes, model);
    const uses = { device: session.device, onnxruntime: session.runtime };
    return { together, alone, loadMs, latencyMs, memory, uses };
  } finally {
    await session.close();
  }
}

/** `times` ascending, in milliseconds. */
async function askEach(
  rows: number,
  askRow: (row: number) => Promise<Answers>,
): Promise<{ readonly alone: Answers; readonly times: Float64Array }> {
  const alone = new Map<string, (number | string)[]>();
  const times = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const began = performance.now();
    const answers = await askRow(row);
    times[row] = performance.now() - began;
    for (const [name, answer] of answers) alone.set(name, [...(alone.get(name) ?? []), ...answer]);
  }
  return { alone, times: times.sort() };
}

function refuseOver(
  what: 'load' | 'latency' | 'memory',
  value: number,
  limit: number | null,
  inWords: (value: number) => string,
  { path }: ModelFile,
): void {
  if (limit === null || value <= limit) return;
  const said = { load: 'takes to load', latency: 'takes for a row', memory: 'adds to memory' }[what];
  fail('stage', `${path} ${said} ${inWords(value)}, allowed ${inWords(limit)}`, {
    help: `limits: {${what}: …} is where that stands; a slow moment of the machine is tried again with retries: 2`,
  });
}
