// Types of `import { openLog } from 'mlops/log'`.

export interface LogOptions {
  /** true: go on after the last whole line. A number: go on at that step, without what was logged from it on. Default: anew. */
  readonly resume?: boolean | number;
}

export interface Log {
  /** `<path>.jsonl`: one line a step, `{"step":0,"train/loss":0.7}`. */
  readonly history: string;
  /** `<path>.json`: the last value of each metric, `{"train": {"loss": 0.7}}`. Written by `end`, absent before. */
  readonly summary: string;
  /** The step that the next line gets. */
  readonly next: number;
  /** A value of this step. `/` in a name makes groups. NaN and the infinities are kept as `null` with their name. */
  metric(name: string, value: number): void;
  metrics(values: { readonly [name: string]: number }): void;
  /** A value of the whole run: in the summary only. */
  final(name: string, value: number): void;
  /** Ends the step: its line is written. Steps rise; a number skips to that one. Returns the step. */
  step(at?: number): number;
  /** Writes the summary. What was logged since the last step is a step. */
  end(): void;
}

/** `metrics/train` logs to `metrics/train.jsonl` and `metrics/train.json`. @throws MlopsError */
export function openLog(path: string, options?: LogOptions): Log;
