// One experiment as it went: what was asked, how it ended, and each stage with its time and its log.
import type { Experiment } from '../../core/experiment.ts';
import { overrideWords } from '../../core/experiment.ts';
import type { RunEntry } from '../../core/run-entry.ts';
import { formatMs } from '../../util/units.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';

export interface ExperimentLogFacts {
  readonly experiment: Experiment;
  readonly stages: readonly {
    readonly stage: string;
    readonly run: Pick<RunEntry, 'started' | 'ms' | 'by'> | undefined;
    readonly earlier: boolean;
    readonly log: string | undefined;
  }[];
  /** All that was printed while it ran from the queue. */
  readonly log: string | undefined;
}

export function renderExperimentLog({ experiment, stages, log }: ExperimentLogFacts, style: Style): string {
  const { name, started, ms, ended, baseline, overrides, commit } = experiment;
  const how = ended === 'ok' ? 'ok' : 'a gate said no';
  const asked = overrides.map(overrideWords).join('  ');
  const rows = stages.map(({ stage, run, earlier, log: path }) => [
    stage,
    run ? timeOf(run.started) : 'not known here',
    run ? formatMs(run.ms) : '',
    run?.by.host ?? '',
    earlier ? 'was there before' : '',
    path ?? '',
  ]);
  const columns = ['stage', 'started', 'took', 'on', '', 'log'].map((title) => ({ title }));
  return [
    `${name}  ${style.color.dim(`${commit.slice(0, 7)} on ${baseline.slice(0, 7)}`)}`,
    ...(asked === '' ? [] : [asked]),
    `${timeOf(started)}  ${formatMs(ms)}  ${how}`,
    ...(log === undefined ? [] : [`printed: ${log}`]),
    '',
    renderTable(columns, rows, style),
  ].join('\n');
}

function timeOf(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
