// The page of experiments: a table that reads without a script, and what its script works with. Charts are drawn there.
import {
  bestRows,
  type Cell,
  type ExperimentRow,
  type ExperimentTable,
  type PageData,
} from '../../core/experiment-table.ts';
import { plural } from '../../util/units.ts';
import { type Child, h, jsonData, type Markup } from '../markup.ts';
import { renderPage } from '../report/document.ts';
import { type CellForm, cellText, titleOf } from './cells.ts';
import { EXPERIMENTS_CSS } from './page-style.ts';

export interface ExperimentsPage {
  readonly table: ExperimentTable;
  /** Those to show, in order. */
  readonly rows: readonly ExperimentRow[];
  /** The name first. */
  readonly cells: readonly Cell[];
  readonly form: CellForm;
  /** Of src/browser/exp, bundled. */
  readonly script: string;
}

/** Self-contained HTML. */
export function renderExperimentsPage(page: ExperimentsPage): string {
  const title = `Experiments on ${
    page.table.groups
      .map(({ name }) => name)
      .slice(0, 3)
      .join(', ') || 'nothing yet'
  }`;
  return renderPage({
    title,
    header: [
      h('p', { class: 'eyebrow' }, 'Experiments'),
      h('h1', {}, title),
      h('p', { class: 'lead' }, lead(page)),
    ],
    sections: [...(page.rows.length > 0 ? parts(page) : []), jsonData('experiments', dataOf(page))],
    css: EXPERIMENTS_CSS,
    script: page.script,
  });
}

function dataOf({ table, rows, cells, form }: ExperimentsPage): PageData {
  return { table: { ...table, rows }, cells, precision: form.precision ?? null };
}

/** How many there are, and the best of the first metric whose direction is known. */
function lead({ table, rows, form }: ExperimentsPage): string {
  const tried = rows.filter(({ state }) => state !== 'workspace' && state !== 'baseline');
  const at = table.columns.findIndex(({ better }) => better !== null);
  const column = table.columns[at];
  const [best] = column ? bestRows(rows, column, at) : [];
  const words = plural(tried.length, 'experiment');
  if (!column || !best) return `${words}.`;
  return `${words}; best ${column.name} ${cellText(best, { kind: 'value', at }, table.columns, form)}: ${best.name}.`;
}

function parts(page: ExperimentsPage): Markup[] {
  return [
    h(
      'noscript',
      {},
      h('p', { class: 'soft' }, 'Charts, sorting and filtering need a script; the table has everything.'),
    ),
    toolbar(page),
    h(
      'section',
      { id: 'parallel-part', class: 'scripted', 'aria-labelledby': 'parallel-title' },
      partHead(
        'parallel-title',
        'All columns at once',
        'Drag along an axis to keep a range; a line is an experiment.',
      ),
      h('div', { id: 'parallel', class: 'plot scroll' }),
    ),
    h(
      'div',
      { class: 'two scripted' },
      h(
        'section',
        { 'aria-labelledby': 'scatter-title' },
        partHead('scatter-title', 'Two columns'),
        h('div', { id: 'scatter-axes', class: 'choices' }),
        h('div', { id: 'scatter', class: 'plot' }),
      ),
      h(
        'section',
        { 'aria-labelledby': 'chosen-title' },
        partHead('chosen-title', 'Chosen'),
        h('div', { id: 'chosen', class: 'card', 'aria-live': 'polite' }),
      ),
    ),
    h(
      'section',
      { 'aria-labelledby': 'table-title' },
      partHead('table-title', 'Table'),
      h(
        'div',
        { class: 'sheet', tabindex: 0, role: 'region', 'aria-labelledby': 'table-title' },
        tableOf(page),
      ),
    ),
  ];
}

function partHead(id: string, title: string, words?: string): Markup {
  return h(
    'div',
    { class: 'part' },
    h('h2', { id }, title),
    words === undefined ? undefined : h('p', { class: 'soft' }, words),
  );
}

function toolbar({ rows }: ExperimentsPage): Markup {
  return h(
    'div',
    { class: 'toolbar scripted' },
    h(
      'label',
      { class: 'filter' },
      h('span', {}, 'Filter'),
      h('input', {
        id: 'filter',
        type: 'search',
        placeholder: 'accuracy > 0.9 and not state == gate',
        autocomplete: 'off',
        autocapitalize: 'off',
        spellcheck: 'false',
        'aria-describedby': 'filter-problem',
      }),
    ),
    h('label', { class: 'color' }, h('span', {}, 'Colour'), h('select', { id: 'color' })),
    h('div', { id: 'legend', class: 'ramp' }),
    h('output', { id: 'count', for: 'filter' }, plural(rows.length, 'row')),
    h('button', { id: 'clear', type: 'button', disabled: '' }, 'Show all'),
    h('p', { id: 'filter-problem', role: 'alert' }),
  );
}

function tableOf({ table, rows, cells, form }: ExperimentsPage): Markup {
  const { columns } = table;
  const best = cells.map((cell) => {
    const column = cell.kind === 'value' ? columns[cell.at]! : undefined;
    return column?.kind === 'metric' ? bestRows(rows, column, (cell as { at: number }).at) : undefined;
  });
  const numeric = cells.map((cell) => isNumeric(cell, rows));
  const head = cells.map((cell, at) =>
    h(
      'th',
      {
        scope: 'col',
        class: numeric[at] ? 'num' : undefined,
        'data-kind': kindOf(cell, table),
        title: fullName(cell, table),
      },
      titleOf(cell, columns),
    ),
  );
  const body = rows.map((row, index) =>
    h(
      'tr',
      { 'data-row': index, class: row.state },
      cells.map((cell, at) =>
        cell.kind === 'name'
          ? h('th', { scope: 'row' }, nameOf(row))
          : h(
              'td',
              {
                class:
                  [
                    cell.kind === 'state' ? 'state' : '',
                    numeric[at] ? 'num' : '',
                    best[at]?.has(row) ? 'best' : '',
                  ]
                    .filter(Boolean)
                    .join(' ') || undefined,
              },
              cellText(row, cell, columns, form),
            ),
      ),
    ),
  );
  return h('table', { id: 'table' }, h('thead', {}, h('tr', {}, head)), h('tbody', {}, body));
}

function nameOf(row: ExperimentRow): Child {
  const id = row.state === 'baseline' && row.commit !== null ? row.commit.slice(0, 7) : '';
  return [row.name, id === '' || row.name === id ? undefined : [' ', h('small', {}, id)]];
}

function isNumeric(cell: Cell, rows: readonly ExperimentRow[]): boolean {
  if (cell.kind === 'duration') return true;
  if (cell.kind !== 'value') return false;
  return rows.every(({ values }) => typeof (values[cell.at] ?? 0) === 'number');
}

function kindOf(cell: Cell, { columns }: ExperimentTable): string {
  return cell.kind === 'value' ? columns[cell.at]!.kind : 'about';
}

function fullName(cell: Cell, { columns }: ExperimentTable): string | undefined {
  return cell.kind === 'value' ? `${columns[cell.at]!.file}:${columns[cell.at]!.key}` : undefined;
}
