// The numbers of an explanation: a table of how much the model relies on each column, and how each row that was asked for
// came to its answer.
import type { ExplainReport, LocalExplanation } from '../../ml/explain/report.ts';
import { explainedInWords } from '../../ml/explain/words.ts';
import { formatScore } from '../run/headline.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';

export function renderExplanation(
  report: ExplainReport,
  rows: readonly LocalExplanation[],
  style: Style,
): string {
  const single = rows.flatMap((each) => ['', ...renderRow(each, style)]).join('\n');
  return `${renderColumns(report, style)}${single}`;
}

/** Parts of an answer that fit on a line. */
const PARTS = 5;

function renderRow({ row, answer, actual, shap, lime, anchor }: LocalExplanation, style: Style): string[] {
  const { minus } = style.symbols;
  const shown = (value: number): string => formatScore(value, style.symbols);
  const signed = (value: number): string => `${value < 0 ? minus : '+'}${shown(Math.abs(value))}`;
  const largest = <T>(parts: readonly T[], size: (part: T) => number): T[] =>
    parts.toSorted((a, b) => Math.abs(size(b)) - Math.abs(size(a))).slice(0, PARTS);
  const truth = actual === null ? '' : `, in truth ${String(actual)}`;
  const byShap = shap && largest(shap.parts, ({ value }) => value);
  const byLime = lime && largest(lime.parts, ({ weight }) => weight);
  return [
    `row ${row}: ${shown(answer)}${truth}`,
    ...(byShap
      ? [`  shap     ${byShap.map(({ name, value }) => `${name} ${signed(value)}`).join(', ')}`]
      : []),
    ...(byLime
      ? [`  lime     ${byLime.map(({ condition, weight }) => `${condition} ${signed(weight)}`).join(', ')}`]
      : []),
    ...(anchor
      ? [
          `  anchor   ${anchor.conditions.join(' and ') || 'whatever the row'} (precision ${shown(anchor.precision)})`,
        ]
      : []),
  ];
}

function renderColumns(report: ExplainReport, style: Style): string {
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
