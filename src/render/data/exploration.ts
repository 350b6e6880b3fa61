// A first look at data as text: what deserves attention, then a line a column.
import type { ColumnSummary, ExploreReport } from '../../ml/explore/report.ts';
import { formatCount, plural } from '../../util/units.ts';
import { percent } from '../chart/frame.ts';
import { formatScore } from '../run/headline.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';
import { visible } from '../text-width.ts';

export function renderExploration({ data, before, warnings }: ExploreReport, style: Style): string {
  const then = new Map(before?.columns.map((column) => [column.column, column]));
  const rows = data.columns.map((column) => rowOf(column, then.get(column.column), style));
  const right = 'right' as const;
  const table = renderTable(
    [
      { title: 'column' },
      { title: 'type' },
      { title: 'missing', align: right },
      { title: 'different', align: right },
      { title: 'mean', align: right },
      ...(before ? [{ title: 'before', align: right }] : []),
      { title: 'median', align: right },
      { title: '' },
    ],
    rows.map((row) => (before ? row : row.filter((_, at) => at !== 5))),
    style,
  );
  const notes = warnings.map(
    ({ column, kind, message }) => `! ${visible(column ?? 'all rows')}: ${visible(message)} (${kind})\n`,
  );
  const size = `${visible(data.path)}: ${plural(data.rows, 'row')}, ${plural(data.columns.length, 'column')}, ${plural(data.duplicates, 'duplicate row')}\n`;
  return `${size}\n${table}${notes.length > 0 ? `\n${notes.join('')}` : ''}`;
}

function rowOf(column: ColumnSummary, was: ColumnSummary | undefined, { symbols }: Style): string[] {
  const { numbers, type } = column;
  const shown = (value: number): string =>
    type === 'datetime' ? new Date(value).toISOString().slice(0, 10) : formatScore(value, symbols);
  return [
    column.column,
    type,
    column.missing === null ? '' : percent(column.missing),
    formatCount(column.distinct),
    numbers ? shown(numbers.mean) : '',
    was?.numbers ? shown(was.numbers.mean) : '',
    numbers ? shown(numbers.quantiles[3]!) : '',
    (column.top ?? [])
      .slice(0, 3)
      .map(([value]) => value)
      .join(', '),
  ];
}
