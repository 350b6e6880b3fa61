import { held, textAt } from '../frame/frame.ts';
import type { ParquetColumn } from '../frame/write.ts';
import type { Judged } from './load.ts';
import type { EvaluateOptions } from './options.ts';

/** What `save_predictions` keeps of each used row, in the order of the data: target, prediction, scores. */
export function predictionColumnsOf(
  { frame, predictions }: Judged,
  { target }: EvaluateOptions,
): readonly ParquetColumn[] {
  const column = held(frame.columns.get(target)!);
  const truth: ParquetColumn = {
    name: target,
    values:
      column.kind === 'numeric'
        ? column.values
        : Array.from({ length: frame.rows }, (_, row) => textAt(column, row)),
  };
  if (predictions.task === 'regression') return [truth, ...valueColumns(predictions)];
  const { labels } = predictions.known;
  const { predicted, scores } = predictions.classes;
  return [
    truth,
    { name: 'predicted', values: Array.from(predicted, (k) => String(labels[k])) },
    ...(scores === null
      ? []
      : labels.map((label, k) => ({
          name: `score[${label}]`,
          values: Float64Array.from(predicted, (_, row) => scores[row * labels.length + k]!),
        }))),
  ];
}

function valueColumns({
  values,
  quantiles,
}: Extract<Judged['predictions'], { readonly task: 'regression' }>): readonly ParquetColumn[] {
  if (quantiles === null) return [{ name: 'predicted', values }];
  const width = quantiles.levels.length;
  return quantiles.levels.map((level, at) => ({
    name: `quantile[${level}]`,
    values: Float64Array.from(values, (_, row) => quantiles.values[row * width + at]!),
  }));
}
