// The one door for what a worker reports: a live view where a person looks, else a line for each end; or JSON lines.

import type { Environment } from '../../core/environment.ts';
import type { QueueEvent, QueueReport } from '../../core/queue-event.ts';
import { type CursorOptions, openCursor } from '../run/cursor.ts';
import { LiveRegion } from '../run/live-region.ts';
import { type OutputStream, type Style, styleOf, wantsLive } from '../terminal.ts';
import { SlotBoard } from './slots.ts';
import { endedLines, QueueTranscript } from './transcript.ts';
import { msOf } from './words.ts';

export interface QueueReporter {
  readonly report: QueueReport;
  /** May be called twice. */
  close(): void;
}

export interface QueueReporterOptions {
  readonly json: boolean;
  readonly out: OutputStream;
  readonly err: OutputStream;
  readonly env: Environment;
}

export function createQueueReporter({ json, out, err, env }: QueueReporterOptions): QueueReporter {
  if (json) return { report: (event) => void out.write(`${JSON.stringify(event)}\n`), close: () => {} };
  const style = styleOf(err, env, process.platform);
  if (!wantsLive(err, env)) return plainReporter(err, style);
  return liveReporter({
    stream: err,
    style,
    events: process,
    now: () => performance.now(),
    raise: (signal) => process.kill(process.pid, signal),
  });
}

export function plainReporter(stream: OutputStream, style: Style): QueueReporter {
  const transcript = new QueueTranscript(style);
  return {
    report: (event) => {
      for (const line of transcript.add(event)) stream.write(`${line}\n`);
    },
    close: () => {},
  };
}

const FRAME_MS = 80;
/** Rows that what runs leaves to what was said last. */
const REST_ROWS = 3;
/** More that ended well are only counted. */
const TABLE_ROWS = 20;

export interface LiveQueueOptions extends CursorOptions {
  readonly style: Style;
  readonly now: () => number;
}

/** What ended well makes no line while others run: a table says it at the end. */
export function liveReporter(options: LiveQueueOptions): QueueReporter {
  const { stream, style, now } = options;
  const transcript = new QueueTranscript(style);
  const cursor = openCursor(options);
  const region = new LiveRegion(stream, cursor);
  const board = new SlotBoard();
  let settled: string[] = [];
  let frame = 0;
  let open = true;

  const draw = (): void => {
    frame++;
    const rows = (stream.rows || 24) - REST_ROWS;
    const width = stream.columns || style.width;
    region.draw(settled, board.lines({ style, width, rows, frame, now: now() }));
    settled = [];
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();

  const report = (event: QueueEvent): void => {
    board.add(event, now());
    const lines = transcript.add(event);
    if (event.kind === 'closed') settled.push(...table(transcript, style));
    if (event.kind !== 'ended' || event.ticket.state === 'failed') settled.push(...lines);
  };
  const close = (): void => {
    if (!open) return;
    open = false;
    clearInterval(timer);
    region.draw(settled, []);
    cursor.release();
  };
  return { report, close };
}

/** Those that failed stand above already. */
function table({ ended }: QueueTranscript, style: Style): string[] {
  const listed = ended.filter(({ state }) => state !== 'failed');
  const shown = listed.slice(0, TABLE_ROWS);
  return [
    ...shown.flatMap((ticket) => endedLines(ticket, msOf(ticket), style)),
    ...(listed.length > shown.length ? [`    and ${listed.length - shown.length} more`] : []),
  ];
}
