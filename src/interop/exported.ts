// An experiment as other tools are told of it: plain data, times as the experiment's record has them. An export of the
// same experiments is the same files.
import type { Json } from '../core/json.ts';

export interface ExportedRun {
  readonly name: string;
  readonly commit: string;
  readonly baseline: string;
  readonly message: string;
  /** Who made the commit. */
  readonly user: string;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly ms: number;
  readonly ended: 'ok' | 'gate';
  readonly params: ReadonlyMap<string, Json>;
  /** Values of the whole run. `/` in a name makes groups. */
  readonly metrics: ReadonlyMap<string, number>;
  /** Values by step, in order; NaN and the infinities included. */
  readonly histories: ReadonlyMap<string, readonly Point[]>;
  /** By path in the repository. */
  readonly artifacts: ReadonlyMap<string, Uint8Array>;
}

export interface Point {
  readonly step: number;
  readonly value: number;
}

/** Path below the folder of the export → what is in it. With `/` at its end: a folder, to be made where it is not there. */
export type ExportedFiles = ReadonlyMap<string, Uint8Array | string>;

export function endOf({ started, ms }: ExportedRun): number {
  return started + ms;
}

/**
 * Every metric by step. One that has no history is a point at the last step; one whose value is another than the last of
 * its history is `final/<name>`.
 */
export function metricPoints({ metrics, histories }: ExportedRun): Map<string, readonly Point[]> {
  const all = new Map(histories);
  const lastStep = [...histories.values()].reduce(
    (most, points) => Math.max(most, points.at(-1)?.step ?? 0),
    0,
  );
  for (const [name, value] of metrics) {
    const last = histories.get(name)?.at(-1);
    if (last && Object.is(last.value, value)) continue;
    all.set(last ? `final/${name}` : name, [{ step: lastStep, value }]);
  }
  return all;
}
