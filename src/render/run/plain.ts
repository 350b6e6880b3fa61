// For pipes, CI and dumb terminals: every line once, when it is settled. Of long work a line comes every ten seconds.
import type { RunEvent } from '../../core/event.ts';
import type { OutputStream, Style } from '../terminal.ts';
import { ProgressBoard } from './progress-board.ts';
import { progressText } from './progress-words.ts';
import type { Reporter } from './reporter.ts';
import { Transcript } from './transcript.ts';

const EVERY_MS = 10_000;
/** Work that hangs sends no events, and is the one to hear of. */
const LOOK_MS = 1000;

export function createPlainReporter(
  stream: OutputStream,
  style: Style,
  now: () => number = () => performance.now(),
): Reporter {
  const transcript = new Transcript(style);
  const board = new ProgressBoard();
  let said = Number.NEGATIVE_INFINITY;
  let open = true;
  const print = (lines: readonly string[]): void => {
    if (lines.length > 0) stream.write(`${lines.join('\n')}\n`);
  };
  const look = (): void => {
    if (now() - said < EVERY_MS) return;
    const long = board.standing(now(), EVERY_MS);
    if (long.length > 0) said = now();
    print(long.map((each) => progressText(each, style)));
  };
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return {
    report: (event: RunEvent) => {
      print(transcript.add(event));
      if (event.kind !== 'progress' || !open) return;
      board.add(event, now());
      look(); // work that never lets a timer through is heard all the same
    },
    close: () => {
      open = false;
      clearInterval(timer);
      print(transcript.end());
    },
  };
}
