// Events → the lines that stay. Plain output prints them as they come, the live view above its running stages, so
// both leave the same text. Stages in a row that were fresh or restored share a line.
import type { Outcome, RunEvent } from '../../core/event.ts';
import { type ExitName, worstExit } from '../../core/failure.ts';
import type { StageName } from '../../core/ids.ts';
import type { Reason, Verdict } from '../../core/verdict.ts';
import { formatBytes, formatMs, plural } from '../../util/units.ts';
import { renderWarning } from '../failure.ts';
import type { Style } from '../terminal.ts';
import { visible } from '../text-width.ts';
import { type Group, inOrder, joined, PLACES, renderGroup } from './group.ts';
import { reasonsInWords } from './reason.ts';
import { failedLines, keptLines, type Layout, layoutOf, ranLines, wordLine } from './stage-line.ts';
import { type RunFacts, summaryLines } from './summary.ts';

export class Transcript {
  readonly #style: Style;
  #layout: Layout = layoutOf([]);
  #order: readonly StageName[] = [];
  #group: Group | undefined;
  /** Outs written in this run: a dep among them changed because its stage ran, which its line already says. */
  readonly #written = new Set<string>();
  readonly #exits: ExitName[] = [];
  readonly #failed: StageName[] = [];
  #logged: StageName | undefined;
  #planned = { run: 0, restore: 0, wait: 0, fresh: 0 };
  #fetched = false;

  constructor(style: Style) {
    this.#style = style;
  }

  /** What is still held back, when a run ends without a summary. */
  end(): string[] {
    return this.#flush();
  }

  /** The lines that `event` settles, in order; none for events that only a live view shows. */
  add(event: RunEvent): string[] {
    const { symbols, color } = this.#style;
    switch (event.kind) {
      case 'plan':
        this.#layout = layoutOf(event.stages);
        this.#order = event.stages;
        return [];
      case 'output':
      case 'progress':
        return [];
      case 'start':
        return event.attempt > 1
          ? [...this.#flush(), this.#word(event.stage, event.action, `attempt ${event.attempt}`)]
          : [];
      case 'waiting':
        return [...this.#flush(), this.#word(event.stage, 'cmd', `waiting for ${visible(event.for)}`)];
      case 'done':
        return this.#done(event.stage, event.action, event.outcome);
      case 'fetched':
        this.#fetched = true;
        return [...this.#flush(), fetchedLine(event, this.#style)];
      case 'note':
        return [
          ...this.#flush(),
          `${color.dim(`${symbols.dot} ${visible(event.text)}`)}`,
          ...(event.help ? [color.dim(`  ${visible(event.help)}`)] : []),
        ];
      case 'warning':
        return [
          ...this.#flush(),
          ...renderWarning(event.text, event.help, this.#style).trimEnd().split('\n'),
        ];
      case 'summary':
        return this.#summary(event);
    }
  }

  #done(stage: StageName, action: string, outcome: Outcome): string[] {
    const [layout, style] = [this.#layout, this.#style];
    switch (outcome.kind) {
      case 'fresh':
      case 'held':
        if (outcome.gates && !outcome.gates.passed)
          return [
            ...this.#flush(),
            ...keptLines(stage, action, outcome.kind, outcome.gates, [], layout, style),
          ];
        return this.#join({ kind: outcome.kind, stages: [{ stage, action }] });
      case 'restored':
        for (const out of outcome.outs) this.#written.add(out);
        if (outcome.gates && !outcome.gates.passed)
          return [
            ...this.#flush(),
            ...keptLines(stage, action, 'cached', outcome.gates, outcome.headlines, layout, style),
          ];
        return this.#join({ kind: 'restored', stages: [{ stage, action, outcome }] });
      case 'blocked':
        return this.#join({ kind: 'blocked', by: outcome.by, stages: [{ stage, action }] });
      case 'ran': {
        const own = this.#ownReasons(outcome.reasons);
        for (const out of outcome.outs) this.#written.add(out);
        return [...this.#flush(), ...ranLines(stage, action, outcome, own, layout, style)];
      }
      case 'failed':
        this.#exits.push(outcome.failure.exit);
        this.#failed.push(stage);
        if (outcome.logTail.length > 0) this.#logged ??= stage;
        return [...this.#flush(), ...failedLines(stage, action, outcome, layout, style)];
      case 'cancelled':
        return [...this.#flush(), this.#word(stage, action, 'cancelled')];
      case 'planned':
        return this.#plan(stage, action, outcome.verdict);
    }
  }

  #plan(stage: StageName, action: string, verdict: Verdict): string[] {
    const { symbols } = this.#style;
    switch (verdict.kind) {
      case 'fresh':
      case 'held':
        this.#planned.fresh++;
        return this.#join({ kind: verdict.kind, stages: [{ stage, action }] });
      case 'restorable': {
        this.#planned.restore++;
        const saved = verdict.savedMs === undefined ? '' : ` (${formatMs(verdict.savedMs)} saved)`;
        const how = `would be restored from the ${PLACES[verdict.from]}${saved}`;
        return [...this.#flush(), this.#word(stage, action, how, symbols.restored)];
      }
      case 'stale': {
        this.#planned.run++;
        const why = `would run because ${reasonsInWords(verdict.reasons, symbols)}`;
        return [...this.#flush(), this.#word(stage, action, why, symbols.planned)];
      }
      case 'waiting': {
        this.#planned.wait++;
        const on = `depends on what ${verdict.on.map(visible).join(', ')} ${verdict.on.length === 1 ? 'writes' : 'write'}`;
        return [...this.#flush(), this.#word(stage, action, on)];
      }
    }
  }

  #word(stage: StageName, action: string, what: string, mark = this.#style.symbols.same): string {
    return wordLine(mark, stage, action, what, this.#layout, this.#style);
  }

  /** `never-run` needs no words: the whole line is the first run. */
  #ownReasons(reasons: readonly Reason[]): Reason[] {
    return reasons.filter((reason) => {
      if (reason.kind === 'never-run' || reason.kind === 'upstream') return false;
      return !(
        reason.kind === 'changed' &&
        reason.field[0] === 'deps' &&
        isWritten(reason.field[1] ?? '', this.#written)
      );
    });
  }

  #join(next: Group): string[] {
    const both = this.#group && joined(this.#group, next);
    const lines = both ? [] : this.#flush();
    this.#group = both ?? next;
    return lines;
  }

  #flush(): string[] {
    const group = this.#group;
    this.#group = undefined;
    return group ? [renderGroup(inOrder(group, this.#order), this.#layout, this.#style)] : [];
  }

  #summary(event: RunEvent & { kind: 'summary' }): string[] {
    const facts: RunFacts = {
      exit: worstExit(this.#exits),
      failed: this.#failed,
      logged: this.#logged,
      planned: this.#planned,
      fetched: this.#fetched,
    };
    const nothingHappened =
      event.ran + event.restored + event.failed + event.blocked + event.rejected.length === 0 &&
      this.#planned.run + this.#planned.restore + this.#planned.wait === 0;
    // The summary counts the fresh ones; when all are fresh it says everything.
    if (nothingHappened && this.#group?.kind === 'fresh') this.#group = undefined;
    return [...this.#flush(), ...summaryLines(event, facts, this.#style)];
  }
}

function isWritten(dep: string, written: ReadonlySet<string>): boolean {
  for (let path = dep; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/'))))
    if (written.has(path)) return true;
  return [...written].some((out) => out.startsWith(`${dep}/`));
}

/** `↓ 11 objects, 1.9 MB, verified`: what came was checked against its digest before it landed. */
function fetchedLine(event: RunEvent & { kind: 'fetched' }, style: Style): string {
  const mark = style.color.cyan(style.symbols.down);
  return `  ${mark} ${plural(event.objects, 'object')}, ${formatBytes(event.bytes)}, verified`;
}
