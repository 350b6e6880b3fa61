// What a model answers, all tensors of it, and how far two answers are apart.
import type { InputMapping } from '../evaluate/report.ts';
import type { Frame } from '../frame/frame.ts';
import type { OnnxSession, Output } from '../onnx/session.ts';
import { feedsOf } from '../predict/feeds.ts';

/** By output: numbers, or the texts of labels, row by row. */
export type Answers = ReadonlyMap<string, readonly (number | string)[]>;

export async function ask(
  session: OnnxSession,
  inputs: readonly InputMapping[],
  frame: Frame,
  start: number,
  end: number,
): Promise<Answers> {
  const names = session.model.outputs.filter(({ dtype }) => dtype !== null).map(({ name }) => name);
  const outputs = await session.run(feedsOf(session.model, inputs, frame, start, end), names);
  return new Map([...outputs].map(([name, output]) => [name, plain(output)]));
}

function plain({ data }: Output): (number | string)[] {
  return Array.from(data, (each) => (typeof each === 'string' ? each : Number(each)));
}

/** Largest difference of numbers; infinite where texts, lengths or one of two "no number" differ. */
export function farthest(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce<number>((far, each, index) => Math.max(far, apart(each, b[index]!)), 0);
}

function apart(a: number | string, b: number | string): number {
  if (Object.is(a, b) || a === b) return 0;
  if (typeof a === 'string' || typeof b === 'string') return Number.POSITIVE_INFINITY;
  const distance = Math.abs(a - b);
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}
