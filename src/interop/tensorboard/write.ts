// A log directory of TensorBoard: a folder a run with one event file, and one above them with the columns of HPARAMS.
import { byCodeUnit } from '../../util/compare.ts';
import { type ExportedFiles, type ExportedRun, endOf, metricPoints, type Point } from '../exported.ts';
import { type Summary, scalar, summaryEvent, text, versionEvent } from './events.ts';
import { experimentInfo, hparamTypes, sessionEnd, sessionStart } from './hparams.ts';
import { recordFile } from './records.ts';

/** TensorBoard reads every file with `tfevents` in its name; one name, so that the next export replaces it. */
export const EVENT_FILE = 'events.out.tfevents.mlops';

/** `runs` are all that the folder will hold, so that the table has their columns. */
export function tensorboardFiles(runs: readonly ExportedRun[]): ExportedFiles {
  const types = hparamTypes(runs);
  const files = runs.map((run): [string, Uint8Array] => [`${run.name}/${EVENT_FILE}`, runFile(run, types)]);
  const first = runs.reduce((least, { started }) => Math.min(least, started), Number.POSITIVE_INFINITY);
  const seconds = runs.length === 0 ? 0 : first / 1000;
  const columns = summaryEvent(seconds, 0, [experimentInfo(runs, types)]);
  return new Map([[EVENT_FILE, recordFile([versionEvent(seconds), columns])], ...files]);
}

/** Of values only the step is known, so all of them have the time at which all of them were there: the end. */
function runFile(run: ExportedRun, types: ReturnType<typeof hparamTypes>): Uint8Array {
  const [start, end] = [run.started / 1000, endOf(run) / 1000];
  const steps = [...summaries(metricPoints(run))].sort(([a], [b]) => a - b);
  return recordFile([
    versionEvent(start),
    summaryEvent(start, 0, [sessionStart(run, types)]),
    summaryEvent(start, 0, [
      text('experiment/text_summary', about(run)),
      text('params/text_summary', table(run)),
    ]),
    ...steps.map(([step, summary]) => summaryEvent(end, step, summary)),
    summaryEvent(end, steps.at(-1)?.[0] ?? 0, [sessionEnd(run)]),
  ]);
}

function summaries(metrics: ReadonlyMap<string, readonly Point[]>): Map<number, Summary> {
  const steps = new Map<number, ReturnType<typeof scalar>[]>();
  for (const name of [...metrics.keys()].sort(byCodeUnit))
    for (const { step, value } of metrics.get(name)!) {
      const at = steps.get(step);
      if (at) at.push(scalar(name, value));
      else steps.set(step, [scalar(name, value)]);
    }
  return steps;
}

function about({ message, commit, baseline, ended }: ExportedRun): string {
  return rows([
    ['message', message],
    ['commit', commit],
    ['baseline', baseline],
    ['ended', ended === 'ok' ? 'ok' : 'a gate said no'],
  ]);
}

function table({ params }: ExportedRun): string {
  const names = [...params.keys()].sort(byCodeUnit);
  return rows(names.map((name) => [name, JSON.stringify(params.get(name))]));
}

function rows(pairs: readonly (readonly [string, string])[]): string {
  const cell = (words: string): string => words.replace(/\s+/g, ' ').replaceAll('|', '\\|');
  return ['| | |', '|-|-|', ...pairs.map(([name, value]) => `| ${cell(name)} | ${cell(value)} |`)].join('\n');
}
