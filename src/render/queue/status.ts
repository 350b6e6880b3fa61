// The queue as a table: what runs, what waits, what has ended.
import type { EndedTicket, Ticket } from '../../core/experiment.ts';
import { formatMs } from '../../util/units.ts';
import { type Row, renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';
import { type DamagedSearchView, type SearchView, searchLine } from './search.ts';
import { countsInWords, msOf, STATE_WORDS, triedWords } from './words.ts';

export interface QueueView {
  readonly waiting: readonly Ticket[];
  readonly running: readonly RunningView[];
  readonly ended: readonly EndedTicket[];
  readonly damaged: readonly string[];
}

interface RunningView extends Ticket {
  readonly slot: number | null;
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/** Of each kind so many are listed, the others counted. */
const LISTED = 20;

export function renderQueue(
  { waiting, running, ended, damaged }: QueueView,
  searches: readonly (SearchView | DamagedSearchView)[],
  { now, style }: { readonly now: Date; readonly style: Style },
): string {
  const rows: Row[] = [
    ...running.map((each) => [
      each.name,
      'running',
      formatMs(Math.max(0, now.getTime() - Date.parse(each.since))),
      `slot ${each.slot ?? '?'}, pid ${each.pid} on ${each.host}`,
      triedWords(each),
    ]),
    ...waiting.slice(0, LISTED).map((each) => [each.name, 'waiting', '', '', triedWords(each)]),
    ...ended
      .slice(-LISTED)
      .map((each) => [
        each.name,
        STATE_WORDS[each.state],
        formatMs(msOf(each)),
        each.experiment?.slice(0, 7) ?? (each.failure ?? '').split('\n')[0]!.slice(0, 60),
        triedWords(each),
      ]),
  ];
  if (rows.length + searches.length + damaged.length === 0) return 'the queue is empty\n';
  const columns = ['experiment', 'state', 'time', 'where', 'tries'];
  const table = renderTable(
    columns.map((title) => ({ title, align: title === 'time' ? 'right' : 'left' })),
    rows,
    style,
  );
  const notes = [
    ...(waiting.length > LISTED ? [`and ${waiting.length - LISTED} more that wait`] : []),
    ...(ended.length > LISTED
      ? [`of ${ended.length} that ended, the last ${LISTED}: ${countsInWords(ended)}`]
      : []),
    ...searches.map((search) => searchLine(search, style)),
    ...damaged.map((id) => `the ticket ${id} cannot be read`),
  ];
  return (rows.length > 0 ? table : '') + notes.map((note) => `${note}\n`).join('');
}
