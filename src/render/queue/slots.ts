// What runs in each slot of a worker now: how long, and what it said last.
import type { Ticket } from '../../core/experiment.ts';
import type { QueueEvent } from '../../core/queue-event.ts';
import { formatMs, plural } from '../../util/units.ts';
import type { Style } from '../terminal.ts';
import { padEnd, padStart, textWidth, truncate, visible } from '../text-width.ts';
import { leftInWords, triedWords } from './words.ts';

interface Running {
  readonly ticket: Ticket;
  readonly since: number;
  stage: string;
  line: string;
}

export interface SlotsFrame {
  readonly style: Style;
  readonly width: number;
  readonly rows: number;
  readonly frame: number;
  readonly now: number;
}

export class SlotBoard {
  readonly #running = new Map<number, Running>();
  readonly #durations: number[] = [];
  readonly #ended = new Map<string, number>();
  #slots = 1;
  #waiting = 0;

  add(event: QueueEvent, now: number): void {
    if ('waiting' in event) this.#waiting = event.waiting;
    if (event.kind === 'worker') this.#slots = event.slots;
    if (event.kind === 'began')
      this.#running.set(event.slot, { ticket: event.ticket, since: now, stage: '', line: '' });
    if (event.kind === 'ended' || event.kind === 'returned') this.#running.delete(event.slot);
    if (event.kind === 'ended') {
      this.#durations.push(event.ms);
      this.#ended.set(event.ticket.state, (this.#ended.get(event.ticket.state) ?? 0) + 1);
    }
    if (event.kind !== 'run') return;
    const running = this.#running.get(event.slot);
    if (!running) return;
    if (event.event.kind === 'start') Object.assign(running, { stage: event.event.stage, line: '' });
    if (event.event.kind === 'output' && event.event.line.trim() !== '') running.line = event.event.line;
  }

  /** One line a slot that runs, then how far the queue is. */
  lines(at: SlotsFrame): string[] {
    if (this.#running.size === 0 && this.#waiting === 0) return [];
    const running = [...this.#running].sort(([a], [b]) => a - b);
    const room = Math.max(1, at.rows - 1);
    const shown = running.slice(0, running.length > room ? room - 1 : room);
    return [
      ...shown.map(([slot, each]) => slotLine(slot, each, at)),
      ...(shown.length < running.length ? [`    and ${running.length - shown.length} more running`] : []),
      this.#standing(at),
    ];
  }

  #standing({ style, now }: SlotsFrame): string {
    const { color, symbols } = style;
    const ages = [...this.#running.values()].map(({ since }) => now - since);
    const failed = (this.#ended.get('failed') ?? 0) + (this.#ended.get('killed') ?? 0);
    const parts = [
      `${plural(this.#durations.length, 'experiment')} ended`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      `${this.#waiting} ${this.#waiting === 1 ? 'waits' : 'wait'}`,
      leftInWords(this.#durations, this.#waiting, ages, this.#slots),
    ].filter((part) => part !== '');
    return color.dim(`    ${parts.join(` ${symbols.dot} `)}`);
  }
}

/** `⠹ 0 calm-otter   12.3 s   train.trees=200   train: epoch 3 of 10`. */
function slotLine(slot: number, { ticket, since, stage, line }: Running, at: SlotsFrame): string {
  const { color, symbols } = at.style;
  const spinner = symbols.spinner[at.frame % symbols.spinner.length]!;
  const age = padStart(formatMs(Math.max(100, at.now - since)), 6);
  const plain = `${slot} ${padEnd(visible(ticket.name), 18)} ${age}   ${triedWords(ticket)}`;
  const head = truncate(plain, at.width - 5, symbols.ellipsis);
  const room = at.width - 1 - 4 - textWidth(head) - 3;
  const says = visible(stage === '' ? line : `${stage}${line === '' ? '' : `: ${line}`}`);
  const tail = room < 8 || says === '' ? '' : `   ${color.dim(truncate(says, room, symbols.ellipsis))}`;
  return `  ${color.cyan(spinner)} ${head}${tail}`;
}
