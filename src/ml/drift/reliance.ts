// What a move means to the model: how much it relies on the columns that moved, and what their moves cost.
import { randomFrom } from '../../util/random.ts';
import { type Frame, takeRows } from '../frame/frame.ts';
import { sampleRows } from '../stats/sample.ts';
import { CLASS_METRICS } from './class-metrics.ts';
import type { Course } from './course.ts';
import { type Calibrators, expectedClasses } from './estimate-cbpe.ts';
import type { Estimate } from './estimate-report.ts';
import { importanceOf, reliesOn, weightOf } from './importance.ts';
import type { DriftOptions } from './options.ts';
import { metricFor } from './performance.ts';
import type { Predicted } from './predicted.ts';
import type { BothPredicted } from './predictions.ts';
import type { ColumnReport, ImportanceReport, Pair } from './report.ts';
import { undone } from './undo.ts';

export interface Reliance {
  /** Of the metric that advice is about. */
  readonly estimate: Estimate | null;
  readonly importance: ImportanceReport | null;
  readonly costs: ReadonlyMap<string, number>;
}

/** The model is asked again only when something moved. */
export async function relianceOf(
  options: DriftOptions,
  sides: Pair<Frame>,
  both: BothPredicted,
  course: Course,
  columns: readonly ColumnReport[],
): Promise<Reliance> {
  const metric = metricFor(options, both.predicted.reference.task);
  const estimate = course.estimates.find((each) => each.metric === metric) ?? null;
  const moved = columns.filter(({ drifted }) => drifted);
  if (moved.length === 0) return { estimate, importance: null, costs: new Map() };
  const importance = await importanceOf(both, sides.reference, metric, options);
  const relied = moved.filter(({ column }) => importance && reliesOn(importance, column));
  const most = relied
    .sort((a, b) => weightOf(b, importance) - weightOf(a, importance))
    .slice(0, MOST_COLUMNS);
  const { calibrators } = course;
  const costs =
    calibrators && metric === 'accuracy'
      ? await costsOf(most, sides, both, calibrators, options.seed)
      : new Map<string, number>();
  return { estimate, importance, costs };
}

const MOST_COLUMNS = 5;
const MOST_ROWS = 5000;

/** Estimated accuracy of sampled current rows with one column as it was, less that of the same rows as they are. */
async function costsOf(
  columns: readonly ColumnReport[],
  sides: Pair<Frame>,
  { asked }: BothPredicted,
  calibrators: Calibrators,
  seed: number,
): Promise<Map<string, number>> {
  const costs = new Map<string, number>();
  if (asked === null) return costs;
  const random = randomFrom(seed);
  // Ranks are those among all current rows, so the column is mapped back before rows are sampled.
  const rows = sampleRows(sides.current.rows, MOST_ROWS, random);
  const all = Int32Array.from(rows.keys());
  const accuracy = CLASS_METRICS.find(({ binary }) => binary === 'accuracy')!;
  const estimated = async (frame: Frame): Promise<number> => {
    const answers = await asked.predict(takeRows(frame, rows));
    return Number(accuracy.value(expectedClasses(answersOf(answers), calibrators), all));
  };
  const asIs = await estimated(sides.current);
  for (const { column } of columns) {
    const back = undone(sides.current, column, sides.reference.columns.get(column)!, random);
    costs.set(column, (await estimated(back)) - asIs);
  }
  return costs;
}

function answersOf(predicted: Predicted) {
  if (predicted.task === 'regression') throw new Error('BUG: numbers have no calibrated scores');
  return predicted.answers;
}
