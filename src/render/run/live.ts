// For a person at a terminal: what runs now, with its age and its last line of output, and how far long work is; what
// is settled scrolls above. Settled lines are the transcript's, so the screen ends with exactly the text that plain
// output would have.
import type { Environment } from '../../core/environment.ts';
import type { RunEvent } from '../../core/event.ts';
import { type OutputStream, type Style, styleOf } from '../terminal.ts';
import { type CursorOptions, openCursor } from './cursor.ts';
import { LiveRegion } from './live-region.ts';
import { LONG_MS, ProgressBoard } from './progress-board.ts';
import { progressLine } from './progress-words.ts';
import type { Reporter } from './reporter.ts';
import { RunningStages } from './running-stages.ts';
import { Transcript } from './transcript.ts';

export interface LiveOptions extends CursorOptions {
  readonly style: Style;
  readonly now: () => number;
}

const FRAME_MS = 80;
/** Rows that running stages leave to what was settled last. */
const REST_ROWS = 3;

export function createLiveReporter(options: LiveOptions): Reporter {
  const { stream, style, now } = options;
  const transcript = new Transcript(style);
  const cursor = openCursor(options);
  const region = new LiveRegion(stream, cursor);
  const stages = new RunningStages();
  const board = new ProgressBoard();
  let settled: string[] = [];
  let frame = 0;
  let drawn = now();
  let open = true;

  const draw = (): void => {
    drawn = now();
    frame++;
    const at = { style, width: stream.columns || style.width, frame, now: drawn };
    const work = board.standing(drawn, LONG_MS).map((each) => progressLine(each, at));
    const rows = (stream.rows || 24) - REST_ROWS - work.length;
    region.draw(settled, [...stages.lines({ ...at, rows }), ...work]);
    settled = [];
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();

  const report = (event: RunEvent): void => {
    stages.add(event, now());
    settled.push(...transcript.add(event));
    if (event.kind !== 'progress' || !open) return;
    board.add(event, now());
    if (now() - drawn >= FRAME_MS) draw(); // work that never lets the timer through is seen all the same
  };
  const close = (): void => {
    if (!open) return;
    open = false;
    clearInterval(timer);
    settled.push(...transcript.end());
    region.draw(settled, []);
    cursor.release();
  };
  return { report, close };
}

/** The live reporter of this process. */
export function liveReporterOf(stream: OutputStream, env: Environment): Reporter {
  return createLiveReporter({
    stream,
    style: styleOf(stream, env, process.platform),
    events: process,
    now: () => performance.now(),
    raise: (signal) => process.kill(process.pid, signal),
  });
}
