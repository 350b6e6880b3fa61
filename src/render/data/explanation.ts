// The numbers of an explanation as a table: how much the model relies on each column.
import type { ExplainReport } from '../../ml/explain/report.ts';
import { explainedInWords } from '../../ml/explain/words.ts';
import { formatScore } from '../run/headline.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';

export function renderExplanation(report: ExplainReport, style: Style): string {
  const { minus, ellipsis } = style.symbols;
  const shown = (value: number | null | undefined): string =>
    typeof value === 'number' ? formatScore(value, style.symbols) : minus;
  const importance = new Map(report.importance?.columns.map((each) => [each.name, each]));
  const shap = new Map(report.shap?.columns.map((each) => [each.name, each]));
  const names = (report.importance ?? report.shap)?.columns.map(({ name }) => name) ?? [];
  const right = 'right' as const;
  const columns = [
    { title: 'column' },
    ...(report.importance
      ? [
          { title: `${report.importance.metric} lost`, align: right },
          { title: `${Math.round(report.importance.level * 100)} %` },
        ]
      : []),
    ...(report.shap ? [{ title: 'mean |SHAP|', align: right }] : []),
  ];
  const rows = names.map((name) => {
    const interval = importance.get(name)?.interval;
    return [
      name,
      ...(report.importance
        ? [
            shown(importance.get(name)?.mean),
            interval ? `${shown(interval[0])} ${ellipsis} ${shown(interval[1])}` : '',
          ]
        : []),
      ...(report.shap ? [shown(shap.get(name)?.mean_abs)] : []),
    ];
  });
  const about = `explains ${explainedInWords(report)}, on average ${shown(report.explains.mean)}`;
  return rows.length === 0 ? about : `${about}\n\n${renderTable(columns, rows, style)}`;
}
