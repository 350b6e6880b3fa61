// `evaluate`: a model, or predictions, judged on data with known answers. Options in, report out; nothing is written
// but the predictions that were asked for.
import { resolve } from 'node:path';
import { fail } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { writeParquet } from '../frame/write.ts';
import { defaultMetrics, type Metric, metricFor, metricHelp } from '../metrics/table.ts';
import { reportPaths } from '../report-files.ts';
import { picturesOf } from './details.ts';
import { findingsOf } from './findings.ts';
import { compareRecord, fitFindings } from './fit.ts';
import { judgementsOf } from './judgements.ts';
import { type Judged, type Loaded, withLoaded } from './load.ts';
import { confusionRecord, type Measurable, measurable } from './measure.ts';
import { type EvaluateOptions, evaluateOptionsOf } from './options.ts';
import { pairedTests } from './paired-tests.ts';
import { quantileFindings, quantilesRecord } from './quantiles.ts';
import type { EvaluateDetails, EvaluateReport, Mapping, Task } from './report.ts';
import { rounded } from './round.ts';
import { predictionColumnsOf } from './save-predictions.ts';
import { sliceRecords } from './slices.ts';
import { drawsFor, measure, methodOf } from './uncertainty.ts';

export interface EvaluateIo {
  /** Absolute folder that paths in the options are relative to. */
  readonly cwd: string;
  /** Local name of the stage: stands in the report, and in the default paths. */
  readonly stage: string;
  readonly signal?: AbortSignal;
  /** Lines for the stage's log: what was decided for the user. */
  readonly log?: (line: string) => void;
}

export interface Evaluation {
  readonly report: EvaluateReport;
  readonly details: EvaluateDetails;
  /** For the run record, in no out: device and runtime that were used. */
  readonly uses: JsonObject;
}

/**
 * @param given options that `evaluateShape` and `evaluateProblems` have accepted
 * @throws MlopsError with what is wrong with model, data, or the way they fit
 */
export async function evaluate(given: JsonObject, io: EvaluateIo): Promise<Evaluation> {
  const options = evaluateOptionsOf(given);
  const context = { cwd: io.cwd, signal: io.signal };
  return withLoaded(options, context, (loaded) => evaluationOf(loaded, given, options, io));
}

async function evaluationOf(
  loaded: Loaded,
  given: JsonObject,
  options: EvaluateOptions,
  io: EvaluateIo,
): Promise<Evaluation> {
  const { predictions } = loaded.data;
  const { task } = predictions;
  const all = measurable(loaded.data);
  const metrics = metricsFor(options, task, all);
  const rival = loaded.baseline && measurable(loaded.baseline.judged);
  const sets = rival ? ([all, rival] as const) : ([all] as const);
  if (all.kind === 'classes') refuseOneClass(all.data.truth, loaded.data, options);
  const draws = drawsFor(all.data.truth.length, metrics, all, options);
  const sampling = { draws, level: options.intervals.level };
  const measured = measure(metrics, sets, sampling);
  refuseUnavailable(options, measured.unavailable);
  const labels = predictions.task === 'regression' ? [] : predictions.known.labels;
  const table = all.kind === 'classes' ? confusionRecord(all.data, labels) : null;
  const compare = loaded.compare && compareRecord(loaded.compare, metrics, measured, options);
  const quantiles = all.kind === 'numbers' ? quantilesRecord(all.data, sampling) : null;
  const { draws: sliceDraws, ...slices } = sliceRecords(loaded.data.frame, sets, metrics, options);
  const mapping = mappingOf(loaded, options);
  const judged = judgementsOf(loaded, all, mapping, options);
  const findings = [
    ...findingsOf(loaded, table?.confusion ?? null),
    ...fitFindings(task, loaded, compare),
    ...quantileFindings(quantiles, loaded.data.record),
    ...judged.findings,
  ];
  for (const { message } of findings) io.log?.(message);
  const report: EvaluateReport = {
    schema: 'mlops.evaluate/1',
    stage: io.stage,
    task,
    inputs: loaded.inputs,
    mapping,
    metrics: { ...measured.values, ...judged.metrics },
    intervals: { ...measured.intervals, ...judged.intervals },
    intervals_method: {
      ...methodOf(metrics, measured, all, draws, options),
      slice_row_replicates: slices.slices.length === 0 ? null : (sliceDraws?.ofRows ?? null),
    },
    unavailable: { ...measured.unavailable, ...judged.unavailable },
    classes: table?.classes ?? [],
    confusion: table?.confusion ?? null,
    ...slices,
    compare,
    baseline_model: loaded.baseline &&
      rival && {
        model: loaded.baseline.model,
        ...measured.baseline!,
        tests: pairedTests(all, rival),
      },
    quantiles,
    ...judged.parts,
    findings,
  };
  if (options.save_predictions) {
    const { predictions: path } = reportPaths(given, io.stage);
    await writeParquet(resolve(io.cwd, path), predictionColumnsOf(loaded.data, options));
  }
  const details: EvaluateDetails = {
    schema: 'mlops.evaluate.details/1',
    stage: io.stage,
    task,
    ...picturesOf(all, labels),
  };
  return { report: rounded(report), details: rounded(details), uses: loaded.uses };
}

function metricsFor({ metrics }: EvaluateOptions, task: Task, all: Measurable): readonly Metric[] {
  const quantiles = all.kind === 'numbers' ? all.data.quantiles : null;
  if (metrics === 'default') {
    if (!quantiles) return defaultMetrics(task);
    return quantiles.hasMedian ? defaultMetrics('quantiles', task) : defaultMetrics('quantiles');
  }
  const found = new Map<string, Metric>();
  for (const name of metrics) {
    const metric = metricFor(name, task);
    if (!metric)
      fail('config', `metric "${name}" is not for a ${task} task`, { help: metricHelp(name, task) });
    found.set(metric.name, metric);
  }
  return [...found.values()];
}

/** A metric that was asked for by name must be there; a default one may be missing with its reason. */
function refuseUnavailable({ metrics }: EvaluateOptions, unavailable: EvaluateReport['unavailable']): void {
  const [name] = metrics === 'default' ? [] : Object.keys(unavailable);
  if (name !== undefined)
    fail('config', `metric "${name}" cannot be computed: ${unavailable[name]}`, {
      help: 'take it out of metrics:, or correct what it needs',
    });
}

function refuseOneClass(
  truth: Int32Array,
  { record, predictions }: Judged,
  { target }: EvaluateOptions,
): void {
  if (predictions.task === 'regression' || truth.some((k) => k !== truth[0])) return;
  fail(
    'config',
    `target "${target}" holds one class only in ${record.path}: "${predictions.known.labels[truth[0]!]}" in every row`,
    { help: 'a classifier is judged on rows of every class: correct data: or where:' },
  );
}

function mappingOf({ data, mapped, outputs }: Loaded, options: EvaluateOptions): Mapping {
  const { predictions } = data;
  const common = { target: options.target, weight: options.weight, inputs: mapped };
  if (predictions.task === 'regression') {
    const output = (outputs?.value ?? options.predictions?.value)?.join(', ') ?? null;
    return {
      ...common,
      labels: null,
      labels_from: null,
      positive: null,
      positive_from: null,
      threshold: null,
      scores: null,
      value:
        output === null
          ? null
          : {
              output,
              column: options.predict.value.column ?? 0,
              quantiles: predictions.quantiles?.levels ?? null,
            },
      label_output_agreement: null,
    };
  }
  const { known, positive, classes } = predictions;
  return {
    ...common,
    labels: known.labels,
    labels_from: known.from,
    positive: positive && known.labels[positive.index]!,
    positive_from: positive?.from ?? null,
    threshold: options.threshold,
    scores: classes.kind === null ? null : { output: outputs?.scores ?? 'predictions', kind: classes.kind },
    value: null,
    label_output_agreement: classes.agreement,
  };
}
