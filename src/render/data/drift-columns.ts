// The columns of a drift report as a table.
import type { ColumnReport, DriftReport } from '../../ml/drift/report.ts';
import { plural } from '../../util/units.ts';
import { byUrgency } from '../drift-order.ts';
import { formatScore } from '../run/headline.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';

const MAX_ROWS = 20;

export function renderDriftColumns(report: DriftReport, style: Style): string {
  const beside = [report.predictions, report.target].filter((column) => column !== null);
  const sorted = byUrgency(report.columns);
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

function rowOf({ column, role, kind, drifted, decides, status, reason }: ColumnReport, style: Style) {
  const { symbols } = style;
  return [
    drifted || status === 'warn' || status === 'fail' || status === 'error'
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
