// Which way a metric of somebody's training code is better, as far as its name says so.
import { type Metric, metricFor } from './table.ts';

const WORDS = {
  min: /^(loss|error|err|perplexity|mae|mse|rmse|rmsle|mape|wape|logloss|nll|wer|cer|fid)$/,
  max: /^(acc|accuracy|auc|auroc|f1|precision|recall|sensitivity|specificity|r2|mcc|bleu|iou|dice|ndcg)$/,
} as const;

/** How far data lies from what is usual in it says nothing of how good anything is. */
const NEITHER: ReadonlySet<string> = new Set(['pca_error_reference', 'pca_error_current']);

/** `key`: of a file, such as `valid.loss` or `val/top1_acc`. Undefined: nobody knows. */
export function betterWay(key: string): Metric['better'] | undefined {
  const name = key.split(/[./]/).at(-1)!;
  const known = metricFor(name)?.better;
  if (known) return known;
  if (NEITHER.has(name)) return undefined;
  const words = name.toLowerCase().split(/[_\s-]+/);
  const [low, high] = [WORDS.min, WORDS.max].map((kind) => words.some((word) => kind.test(word)));
  return low === high ? undefined : low ? 'min' : 'max';
}
