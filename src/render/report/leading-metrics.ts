// Which metrics are read first: the usual ones of each task, the others follow by name.
import { byCodeUnit } from '../../util/compare.ts';

const LEADING: readonly string[] = [
  'accuracy',
  'f1',
  'f1_macro',
  'precision',
  'recall',
  'roc_auc',
  'roc_auc_ovr',
  'average_precision',
  'root_mean_squared_error',
  'mean_absolute_error',
  'r2',
];

export function leadingFirst(metrics: readonly string[]): string[] {
  const rank = (name: string): number => (LEADING.includes(name) ? LEADING.indexOf(name) : LEADING.length);
  return [...metrics].sort((a, b) => rank(a) - rank(b) || byCodeUnit(a, b));
}
