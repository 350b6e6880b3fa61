// The last lines of a run: what happened in one sentence, or what went wrong and where to look.
import type { RunEvent } from '../../core/event.ts';
import type { ExitName } from '../../core/failure.ts';
import type { StageName } from '../../core/ids.ts';
import { formatCount, formatMs } from '../../util/units.ts';
import type { Style } from '../terminal.ts';
import { padEnd, visible } from '../text-width.ts';
import { exitInWords } from './stage-line.ts';

/** What a transcript saw and the summary event does not carry. */
export interface RunFacts {
  readonly exit: ExitName;
  readonly failed: readonly StageName[];
  /** The first of them that printed something. */
  readonly logged: StageName | undefined;
  readonly planned: {
    readonly run: number;
    readonly restore: number;
    readonly wait: number;
    readonly fresh: number;
  };
  readonly fetched: boolean;
}

type Summary = RunEvent & { kind: 'summary' };

export function summaryLines(event: Summary, facts: RunFacts, style: Style): string[] {
  const planned = plannedLine(facts);
  if (planned) return [planned];
  const bad = [...failedLine(event, facts, style), ...rejectedLine(event, style)];
  return bad.length > 0 ? bad : [goodLine(event, facts, style)];
}

/** `4 ran in 1.7 s · reports/judge.html`, `4 fresh, nothing to do (0.06 s)`. */
function goodLine(event: Summary, facts: RunFacts, style: Style): string {
  const { dot } = style.symbols;
  if (event.ran + event.restored === 0) {
    const ending = facts.fetched ? ': these runs came from the remote' : ` (${formatMs(event.ms)})`;
    return `${formatCount(event.fresh)} fresh, nothing to do${ending}`;
  }
  const counts = [
    [event.ran, 'ran'],
    [event.restored, 'restored'],
    [event.fresh, 'fresh'],
  ] as const;
  const what = counts.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  const saved = event.savedMs > 0 ? ` (${formatMs(event.savedMs)} saved)` : '';
  const views = event.views.length > 0 ? ` ${dot} ${event.views.map(visible).join(', ')}` : '';
  return `${what.join(', ')} in ${formatMs(event.ms)}${saved}${views}`;
}

function plannedLine({ planned }: RunFacts): string | undefined {
  const parts = [
    planned.run > 0 ? `${formatCount(planned.run)} would run` : '',
    planned.restore > 0 ? `${formatCount(planned.restore)} would be restored` : '',
    planned.wait > 0 ? `${formatCount(planned.wait)} to be judged after them` : '',
    planned.fresh > 0 ? `${formatCount(planned.fresh)} fresh` : '',
  ].filter((part) => part !== '');
  return planned.run + planned.restore + planned.wait === 0
    ? undefined
    : `${parts.join(', ')} (dry run: nothing was done)`;
}

function failedLine(event: Summary, facts: RunFacts, style: Style): string[] {
  if (facts.failed.length === 0) return [];
  const head = `${names('failed', facts.failed)} ${exitInWords(facts.exit)}`;
  const more = [
    ...(facts.logged ? [`look: mlops logs ${visible(facts.logged)}`] : []),
    ...(event.blocked > 0 ? [`${formatCount(event.blocked)} blocked`] : []),
  ].join(` ${style.symbols.dot} `);
  return [more === '' ? style.color.red(head) : `${padEnd(style.color.red(head), 36)} ${more}`];
}

function rejectedLine(event: Summary, style: Style): string[] {
  const [first] = event.rejected;
  if (first === undefined) return [];
  const head = `${names('gate failed', event.rejected)} ${exitInWords('gate')}`;
  const undo = event.undo ? ` ${style.symbols.dot} undo: ${visible(event.undo)}` : '';
  return [`${padEnd(style.color.red(head), 36)} look: mlops open ${visible(first)}${undo}`];
}

function names(what: string, stages: readonly StageName[]): string {
  const shown = stages.slice(0, 3).map(visible).join(', ');
  return `${what}: ${shown}${stages.length > 3 ? ` and ${stages.length - 3} more` : ''}`;
}
