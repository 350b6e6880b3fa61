// One result of a check, with its numbers. Every action and every check of a user speaks in these.
import type { Json } from './json.ts';

export type FindingStatus = 'pass' | 'warn' | 'fail' | 'skipped' | 'error';

export interface Finding {
  /** Name of the check. */
  readonly check: string;
  /** What was checked: a column, a slice, a metric, a file. */
  readonly subject: string;
  /** `error`: the check itself could not be done; `skipped`: there was too little to judge. */
  readonly status: FindingStatus;
  /** What was found, with its numbers, for people. */
  readonly message: string;
  readonly value: Json;
  readonly limit: Json;
}
