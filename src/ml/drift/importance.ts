// How much the model relies on its columns, asked on rows of the reference: what tells a move that matters from one that
// does not.
import { randomFrom } from '../../util/random.ts';
import { permutationImportance, permutations } from '../explain/permutation-importance.ts';
import { type Column, type Frame, takeRows } from '../frame/frame.ts';
import { mean } from '../stats/moments.ts';
import { sampleRows } from '../stats/sample.ts';
import type { DriftOptions } from './options.ts';
import type { PerformanceMetric } from './performance.ts';
import { lossesOf, type Predicted } from './predicted.ts';
import type { BothPredicted } from './predictions.ts';
import type { ColumnReport, ImportanceReport } from './report.ts';

const MOST_ROWS = 2000;
const REPEATS = 5;

/**
 * By permutation: what the metric loses when a column is dealt out anew. Without labels, against the model's own answers:
 * how many of them change. Null without a model to ask.
 */
export async function importanceOf(
  { predicted, asked }: BothPredicted,
  reference: Frame,
  metric: PerformanceMetric,
  { target, seed }: DriftOptions,
): Promise<ImportanceReport | null> {
  if (asked === null || reference.rows === 0) return null;
  const random = randomFrom(seed);
  const sampled = sampleRows(reference.rows, MOST_ROWS, random);
  const rows = takeRows(reference, sampled);
  const truth = target !== null && reference.columns.has(target) ? target : null;
  const own = truth === null ? answersColumn(predicted.reference, sampled) : null;
  const judged = own ? withColumn(rows, own) : rows;
  const goodness = (answers: Predicted) => -meanLoss(answers, judged, own?.name ?? truth!, metric);
  const found = await permutationImportance<Predicted>({
    rows: rows.rows,
    groups: asked.features.map((name) => ({ name, columns: [name] })),
    orders: permutations(rows.rows, REPEATS, random),
    predict: (change) => asked.predict(change ? permuted(rows, change.columns, change.order) : rows),
    goodness,
    replicates: 0,
    level: 0.95,
    random,
  });
  const sum = found.groups.reduce((total, each) => total + Math.max(0, each.mean), 0);
  return {
    method: 'permutation',
    metric,
    basis: truth === null ? 'predictions' : 'labels',
    rows: rows.rows,
    repeats: REPEATS,
    columns: found.groups
      .map(({ name, mean: value, std }) => ({
        column: name,
        value,
        std,
        share: sum > 0 ? Math.max(0, value) / sum : 0,
      }))
      .sort((a, b) => b.value - a.value),
  };
}

export const LITTLE = 0.01;
/** Standard errors of the mean of the repeats. */
const BEYOND_CHANCE = 3;

/** Not for a column that the model does not read, nor for one whose importance is chance or next to nothing. */
export function reliesOn(importance: ImportanceReport, column: string): boolean {
  const found = importance.columns.find((each) => each.column === column);
  if (found === undefined || found.share < LITTLE) return false;
  return found.value > (BEYOND_CHANCE * found.std) / Math.sqrt(importance.repeats);
}

/** How far over its limit a column that was tested is, times the share of what the model relies on: which move matters most. */
export function weightOf(column: ColumnReport, importance: ImportanceReport | null): number {
  return overLimit(column) * (importance === null ? 1 : shareOf(importance, column.column));
}

export function overLimit({ decides }: ColumnReport): number {
  return decides!.value / decides!.limit;
}

export function shareOf({ columns }: ImportanceReport, name: string): number {
  return columns.find(({ column }) => column === name)?.share ?? 0;
}

/** Rows without truth do not count. */
function meanLoss(answers: Predicted, frame: Frame, target: string, metric: PerformanceMetric): number {
  const loss = mean(lossesOf(answers, frame, target, metric).filter((each) => !Number.isNaN(each)));
  return metric === 'root_mean_squared_error' ? Math.sqrt(loss) : loss;
}

/** A name that no column of a file has. */
const OWN = ' answer';

function answersColumn(predicted: Predicted, rows: Int32Array): Column {
  if (predicted.task === 'regression')
    return {
      name: OWN,
      kind: 'numeric',
      type: 'float64',
      nulls: 0,
      values: Float64Array.from(rows, (row) => predicted.values[row]!),
    };
  const { known, answers } = predicted;
  const dictionary = [...known].sort();
  const codeOf = known.map((label) => dictionary.indexOf(label));
  const codes = Int32Array.from(rows, (row) => codeOf[answers.predicted[row]!]!);
  return { name: OWN, kind: 'categorical', type: 'string', nulls: 0, codes, dictionary };
}

function withColumn(frame: Frame, column: Column): Frame {
  return { rows: frame.rows, columns: new Map([...frame.columns, [column.name, column]]) };
}

function permuted(frame: Frame, names: readonly string[], order: Int32Array): Frame {
  const moved = takeRows({ rows: frame.rows, columns: pick(frame, names) }, order);
  return { rows: frame.rows, columns: new Map([...frame.columns, ...moved.columns]) };
}

function pick({ columns }: Frame, names: readonly string[]): ReadonlyMap<string, Column> {
  return new Map(names.map((name) => [name, columns.get(name)!]));
}
