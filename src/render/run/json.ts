// One event a line, as it happened: for programs. Failures appear as their data.
import type { OutputStream } from '../terminal.ts';
import { LONG_MS } from './progress-board.ts';
import type { Reporter } from './reporter.ts';

export function createJsonReporter(stream: OutputStream): Reporter {
  return {
    report: (event) => {
      if (event.kind === 'progress' && event.ms < LONG_MS) return;
      stream.write(`${JSON.stringify(event)}\n`);
    },
    close: () => {},
  };
}
