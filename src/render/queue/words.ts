// What the queue's reports have in common: how an experiment ended, what it tried, how long is left.
import { type EndedTicket, overrideWords, type Ticket } from '../../core/experiment.ts';
import { formatMs, plural } from '../../util/units.ts';
import type { Style } from '../terminal.ts';
import { visible } from '../text-width.ts';

export const STATE_WORDS: { readonly [state in EndedTicket['state']]: string } = {
  done: 'done',
  gate: 'gate said no',
  failed: 'failed',
  killed: 'killed',
};

/** What it tries: its message, or its overrides. */
export function triedWords({ message, overrides }: Pick<Ticket, 'message' | 'overrides'>): string {
  return visible(message ?? (overrides.map(overrideWords).join(' ') || 'as the workspace was'));
}

export function stateMark({ state }: EndedTicket, { color, symbols }: Style): string {
  return state === 'done' ? color.green(symbols.done) : color.red(symbols.failed);
}

/** `18 done, 1 failed`, in the order of the states. */
export function countsInWords(ended: readonly Pick<EndedTicket, 'state'>[]): string {
  return (Object.keys(STATE_WORDS) as EndedTicket['state'][])
    .map((state) => [ended.filter((each) => each.state === state).length, STATE_WORDS[state]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

export function msOf({ started, ended }: EndedTicket): number {
  return Math.max(0, Date.parse(ended) - Date.parse(started));
}

/** From how long those took that ended; '' while that is not known. `ages`: of those that run. */
export function leftInWords(
  durations: readonly number[],
  waiting: number,
  ages: readonly number[],
  slots: number,
): string {
  const sorted = [...durations].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) return '';
  const ahead = waiting * median + ages.reduce((sum, age) => sum + Math.max(0, median - age), 0);
  const ms = Math.ceil(ahead / slots / 1000) * 1000;
  return ms === 0 ? '' : `about ${formatMs(ms).replace('.0', '')} left`;
}

/** What stands at the end: how many, how they ended, what is still to do. */
export function closingLines(
  ended: readonly EndedTicket[],
  { ms, waiting, elsewhere }: { readonly ms: number; readonly waiting: number; readonly elsewhere: number },
): string[] {
  const rest = [
    ...(waiting > 0 ? [`${waiting} ${waiting === 1 ? 'waits' : 'wait'}`] : []),
    ...(elsewhere > 0 ? [`${elsewhere} ${elsewhere === 1 ? 'runs' : 'run'} in another worker`] : []),
  ];
  if (ended.length === 0) return [rest.length > 0 ? rest.join(', ') : 'the queue is empty'];
  return [
    [`${plural(ended.length, 'experiment')} in ${formatMs(ms)}: ${countsInWords(ended)}`, ...rest].join(', '),
    ...nextLines(ended, waiting),
  ];
}

function nextLines(ended: readonly EndedTicket[], waiting: number): string[] {
  const failed = ended.find(({ state }) => state === 'failed');
  return [
    ...(failed ? [`look: mlops exp queue logs ${failed.name}`] : []),
    ...(waiting > 0 ? ['next: mlops exp run --all'] : ['next: mlops exp show']),
  ];
}
