// `exp show`: experiments under their baselines, or one list when they were sorted; the best of each metric is marked.
import {
  bestRows,
  type Cell,
  type ExperimentRow,
  type ExperimentTable,
  sameCell,
} from '../../core/experiment-table.ts';
import { renderMarkdownTable, renderTable } from '../table.ts';
import type { Style, Symbols } from '../terminal.ts';
import { textWidth, visible } from '../text-width.ts';
import { type CellForm, cellText, titleOf } from './cells.ts';

export interface TableView {
  readonly table: ExperimentTable;
  /** Those to show, in order. */
  readonly rows: readonly ExperimentRow[];
  /** The name first. */
  readonly cells: readonly Cell[];
  /** `tree`: rows are in the order of their groups. */
  readonly order: 'tree' | 'sorted';
  /** The column sorted by is never cut. */
  readonly sorted: Cell | undefined;
  readonly names: 'name' | 'sha';
  readonly form: CellForm & { readonly symbols: Symbols };
}

export interface Rendered {
  readonly text: string;
  /** Titles of columns that had no room. */
  readonly cut: readonly string[];
}

/** In at most `width` columns; names and states are never cut. */
export function renderExperiments(view: TableView, style: Style, width: number): Rendered {
  const { shown, cut } = fitted(view, drawn(view), width);
  const text = renderTable(
    shown.map(({ title, align }) => ({ title, align })),
    view.rows.map((_, at) => shown.map(({ texts }) => texts[at]!)),
    style,
    (cell, row, column) => painted(cell, view.rows[row]!, shown[column]!, style),
  );
  return { text, cut: cut.map(({ title }) => title.trim()) };
}

export function renderExperimentsMarkdown(view: TableView): string {
  const columns = drawn(view);
  return renderMarkdownTable(
    columns.map(({ title, align }) => ({ title: title.trim(), align })),
    view.rows.map((_, at) => columns.map(({ texts }) => texts[at]!.trim())),
  );
}

interface Drawn {
  readonly cell: Cell;
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly texts: readonly string[];
  readonly best: ReadonlySet<ExperimentRow>;
}

function drawn(view: TableView): Drawn[] {
  return view.cells.map((cell) => {
    if (cell.kind === 'name')
      return { cell, title: 'experiment', align: 'left', texts: names(view), best: NONE };
    const { table, rows, form } = view;
    const texts = rows.map((row) => cellText(row, cell, table.columns, form));
    const column = cell.kind === 'value' ? table.columns[cell.at]! : undefined;
    const best = column?.kind === 'metric' ? bestRows(rows, column, (cell as { at: number }).at) : NONE;
    const numeric = cell.kind === 'value' && rows.every((row) => !isWord(row.values[cell.at]));
    const title = titleOf(cell, table.columns);
    const align = numeric || cell.kind === 'duration' ? 'right' : 'left';
    // Figures stay under each other when one of them has an arrow behind it.
    const mark = (text: string, row?: ExperimentRow): string =>
      best.size === 0
        ? text
        : `${text} ${row && best.has(row) ? form.symbols.best : ' '.repeat(textWidth(form.symbols.best))}`;
    return { cell, title: mark(title), align, texts: texts.map((text, at) => mark(text, rows[at])), best };
  });
}

const NONE: ReadonlySet<ExperimentRow> = new Set();

function isWord(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== 'number';
}

/** In a tree experiments hang on their baseline. */
function names({ rows, table, order, names: by, form }: TableView): string[] {
  const called = (row: ExperimentRow): string =>
    by === 'sha' && row.commit !== null ? row.commit.slice(0, 10) : row.name;
  return rows.map((row, at) => {
    if (row.state === 'baseline') {
      const { commit, gone, name } = table.groups[row.group]!;
      const id = commit?.slice(0, 7) ?? '';
      return [called(row), by === 'sha' || name === id ? '' : id, gone ? '(gone)' : '']
        .filter((part) => part !== '')
        .join(' ');
    }
    if (order === 'sorted' || row.state === 'workspace') return called(row);
    const next = rows[at + 1];
    const last = next === undefined || next.group !== row.group || next.state === 'baseline';
    return `${last ? form.symbols.elbow : form.symbols.tee} ${called(row)}`;
  });
}

/** What matters least goes first: how long and when, then the last of what there is more of. */
function fitted(view: TableView, all: readonly Drawn[], width: number): { shown: Drawn[]; cut: Drawn[] } {
  const kindOf = ({ cell }: Drawn): string =>
    cell.kind === 'value' ? view.table.columns[cell.at]!.kind : cell.kind;
  const widths = new Map(all.map((each) => [each, widthOf(each)]));
  const shown = [...all];
  const cut: Drawn[] = [];
  const total = (): number => shown.reduce((sum, each) => sum + widths.get(each)! + 3, -3);
  const leastWanted = (): Drawn | undefined => {
    const free = shown.filter(
      ({ cell }) =>
        !(view.sorted && sameCell(cell, view.sorted)) && cell.kind !== 'name' && cell.kind !== 'state',
    );
    const of = (kind: string): Drawn[] => free.filter((each) => kindOf(each) === kind);
    const [params, metrics] = [of('param'), of('metric')];
    const values = params.length > metrics.length ? params : metrics;
    return of('duration')[0] ?? of('created')[0] ?? of('message')[0] ?? values.at(-1) ?? free.at(-1);
  };
  while (total() > width) {
    const next = leastWanted();
    if (!next) break;
    shown.splice(shown.indexOf(next), 1);
    cut.unshift(next);
  }
  return { shown, cut };
}

function widthOf({ title, texts }: Drawn): number {
  return texts.reduce((most, text) => Math.max(most, textWidth(visible(text))), textWidth(visible(title)));
}

function painted(cell: string, row: ExperimentRow, column: Drawn, { color }: Style): string {
  if (column.best.has(row)) return color.bold(color.green(cell));
  if (column.cell.kind === 'name' && (row.state === 'baseline' || row.state === 'workspace'))
    return color.bold(cell);
  if (column.cell.kind === 'state')
    return row.state === 'done'
      ? color.green(cell)
      : row.state === 'waiting' || row.state === 'running'
        ? color.dim(cell)
        : color.red(cell);
  return column.cell.kind === 'created' || column.cell.kind === 'duration' ? color.dim(cell) : cell;
}
