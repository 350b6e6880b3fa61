// The stages that run now: how long, and the last line that each said.
import type { RunEvent } from '../../core/event.ts';
import type { StageName } from '../../core/ids.ts';
import { formatCount, formatMs } from '../../util/units.ts';
import type { Style } from '../terminal.ts';
import { padEnd, padStart, textWidth, truncate, visible } from '../text-width.ts';
import { actionLabel, type Layout, layoutOf } from './stage-line.ts';

export interface Frame {
  readonly style: Style;
  /** Columns of the terminal, and rows to fill. */
  readonly width: number;
  readonly rows: number;
  /** Counts up: which picture the spinner shows. */
  readonly frame: number;
  readonly now: number;
}

interface Running {
  readonly action: string;
  readonly since: number;
  line: string;
}

export class RunningStages {
  readonly #running = new Map<StageName, Running>();
  #layout: Layout = layoutOf([]);

  add(event: RunEvent, now: number): void {
    if (event.kind === 'plan') this.#layout = layoutOf(event.stages);
    if (event.kind === 'start')
      this.#running.set(event.stage, { action: event.action, since: now, line: '' });
    if (event.kind === 'output') {
      const stage = this.#running.get(event.stage);
      if (stage && event.line.trim() !== '') stage.line = event.line;
    }
    if (event.kind === 'done') this.#running.delete(event.stage);
  }

  /** One line a stage; where the terminal is too low, the youngest are only counted. */
  lines(at: Frame): string[] {
    const running = [...this.#running];
    const room = Math.max(1, at.rows);
    const shown = running.slice(0, running.length > room ? room - 1 : room);
    const lines = shown.map(([stage, each]) => runningLine(stage, each, this.#layout, at));
    return running.length > shown.length
      ? [...lines, `    and ${formatCount(running.length - shown.length)} more running`]
      : lines;
  }
}

/** `⠹ train    evaluate   1.2 s   epoch 3 of 10`. */
function runningLine(stage: StageName, { action, since, line }: Running, layout: Layout, at: Frame): string {
  const { color, symbols } = at.style;
  const spinner = symbols.spinner[at.frame % symbols.spinner.length]!;
  const age = padStart(formatMs(Math.max(100, at.now - since)), 6);
  const plain = `${padEnd(visible(stage), layout.name - 1)} ${padEnd(actionLabel(action), layout.action)}  ${age}`;
  const head = truncate(plain, at.width - 5, symbols.ellipsis);
  const room = at.width - 1 - 4 - textWidth(head) - 3;
  const tail =
    room < 8 || line === '' ? '' : `   ${color.dim(truncate(visible(line), room, symbols.ellipsis))}`;
  return `  ${color.cyan(spinner)} ${head}${tail}`;
}
