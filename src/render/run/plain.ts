// For pipes, CI and dumb terminals: every line once, when it is settled.
import type { RunEvent } from '../../core/event.ts';
import type { OutputStream, Style } from '../terminal.ts';
import type { Reporter } from './reporter.ts';
import { Transcript } from './transcript.ts';

export function createPlainReporter(stream: OutputStream, style: Style): Reporter {
  const transcript = new Transcript(style);
  const print = (lines: readonly string[]): void => {
    if (lines.length > 0) stream.write(`${lines.join('\n')}\n`);
  };
  return {
    report: (event: RunEvent) => print(transcript.add(event)),
    close: () => print(transcript.end()),
  };
}
