// The pipeline in a sentence or two: what a hurried reader takes along.
import { formatBytes, formatCount, formatMs, plural } from '../../util/units.ts';
import { gatesInWords } from '../run/headline.ts';
import type { PipelineView, RunView, StageRun, StageView } from './types.ts';

/** `4 stages, all fresh. Gates 7/8 held: …` */
export function pipelineInWords(view: PipelineView): string {
  return [
    view.run ? ranInWords(view) : stagesInWords(view.stages),
    gateWords(view.stages),
    adviceWords(view.stages),
  ]
    .filter((each) => each !== '')
    .join(' ');
}

function stagesInWords(stages: readonly StageView[]): string {
  const settled = stages.filter(({ state }) => state === 'fresh' || state === 'frozen').length;
  const all = plural(stages.length, 'stage');
  return settled === stages.length
    ? `${all}, all as the workspace has ${stages.length === 1 ? 'it' : 'them'}.`
    : `${settled} of ${all} up to date: the others would run or be restored by mlops repro.`;
}

/** `3 ran, 1 restored, 2 fresh in 1 m 20 s, 2 h 10 m saved by the run cache.` */
function ranInWords(view: PipelineView): string {
  const saved = savedInWords(view);
  const outcomes = outcomesInWords(view.stages);
  if (outcomes === '') return 'Nothing was run.';
  return `${outcomes} in ${formatMs(view.run!.ms)}${saved === '' ? '' : `, ${saved}`}.`;
}

/** `3 ran, 1 restored, 2 fresh`; '' where nothing was run. */
export function outcomesInWords(stages: readonly StageView[]): string {
  const order = Object.keys(OUTCOMES) as StageRun['outcome'][];
  return order
    .map((outcome) => [outcome, stages.filter(({ run }) => run?.outcome === outcome).length] as const)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${formatCount(count)} ${outcome}`)
    .join(', ');
}

/** `2 h 10 m saved by the run cache`; '' where nothing was, or nobody knows. */
export function savedInWords({ run }: PipelineView): string {
  return run && run.savedMs > 0 ? `${formatMs(run.savedMs)} saved by the run cache` : '';
}

/** `pushed 5 objects (332 kB) and 3 runs`; '' where all was there. */
export function pushedInWords({ pushed }: RunView): string {
  if (!pushed || pushed.objects + pushed.runs === 0) return '';
  const { objects, bytes, runs } = pushed;
  return `pushed ${plural(objects, 'object')} (${formatBytes(bytes)}) and ${plural(runs, 'run')}`;
}

function gateWords(all: readonly StageView[]): string {
  const stages = all.filter(isDone);
  const judged = stages.flatMap(({ gates }) => (gates ? [gates] : []));
  if (judged.length === 0) return '';
  const broken = stages.filter(({ gates }) => gates && !gates.passed).map(({ stage }) => stage);
  const counted = gatesInWords(judged).replace('gates ', '');
  return broken.length === 0
    ? `Gates held: ${counted}.`
    : `Gates broken in ${broken.join(', ')} (${counted} held).`;
}

function adviceWords(stages: readonly StageView[]): string {
  return stages
    .filter(isDone)
    .flatMap(({ stage, said }) => (said?.advice ? [`${stage} advises: ${said.advice.decision}.`] : []))
    .join(' ');
}

const STATES: { readonly [state in StageView['state']]: readonly [status: string, words: string] } = {
  fresh: ['pass', '✔ fresh'],
  frozen: ['skipped', '– frozen'],
  restorable: ['warn', '↺ restorable'],
  stale: ['warn', '! stale'],
  waiting: ['skipped', '– waits'],
  failed: ['fail', '✖ failed'],
};

/** Worst first, as they are counted. */
const OUTCOMES: {
  readonly [outcome in StageRun['outcome']]: readonly [status: string, words: string];
} = {
  failed: ['fail', '✖ failed'],
  cancelled: ['fail', '✖ cancelled'],
  blocked: ['skipped', '– blocked'],
  ran: ['pass', '✔ ran'],
  restored: ['pass', '↺ restored'],
  fresh: ['pass', '✔ fresh'],
  frozen: ['skipped', '– frozen'],
};

/** What just happened to it; else how it stands. */
export function stateOf({ run, state }: StageView): readonly [status: string, words: string] {
  return run ? OUTCOMES[run.outcome] : STATES[state];
}

const UNDONE: ReadonlySet<string> = new Set(['failed', 'blocked', 'cancelled']);

/** Its report is of what stands here now, and not of an earlier run. */
export function isDone({ run }: StageView): boolean {
  return run === null || !UNDONE.has(run.outcome);
}
