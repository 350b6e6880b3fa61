// For a person at a terminal: what runs now, with its age and its last line of output; what is settled scrolls above.
// Settled lines are the transcript's, so the screen ends with exactly the text that plain output would have.
import type { ProgressEvent, RunEvent } from '../../core/event.ts';
import type { StageName } from '../../core/ids.ts';
import { formatBytes, formatCount, formatMs } from '../../util/units.ts';
import { type OutputStream, type Style, styleOf } from '../terminal.ts';
import { padEnd, padStart, textWidth, truncate, visible } from '../text-width.ts';
import { HIDE_CURSOR, LiveRegion, SHOW_CURSOR } from './live-region.ts';
import type { Reporter } from './reporter.ts';
import { actionLabel, type Layout, layoutOf } from './stage-line.ts';
import { Transcript } from './transcript.ts';

/** Where signals and the end of the process are heard: `process`, or an emitter in tests. */
export interface ProcessEvents {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  listenerCount(event: string): number;
}

export interface LiveOptions {
  readonly stream: OutputStream;
  readonly style: Style;
  readonly events: ProcessEvents;
  readonly now: () => number;
  /** Ends this process by the signal, as if nobody had listened. */
  readonly raise: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void;
}

const FRAME_MS = 80;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Running {
  readonly action: string;
  readonly since: number;
  line: string;
}

export function createLiveReporter(options: LiveOptions): Reporter {
  const { stream, style, events } = options;
  const transcript = new Transcript(style);
  const region = new LiveRegion(stream);
  const running = new Map<StageName, Running>();
  let layout: Layout = layoutOf([]);
  let transfer: ProgressEvent | undefined;
  let settled: string[] = [];
  let frame = 0;
  let open = true;

  const draw = (): void => {
    const width = stream.columns || style.width;
    const lines = [
      ...runningLines(running, { layout, style, width, frame, now: options.now(), rows: stream.rows || 24 }),
      ...(transfer ? [truncate(progressLine(transfer, style), width - 1)] : []),
    ];
    region.draw(settled, lines);
    settled = [];
  };
  const timer = setInterval(() => {
    frame++;
    if (running.size > 0 || transfer || settled.length > 0) draw();
  }, FRAME_MS);
  timer.unref();

  const restoreCursor = (): void => {
    stream.write(SHOW_CURSOR);
  };
  const onSignal = SIGNALS.map((signal) => {
    const listener = (): void => {
      restoreCursor();
      // Nobody else wants to end the run in an orderly way: the signal does what it always does.
      if (events.listenerCount(signal) === 1) {
        events.off(signal, listener);
        options.raise(signal);
      }
    };
    return { signal, listener };
  });
  events.on('exit', restoreCursor);
  for (const { signal, listener } of onSignal) events.on(signal, listener);
  stream.write(HIDE_CURSOR);

  const report = (event: RunEvent): void => {
    if (event.kind === 'plan') layout = layoutOf(event.stages);
    if (event.kind === 'start')
      running.set(event.stage, { action: event.action, since: options.now(), line: '' });
    if (event.kind === 'output') {
      const stage = running.get(event.stage);
      if (stage && event.line.trim() !== '') stage.line = event.line;
    }
    if (event.kind === 'done') running.delete(event.stage);
    if (event.kind === 'progress') transfer = event.finished ? undefined : event;
    settled.push(...transcript.add(event));
  };
  const close = (): void => {
    if (!open) return;
    open = false;
    clearInterval(timer);
    running.clear();
    transfer = undefined;
    settled.push(...transcript.end());
    draw();
    restoreCursor();
    events.off('exit', restoreCursor);
    for (const { signal, listener } of onSignal) events.off(signal, listener);
  };
  return { report, close };
}

/** The live reporter of this process. */
export function liveReporterOf(
  stream: OutputStream,
  env: { readonly [name: string]: string | undefined },
): Reporter {
  return createLiveReporter({
    stream,
    style: styleOf(stream, env, process.platform),
    events: process,
    now: () => performance.now(),
    raise: (signal) => process.kill(process.pid, signal),
  });
}

interface Frame {
  readonly layout: Layout;
  readonly style: Style;
  readonly width: number;
  readonly rows: number;
  readonly frame: number;
  readonly now: number;
}

/** One line a running stage; where the terminal is too low, the youngest are only counted. */
function runningLines(running: ReadonlyMap<StageName, Running>, at: Frame): string[] {
  const room = Math.max(1, at.rows - 3);
  const shown = [...running].slice(0, running.size > room ? room - 1 : room);
  const lines = shown.map(([stage, each]) => runningLine(stage, each, at));
  return running.size > shown.length
    ? [...lines, `    and ${formatCount(running.size - shown.length)} more running`]
    : lines;
}

/** `⠹ train    evaluate   1.2 s   epoch 3 of 10`. */
function runningLine(stage: StageName, { action, since, line }: Running, at: Frame): string {
  const { color, symbols } = at.style;
  const spinner = symbols.spinner[at.frame % symbols.spinner.length]!;
  const age = padStart(formatMs(Math.max(100, at.now - since)), 6);
  const plain = `${padEnd(visible(stage), at.layout.name - 1)} ${padEnd(actionLabel(action), at.layout.action)}  ${age}`;
  const head = truncate(plain, at.width - 5, symbols.ellipsis);
  const room = at.width - 1 - 4 - textWidth(head) - 3;
  const tail =
    room < 8 || line === '' ? '' : `   ${color.dim(truncate(visible(line), room, symbols.ellipsis))}`;
  return `  ${color.cyan(spinner)} ${head}${tail}`;
}

function progressLine({ task, done, total }: ProgressEvent, { symbols }: Style): string {
  const mark = task === 'push' ? symbols.up : symbols.down;
  const objects = `${formatCount(done.items)} of ${formatCount(total.items ?? 0)} objects`;
  return `  ${mark} ${objects}, ${formatBytes(done.bytes)} of ${formatBytes(total.bytes ?? 0)}`;
}
