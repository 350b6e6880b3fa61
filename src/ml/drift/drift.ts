// Two data sets side by side: what changed in the inputs, the predictions, the truth and the performance, and what to do.

import type { ActionContext } from '../../core/action.ts';
import { fail } from '../../core/failure.ts';
import type { Finding } from '../../core/finding.ts';
import type { JsonObject } from '../../core/json.ts';
import { randomFrom } from '../../util/random.ts';
import { rounded } from '../evaluate/round.ts';
import { CELL_LIMITS } from '../frame/cells.ts';
import { type Frame, held } from '../frame/frame.ts';
import { misspelt, requireColumn, type Table, withTables } from '../frame/read.ts';
import { nothingTogether } from '../multivariate/multivariate.ts';
import { advise } from './advice.ts';
import { detailsOf, reportOf } from './assemble.ts';
import { orderCaveats, timeCaveats } from './caveats.ts';
import { type Chunks, chunksOf } from './chunks.ts';
import { type Compared, compareColumns } from './compare.ts';
import { type Course, chunksOver, courseOf } from './course.ts';
import type { ColumnPair } from './draft.ts';
import { type DriftOptions, driftOptionsOf } from './options.ts';
import { featurePair, predictionPair, targetPair } from './pairs.ts';
import { estimatedProbability, metricFor, type Realised, realisedPerformance } from './performance.ts';
import { lossesOf, rankingOf, strangeTruth } from './predicted.ts';
import { type BothPredicted, withPredictions } from './predictions.ts';
import { openReference, type Reference } from './reference.ts';
import { relianceOf } from './reliance.ts';
import type { ColumnReport, DriftDetails, DriftReport, Pair } from './report.ts';
import { checkSchema } from './schema.ts';
import { columnsTogether, usedColumns } from './together.ts';

export interface DriftResult {
  readonly report: DriftReport;
  readonly details: DriftDetails;
  /** Device and runtime that made the predictions; empty without a model. */
  readonly uses: JsonObject;
}

/**
 * `json` fits `driftShape`; paths are relative to `io.cwd`. That something drifted is an answer, never an error.
 * @throws MlopsError for data or a model that cannot be read, and when not one column could be tested.
 */
export async function drift(json: JsonObject, io: ActionContext): Promise<DriftResult> {
  const options = driftOptionsOf(json);
  const reference = openReference(options.reference, io.cwd);
  const overrides = { ...reference.overrides, ...options.columns };
  const reading = { cwd: io.cwd, overrides, signal: io.signal, limits: CELL_LIMITS };
  return withTables([reference.source, options.current], reading, async (opened) => {
    const tables = { reference: opened.tables[0]!, current: opened.tables[1]! };
    requireNamed(options, tables);
    const [before, now] = await opened.read(({ names }) => names);
    return compareSides(json, options, reference, tables, { reference: before!, current: now! }, io);
  });
}

function requireNamed({ time, target }: DriftOptions, tables: Pair<Table>): void {
  if (target !== null) requireColumn(tables.reference, target, 'target');
  if (time.column === null) return;
  requireColumn(tables.reference, time.column, 'time column');
  requireColumn(tables.current, time.column, 'time column');
}

async function compareSides(
  json: JsonObject,
  options: DriftOptions,
  reference: Reference,
  tables: Pair<Table>,
  sides: Pair<Frame>,
  io: ActionContext,
): Promise<DriftResult> {
  const names = [...tables.reference.names, ...tables.current.names];
  for (const line of misspelt(options.exclude, names)) io.log(line);
  const notFeatures = new Set([options.target, options.time.column].filter((name) => name !== null));
  const excluded = new Set([...notFeatures, ...options.exclude]);
  const schema = checkSchema(sides.reference, sides.current, isDeclared(options), excluded);
  const about = { options, reference, tables, sides, excluded, schema, io };
  if (schema.findings.some(({ status }) => status === 'fail')) return resultOf(about, null);
  return withPredictions(json, options.target, notFeatures, sides, io, (made) => {
    const readable = { ...about, readable: true };
    if (made === null || !('blocked' in made)) return resultOf(readable, made);
    return resultOf({ ...readable, schema: withFinding(schema, made.blocked) }, null);
  });
}

interface About {
  readonly io: ActionContext;
  readonly options: DriftOptions;
  readonly reference: Reference;
  readonly tables: Pair<Table>;
  readonly sides: Pair<Frame>;
  /** No features. */
  readonly excluded: ReadonlySet<string>;
  readonly schema: ReturnType<typeof checkSchema>;
  /** The sides fit each other, so that something must be testable. */
  readonly readable?: boolean;
}

function withFinding(schema: About['schema'], finding: Finding): About['schema'] {
  return { ...schema, findings: [...schema.findings, finding] };
}

async function resultOf(about: About, predicted: BothPredicted | null): Promise<DriftResult> {
  const { io, options, reference, tables, sides, excluded, schema } = about;
  const chunks = chunksFor(options, sides);
  const parts = chunks.length || reference.chunks;
  const followed = options.time.column !== null || options.time.chunk !== null;
  const over = followed || predicted !== null ? chunksOver(options, sides) : [];

  const pairs = schema.shared
    .filter((name) => !excluded.has(name) && !predicted?.columns.includes(name))
    .map((name) => featurePair(name, sides, options, reference));
  const compare = (each: readonly ColumnPair[]): Compared =>
    compareColumns(each, options, chunks, followed ? over : []);
  const alone = (pair: ColumnPair | null): Compared | null => pair && compare([pair]);
  const features = compare(pairs);
  const predictions = alone(predicted && predictionPair(predicted, options));
  const target = alone(targetPair(options, sides, predicted));
  const compared = [features, ...(predictions ? [predictions] : []), ...(target ? [target] : [])];
  if (about.readable) refuseNothingTested(compared.flatMap(({ columns }) => columns));

  const strange = predicted ? strangeLabels(options, sides, predicted, tables) : [];
  const judged = strange.length === 0 ? predicted : null;
  const realised = judged && realise(options, sides, judged);
  const used = usedColumns(pairs);
  const course = judged && courseOf(options, sides, judged.predicted, used, over);
  const together = about.readable
    ? await columnsTogether(options, reference, sides, used, chunks, io)
    : nothingTogether('the current data cannot be read as the reference was');
  const findings = [
    ...schema.findings,
    ...strange,
    ...compared.flatMap((each) => each.findings),
    ...together.findings,
  ];
  const tested = features.columns.filter(({ decides }) => decides).map(({ column }) => column);
  const relied = judged && course && (await relianceOf(options, sides, judged, course, features.columns));
  const advice = advise(
    {
      columns: features.columns,
      predictions: predictions?.columns[0] ?? null,
      target: target?.columns[0] ?? null,
      performance: realised?.performance ?? null,
      probability: realised?.probability ?? null,
      withoutLabels: reasonWithoutLabels(options, sides, predicted, course),
      estimate: relied?.estimate ?? null,
      estimated: relied?.estimate ? estimatedProbability(relied.estimate, options.advice.tolerance) : null,
      importance: relied?.importance ?? null,
      costs: relied?.costs ?? new Map(),
      ranking: realised && predicted && rankings(options.target!, sides, predicted),
      unusualness: features.unusualness,
      findings,
      caveats: [
        ...timeCaveats(sides.reference, tested, options, parts),
        ...orderCaveats(options, course !== null && course.realised.length > 0),
      ],
    },
    options.advice,
  );
  const facts = {
    ...{
      stage: io.stage,
      options,
      reference,
      sides,
      tables,
      features,
      predictions,
      target,
      predicted,
      realised,
    },
    ...{ together, chunks: parts, over, course, findings, advice },
    ...{ estimate: relied?.estimate ?? null, importance: relied?.importance ?? null },
  };
  return {
    report: rounded(reportOf(facts)),
    details: rounded(detailsOf(facts)),
    uses: { ...predicted?.uses, ...together.uses },
  };
}

/** Whoever says what a column is, answers for what it holds. */
function isDeclared({ columns }: DriftOptions): (name: string) => boolean {
  return (name) => {
    const override = columns[name];
    return override?.kind !== undefined || override?.type !== undefined || override?.test !== undefined;
  };
}

function chunksFor({ time, minRows }: DriftOptions, { reference, current }: Pair<Frame>): Chunks {
  if (time.column === null || !time.calibrate) return [];
  const column = (frame: Frame) => held(frame.columns.get(time.column!)!);
  // As long as the window; where the reference is too short for that, as long as chunks were asked to be.
  const windows = chunksOf(column(reference), column(current), null, minRows);
  return windows.length >= 2 || time.chunk === null
    ? windows
    : chunksOf(column(reference), column(current), time.chunk, minRows);
}

function realise(options: DriftOptions, sides: Pair<Frame>, { predicted }: BothPredicted): Realised | null {
  const { target, time } = options;
  if (target === null || !sides.reference.columns.has(target) || !sides.current.columns.has(target))
    return null;
  const metric = metricFor(options, predicted.reference.task);
  const both = <T>(of: (side: 'reference' | 'current') => T): Pair<T> => ({
    reference: of('reference'),
    current: of('current'),
  });
  const losses = both((side) => lossesOf(predicted[side], sides[side], target, metric));
  const times = time.column === null ? null : both((side) => held(sides[side].columns.get(time.column!)!));
  return realisedPerformance(metric, losses, times, options.advice.tolerance, randomFrom(options.seed));
}

/**
 * Truth that the model cannot mean: in the reference it is a mistake in the options, and where it is all that the current
 * rows hold, the labels are spelled otherwise. A new class among known ones counts as so many errors.
 */
function strangeLabels(
  { target }: DriftOptions,
  sides: Pair<Frame>,
  { predicted }: BothPredicted,
  tables: Pair<Table>,
): Finding[] {
  if (target === null || predicted.reference.task === 'regression') return [];
  const { known } = predicted.reference;
  const strangeIn = (side: 'reference' | 'current') =>
    sides[side].columns.has(target) ? strangeTruth(predicted[side], sides[side], target) : null;
  const before = strangeIn('reference');
  if (before)
    fail(
      'config',
      `target "${target}" of ${tables.reference.path} holds "${before.value}", which is not one of the labels`,
      { help: `labels: ${known.join(', ')}` },
    );
  const now = strangeIn('current');
  if (!now?.only) return [];
  const message = `holds "${now.value}" and none of the labels ${known.join(', ')}`;
  return [{ check: 'labels', subject: target, status: 'fail', message, value: null, limit: null }];
}

function rankings(target: string, sides: Pair<Frame>, { predicted }: BothPredicted): Pair<number> | null {
  const reference = rankingOf(predicted.reference, sides.reference, target);
  const current = rankingOf(predicted.current, sides.current, target);
  return reference === null || current === null ? null : { reference, current };
}

function reasonWithoutLabels(
  { target }: DriftOptions,
  sides: Pair<Frame>,
  predicted: BothPredicted | null,
  course: Course | null,
): string {
  if (!predicted) return 'there is no model and no predictions';
  const unavailable = course?.unavailable ? `, and nothing is estimated: ${course.unavailable}` : '';
  if (target === null) return 'no target is named, and an estimate needs the truth of the reference';
  if (!sides.current.columns.has(target)) return `the current data has no column "${target}"${unavailable}`;
  return `a side has no row with both truth and prediction${unavailable}`;
}

/** A report of nothing would read as "no drift". */
function refuseNothingTested(columns: readonly ColumnReport[]): void {
  if (columns.some(({ decides }) => decides)) return;
  const reasons = [...new Set(columns.map(({ column, reason }) => `${column}: ${reason}`))].slice(0, 3);
  fail('stage', 'no column could be tested', reasons.length > 0 ? { help: reasons.join('\n') } : {});
}
