import { type Column, type Frame, partOf, takeRows } from '../frame/frame.ts';

/** Some rows of some columns, in memory wherever the frame's cells lie. */
export function sampled(frame: Frame, names: readonly string[], rows: Int32Array): Frame {
  const columns = new Map<string, Column>(names.map((name) => [name, frame.columns.get(name)!]));
  return partOf(takeRows({ ...frame, columns }, rows), names, 0, rows.length);
}

/** Rows at a time: what is made of them stays small, however many there are. */
const BLOCK = 4096;

/** The rows of some columns in blocks, each in memory, and the row where it starts. */
export function* blocksOf(
  frame: Frame,
  names: readonly string[],
): Generator<{ readonly block: Frame; readonly start: number }> {
  for (let start = 0; start < frame.rows; start += BLOCK)
    yield { block: partOf(frame, names, start, Math.min(frame.rows, start + BLOCK)), start };
}
