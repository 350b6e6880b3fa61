// The pipeline in a sentence or two: what a hurried reader takes along.
import { plural } from '../../util/units.ts';
import type { Advice } from '../report/types.ts';
import { gatesInWords } from '../run/headline.ts';
import type { PipelineView, StageView } from './types.ts';

/** `4 stages, all fresh. Gates 7/8 held: …` */
export function pipelineInWords(view: PipelineView): string {
  return [stagesInWords(view.stages), gateWords(view.stages), adviceWords(view.stages)]
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

function gateWords(stages: readonly StageView[]): string {
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
    .flatMap(({ stage, report }) => {
      const decision = adviceOf(report);
      return decision === undefined ? [] : [`${stage} advises: ${decision}.`];
    })
    .join(' ');
}

/** What a drift report advises; undefined for any other report. */
export function adviceOf(report: StageView['report']): string | undefined {
  const advice = report?.['advice'] as { readonly decision?: unknown } | undefined;
  return typeof advice?.decision === 'string' ? advice.decision : undefined;
}

/** `Probability that accuracy is more than 0.02 below the reference: 0.38.` */
export function adviceInWords(report: StageView['report']): string {
  const advice = report?.['advice'] as { readonly probability?: Partial<Advice['probability']> } | undefined;
  const { value, event, reason } = advice?.probability ?? {};
  if (typeof value === 'number') return `Probability that ${event}: ${value.toFixed(2)}.`;
  return reason ? `No probability: ${reason}.` : '';
}

export const STATES: { readonly [state in StageView['state']]: readonly [status: string, words: string] } = {
  fresh: ['pass', '✔ fresh'],
  frozen: ['skipped', '– frozen'],
  restorable: ['warn', '↺ restorable'],
  stale: ['warn', '! stale'],
  waiting: ['skipped', '– waits'],
  failed: ['fail', '✖ failed'],
};
