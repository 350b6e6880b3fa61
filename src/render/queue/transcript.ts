// A worker's events as lines that stay: one for each experiment that ended.
import type { EndedTicket } from '../../core/experiment.ts';
import type { QueueEvent } from '../../core/queue-event.ts';
import { formatMs } from '../../util/units.ts';
import { renderWarning } from '../failure.ts';
import type { Style } from '../terminal.ts';
import { padEnd, padStart, visible } from '../text-width.ts';
import { closingLines, STATE_WORDS, stateMark, triedWords } from './words.ts';

/** A name of two words fits. */
const NAME_WIDTH = 18;

export class QueueTranscript {
  readonly #style: Style;
  readonly #ended: EndedTicket[] = [];

  constructor(style: Style) {
    this.#style = style;
  }

  get ended(): readonly EndedTicket[] {
    return this.#ended;
  }

  add(event: QueueEvent): string[] {
    const { color, symbols } = this.#style;
    switch (event.kind) {
      case 'worker':
      case 'began':
      case 'run':
        return [];
      case 'ended':
        this.#ended.push(event.ticket);
        return endedLines(event.ticket, event.ms, this.#style);
      case 'returned':
        return [color.dim(`  ${symbols.same} ${padEnd(event.ticket.name, NAME_WIDTH)} waits again`)];
      case 'idle':
        return [color.dim(`${symbols.same} waiting for experiments; Ctrl-C ends this worker`)];
      case 'note':
        return [color.dim(`${symbols.dot} ${visible(event.text)}`)];
      case 'warning':
        return renderWarning(event.text, event.help, this.#style).trimEnd().split('\n');
      case 'closed':
        return closingLines(this.#ended, event);
    }
  }
}

/** `✔ calm-otter   1.2 s   train.trees=200`, and why where it failed. */
export function endedLines(ticket: EndedTicket, ms: number, style: Style): string[] {
  const { color } = style;
  const how = ticket.state === 'done' ? '' : `${STATE_WORDS[ticket.state]}   `;
  const head = `  ${stateMark(ticket, style)} ${padEnd(ticket.name, NAME_WIDTH)} ${padStart(formatMs(ms), 6)}   `;
  const line = head + (how === '' ? '' : color.red(how)) + triedWords(ticket);
  const why = ticket.state === 'failed' ? (ticket.failure ?? '').split('\n')[0]! : '';
  return [line.trimEnd(), ...(why === '' ? [] : [`      ${color.dim(visible(why))}`])];
}
