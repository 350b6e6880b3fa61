// How the pipeline stands in one line, for who reads no other: a status beside a commit, and the first line of a comment.
import { plural } from '../../util/units.ts';
import { oneLine, withoutHalves } from '../markdown/text.ts';
import { metricName, score } from '../report/parts.ts';
import { byWeight, isTold } from './metric-order.ts';
import type { MetricChange, PipelineView, StageView } from './types.ts';
import { isDone, savedInWords } from './words.ts';

export interface VerdictLine {
  /** `bad`: something failed or a gate is broken; `warn`: it holds, and something asks to be looked at. */
  readonly tone: 'good' | 'warn' | 'bad';
  /** Text, no Markdown. */
  readonly words: string;
}

/** The first that applies, worst first. */
export function verdictOf(view: PipelineView): VerdictLine {
  return cancelled(view) ?? failed(view) ?? broken(view) ?? advised(view) ?? behind(view) ?? held(view);
}

/** What GitHub takes as the description of a commit status. */
const STATUS = 140;

export function renderPipelineStatus(view: PipelineView): string {
  const words = oneLine(verdictOf(view).words);
  return words.length <= STATUS ? words : `${withoutHalves(words.slice(0, STATUS - 1))}…`;
}

const bad = (words: string): VerdictLine => ({ tone: 'bad', words });
const warn = (words: string): VerdictLine => ({ tone: 'warn', words });

/** A stage that failed takes those beside it down: that is a failure. */
function cancelled({ run, stages }: PipelineView): VerdictLine | undefined {
  const stopped = !stages.some(hasFailed) && stages.some((each) => each.run?.outcome === 'cancelled');
  if (!stopped && run?.exit !== 'interrupted' && run?.exit !== 'terminated') return undefined;
  const done = stages.filter((each) => each.run && isDone(each)).length;
  return bad(`Cancelled: ${done} of ${plural(stages.length, 'stage')} done`);
}

export function hasFailed({ run, state }: StageView): boolean {
  return run ? run.outcome === 'failed' : state === 'failed';
}

/** With its name, once. */
function failureInWords({ stage, run, why }: StageView): string {
  const message = run?.failure?.message ?? why;
  return message.startsWith(`${stage} `) ? message : `${stage} (${message})`;
}

function failed({ run, stages }: PipelineView): VerdictLine | undefined {
  const all = stages.filter(hasFailed);
  const [only] = all;
  if (only && all.length === 1) return bad(`Failed: ${failureInWords(only)}`);
  if (only) return bad(`${plural(all.length, 'stage')} failed: ${namesOf(all)}`);
  if (!run || run.exit === 'ok' || run.exit === 'gate') return undefined;
  const [first] = run.failures;
  if (first && stages.every((each) => each.run === null))
    return bad(`Nothing was run: ${withoutThat(first.message)}`);
  return bad(`Failed: ${first?.message ?? `${run.command} ended with "${run.exit}"`}`);
}

function withoutThat(message: string): string {
  return message.replace(/^nothing was run: /, '');
}

function broken({ stages }: PipelineView): VerdictLine | undefined {
  const judged = stages.filter((each) => isDone(each) && each.gates && !each.gates.passed);
  const rules = judged.flatMap(({ gates }) => gates!.broken);
  if (judged.length === 0) return undefined;
  if (rules.length === 1) return bad(`A gate is broken: ${ruleAlone(rules[0]!.text)} (${judged[0]!.stage})`);
  const { held: kept, total } = gateCounts(stages);
  return bad(`${total - kept} of ${plural(total, 'gate')} broken in ${namesOf(judged)}`);
}

/** Without what it was compared with, which stands below. */
function ruleAlone(text: string): string {
  return text.split(' · ')[0]!;
}

function advised(view: PipelineView): VerdictLine | undefined {
  const loud = view.stages
    .filter(isDone)
    .filter(({ said }) => said?.advice && said.advice.decision !== 'keep');
  const decision = (['block', 'retrain', 'investigate'] as const).find((each) =>
    loud.some(({ said }) => said?.advice?.decision === each),
  );
  if (decision === undefined) return undefined;
  const advising = loud.filter(({ said }) => said?.advice?.decision === decision);
  const advise = advising.length === 1 ? 'advises' : 'advise';
  return warn(
    `${sentence(gateWords(view.stages) || `${plural(view.stages.length, 'stage')} up to date`)}, but ${namesOf(advising)} ${advise}: ${decision}`,
  );
}

/** Only where nothing was run: `repro` would have brought them up to date. */
function behind({ run, stages }: PipelineView): VerdictLine | undefined {
  const stale = stages.filter(({ state }) => state !== 'fresh' && state !== 'frozen');
  if (run || stale.length === 0) return undefined;
  return warn(
    `Not up to date: ${stale.length} of ${plural(stages.length, 'stage')} would run or be restored`,
  );
}

function held(view: PipelineView): VerdictLine {
  if (isUnchanged(view)) return { tone: 'good', words: unchangedWords(view) };
  const told = byWeight(view).filter(isTold);
  const [moved] = told;
  const [worst] = view.stages.flatMap(({ said }) => said?.worse ?? []);
  const words = [
    gateWords(view.stages) || `${plural(view.stages.length, 'stage')} up to date`,
    ...(moved ? [movedWords(moved, told)] : noneSurely(view)),
    ...(worst ? [`worse where ${worst.slice}`] : []),
  ];
  const ungated = gateCounts(view.stages).total === 0;
  const surely = worst !== undefined || (moved?.better === false && (ungated || moved.chance === 'beyond'));
  return { tone: surely ? 'warn' : 'good', words: sentence(words.join(', ')) };
}

/** Where metrics changed, and none of them surely. */
function noneSurely({ changes: { metrics } }: PipelineView): string[] {
  return metrics.some(({ chance }) => chance === 'within') ? ['no metric changed beyond chance'] : [];
}

/** Nothing ran, nothing was restored, nothing differs from what it is compared with. */
export function isUnchanged({ stages, changes, run, against }: PipelineView): boolean {
  const still = stages.every((each) =>
    each.run
      ? each.run.outcome === 'fresh' || each.run.outcome === 'frozen'
      : each.state === 'fresh' || each.state === 'frozen',
  );
  const same = changes.data.length + changes.params.length + changes.metrics.length === 0;
  return still && same && (against !== null || run !== null);
}

function unchangedWords(view: PipelineView): string {
  const saved = savedInWords(view);
  const gates = gateWords(view.stages);
  return `Nothing changed: ${[`${plural(view.stages.length, 'stage')} fresh`, ...(saved ? [saved] : []), ...(gates ? [gates] : [])].join(', ')}`;
}

/** Of one metric in many files none speaks for the others: they are counted. */
function movedWords({ key, was, now, better }: MetricChange, told: readonly MetricChange[]): string {
  if (told.filter((each) => each.key === key).length >= MANY) {
    const gains = told.filter((each) => each.better).length;
    const losses = told.length - gains;
    return [
      ...(losses > 0 ? [`${plural(losses, 'metric')} worse`] : []),
      ...(gains > 0 ? [`${plural(gains, 'metric')} better`] : []),
    ].join(', ');
  }
  return `${metricName(key)} ${score(was)} → ${score(now)}, ${better ? 'better' : 'worse'}`;
}

function gateCounts(stages: readonly StageView[]): { readonly held: number; readonly total: number } {
  const sum = (pick: 'held' | 'total'): number =>
    stages.filter(isDone).reduce((all, { gates }) => all + (gates?.[pick] ?? 0), 0);
  return { held: sum('held'), total: sum('total') };
}

/** `gates 8/8 hold`; '' where there is none. */
function gateWords(stages: readonly StageView[]): string {
  const { held: kept, total } = gateCounts(stages);
  return total === 0 ? '' : `gates ${kept}/${total} hold`;
}

const NAMED = 3;
const MANY = 3;

function namesOf(stages: readonly StageView[]): string {
  const names = stages.slice(0, NAMED).map(({ stage }) => stage);
  return stages.length > NAMED ? `${names.join(', ')} and ${stages.length - NAMED} more` : names.join(', ');
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
