// The anomalies of a validation as a table; what each says stands among the notes of its gate.
import type { ValidateReport } from '../../ml/validate/report.ts';
import { formatCount, plural } from '../../util/units.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';

const MAX_ROWS = 30;

export function renderValidation({ findings, summary }: ValidateReport, style: Style): string {
  const { symbols } = style;
  if (findings.length === 0) return `${symbols.done} ${plural(summary.checks, 'check')} held\n`;
  const number = (value: number | null): string => (value === null ? '' : formatCount(value));
  const rows = findings
    .slice(0, MAX_ROWS)
    .map(({ status, subject, check, count, of, accept }) => [
      status === 'warn' ? '!' : symbols.failed,
      subject,
      check,
      number(count),
      number(of),
      accept ?? '',
    ]);
  const table = renderTable(
    [
      { title: '' },
      { title: 'where' },
      { title: 'anomaly' },
      { title: 'count', align: 'right' },
      { title: 'of', align: 'right' },
      { title: 'accept as' },
    ],
    rows,
    style,
  );
  const more = findings.length - rows.length;
  return more > 0 ? `${table}and ${more} more\n` : table;
}
