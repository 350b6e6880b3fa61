// Columns that tell nearly the same: what then can be read wrongly.
import type { Finding } from '../../core/finding.ts';
import { randomFrom } from '../../util/random.ts';
import type { Frame } from '../frame/frame.ts';
import { sampleRows } from '../stats/sample.ts';
import { spearman } from '../stats/spearman.ts';
import type { ColumnGroup } from './permutation-importance.ts';
import type { ExplainReport } from './report.ts';

const LIMIT = 0.8;
/** Rows, and columns, looked at: pairs grow with the square. */
const ROWS = 2000;
const COLUMNS = 100;

/** Pairs of numeric columns of different groups whose rank correlation is over 0.8 either way, the strongest first. */
export function correlatedPairs(
  frame: Frame,
  rows: Int32Array,
  groups: readonly ColumnGroup[],
  seed: number,
): ExplainReport['correlated'] {
  const sampled = sampleRows(rows.length, ROWS, randomFrom(seed)).map((at) => rows[at]!);
  const columns = groups
    .flatMap((group) => group.columns.map((name) => ({ name, group })))
    .flatMap(({ name, group }) => {
      const column = frame.columns.get(name)!;
      return column.kind === 'categorical'
        ? []
        : [{ name, group, values: Float64Array.from(sampled, (row) => column.values[row]!) }];
    })
    .slice(0, COLUMNS);
  return columns
    .flatMap((a, at) =>
      columns.slice(at + 1).flatMap((b) => {
        const value = a.group === b.group ? 0 : spearman(a.values, b.values);
        return Math.abs(value) > LIMIT ? [{ columns: [a.name, b.name] as const, spearman: value }] : [];
      }),
    )
    .sort((a, b) => Math.abs(b.spearman) - Math.abs(a.spearman));
}

export function correlationFindings(pairs: ExplainReport['correlated']): readonly Finding[] {
  return pairs.map(({ columns: [a, b], spearman: value }) => ({
    check: 'correlated_columns',
    subject: `${a}, ${b}`,
    status: 'warn',
    message: `"${a}" and "${b}" tell nearly the same (rank correlation ${value.toFixed(2)}): each alone can look needless because the other stands in, and permuting one makes rows that do not exist; groups: {…: [${a}, ${b}]} measures them together`,
    value,
    limit: LIMIT,
  }));
}
