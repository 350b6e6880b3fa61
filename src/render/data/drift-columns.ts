// The columns of a drift report as a table: those that moved most, measured by their own limit, first.
import type { ColumnReport, DriftReport } from '../../ml/drift/report.ts';
import { plural } from '../../util/units.ts';
import { formatScore } from '../run/headline.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';

const MAX_ROWS = 20;

export function renderDriftColumns(report: DriftReport, style: Style): string {
  const beside = [report.predictions, report.target].filter((column) => column !== null);
  const sorted = [...report.columns].sort((a, b) => moved(b) - moved(a));
  const shown = sorted.slice(0, MAX_ROWS);
  const table = renderTable(
    [
      { title: '' },
      { title: 'column' },
      { title: 'kind' },
      { title: 'by' },
      { title: 'value', align: 'right' },
      { title: 'limit', align: 'right' },
      { title: '' },
    ],
    [...beside, ...shown].map((column) => rowOf(column, style)),
    style,
  );
  const more = sorted.length - shown.length;
  return more > 0 ? `${table}and ${plural(more, 'column')} that moved less\n` : table;
}

function moved({ decides }: ColumnReport): number {
  return decides ? decides.value / decides.limit : -1;
}

function rowOf({ column, role, kind, drifted, decides, status, reason }: ColumnReport, style: Style) {
  const { symbols } = style;
  return [
    drifted || status === 'fail' || status === 'error'
      ? symbols.failed
      : decides
        ? symbols.done
        : symbols.same,
    column,
    role === 'feature' ? kind : role,
    decides ? decides.effect : '',
    decides ? formatScore(decides.value, symbols) : '',
    decides ? formatScore(decides.limit, symbols) : '',
    drifted ? 'drifted' : decides && status === 'pass' && decides.value < decides.limit ? '' : reason,
  ];
}
