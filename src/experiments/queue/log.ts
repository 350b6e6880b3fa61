// The log of an experiment: everything that it said, a line at a time, readable while it runs.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunEvent } from '../../core/event.ts';
import { systemFailure } from '../../core/system-trouble.ts';
import { writeWhole } from '../../util/atomic-write.ts';

export interface ExperimentLog {
  /** Text that ends with a line end. */
  write(text: string): void;
  close(): void;
}

/**
 * The file is there when this returns: it is the sign that the experiment began. If it cannot be written later it ends
 * early, and `warn` hears of it once: that is no reason to lose a run of hours.
 */
export function openExperimentLog(path: string, warn: (text: string) => void): ExperimentLog {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, 'a');
  let state: 'open' | 'broken' | 'closed' = 'open';
  return {
    write: (text) => {
      if (state !== 'open') return;
      try {
        writeWhole(fd, Buffer.from(text));
      } catch (error) {
        const trouble = systemFailure(error);
        if (!trouble) throw error;
        state = 'broken';
        warn(`the log ${path} ends early: ${trouble.message}`);
      }
    },
    close: () => {
      if (state !== 'closed') closeSync(fd);
      state = 'closed';
    },
  };
}

/** Output of a stage as a line of the log; undefined for other events. */
export function outputLine(event: RunEvent): string | undefined {
  return event.kind === 'output' ? `${event.stage} | ${event.line}\n` : undefined;
}
