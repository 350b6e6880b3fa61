// One event a line, as it happened: for programs.
import type { RunEvent } from '../../core/event.ts';

/** An event as one line of JSON, without its line end. Failures appear as their data. */
export function jsonLine(event: RunEvent): string {
  return JSON.stringify(event);
}
