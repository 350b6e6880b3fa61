// What an advice rests on: numbers that the report has anyway.
import type { Finding } from '../../core/finding.ts';
import type { Estimate } from './estimate-report.ts';
import type { Advice, ColumnReport, ImportanceReport, Pair, Performance } from './report.ts';

export interface AdviceInput {
  readonly columns: readonly ColumnReport[];
  readonly predictions: ColumnReport | null;
  readonly target: ColumnReport | null;
  readonly performance: Performance | null;
  /** Null without labels on both sides. */
  readonly probability: Advice['probability'] | null;
  /** Why there is none. */
  readonly withoutLabels: string;
  /** Of the metric that advice is about, without labels of the current rows. */
  readonly estimate: Estimate | null;
  readonly estimated: Advice['probability'] | null;
  readonly importance: ImportanceReport | null;
  /** Column → what the estimate would gain, had it alone not moved. */
  readonly costs: ReadonlyMap<string, number>;
  /** Area under the ROC curve on both sides. */
  readonly ranking: Pair<number> | null;
  readonly unusualness: number | null;
  readonly findings: readonly Finding[];
  /** Said whatever the decision. */
  readonly caveats: readonly string[];
}
