// The table that the page came with: sorted by its titles, rows chosen by click or key, the best of what is shown marked.
import { bestRows, type Cell } from '../../core/experiment-table.ts';
import { type Direction, sortRows, usualDirection } from '../../experiments/table-order.ts';
import { element } from '../dom.ts';
import { once } from './field.ts';
import type { Model } from './model.ts';

export function sheet(table: HTMLTableElement, model: Model): void {
  const body = table.tBodies[0]!;
  const lines = [...body.rows];
  const heads = [...table.tHead!.rows[0]!.cells];
  for (const [at, cell] of model.data.cells.entries()) sortable(heads[at]!, () => sort(cell, at));
  let sorted: { readonly at: number; readonly direction: Direction } | undefined;

  function sort(cell: Cell, at: number): void {
    const usual = usualDirection(model.columns, cell);
    const other = usual === 'asc' ? 'desc' : 'asc';
    const direction = sorted?.at === at && sorted.direction === usual ? other : usual;
    sorted = { at, direction };
    for (const [index, head] of heads.entries()) {
      if (index === at) head.setAttribute('aria-sort', direction === 'asc' ? 'ascending' : 'descending');
      else head.removeAttribute('aria-sort');
    }
    const places = new Map(model.rows.map((row, index) => [row, index]));
    body.append(
      ...sortRows(model.rows, model.columns, cell, direction).map((row) => lines[places.get(row)!]!),
    );
  }

  chosenByHand(body, lines, model);
  const nothing = body.appendChild(nothingShown(heads.length));
  const update = (): void => {
    for (const [at, line] of lines.entries()) line.hidden = !model.shown.has(at);
    nothing.hidden = model.shown.size > 0;
    markBest(lines, model);
  };
  model.on(['rows'], once(update));
  model.on(
    ['mark'],
    once(() => {
      for (const [at, line] of lines.entries()) {
        line.classList.toggle('hover', at === model.hovered);
        line.setAttribute('aria-selected', String(at === model.chosen));
        line.querySelector('button')!.setAttribute('aria-pressed', String(at === model.chosen));
      }
      if (model.chosen !== undefined) bringIntoView(lines[model.chosen]!);
    }),
  );
  update();
}

function sortable(head: HTMLTableCellElement, sort: () => void): void {
  const button = element('button', { type: 'button' }, ...head.childNodes);
  button.addEventListener('click', sort);
  head.append(button);
}

/** The name is a button, so that keys choose a row as a click anywhere in it does. */
function chosenByHand(body: HTMLElement, lines: readonly HTMLTableRowElement[], model: Model): void {
  for (const line of lines) {
    const [name] = line.cells;
    name!.append(element('button', { type: 'button', 'aria-pressed': 'false' }, ...name!.childNodes));
  }
  const rowOf = (event: Event): number | undefined => {
    const line = event.target instanceof Element ? event.target.closest('tr') : null;
    return line?.dataset['row'] === undefined ? undefined : Number(line.dataset['row']);
  };
  body.addEventListener('click', (event) => {
    const row = rowOf(event);
    if (row !== undefined && getSelection()?.isCollapsed !== false) model.choose(row);
  });
  body.addEventListener('pointerover', (event) => model.hover(rowOf(event)));
  body.addEventListener('pointerleave', () => model.hover(undefined));
  body.addEventListener('keydown', (event) => {
    const step =
      event.key === 'ArrowDown'
        ? 'nextElementSibling'
        : event.key === 'ArrowUp'
          ? 'previousElementSibling'
          : undefined;
    if (!step) return;
    let line = (event.target as Element).closest('tr')?.[step];
    while (line instanceof HTMLElement && line.hidden) line = line[step];
    line?.querySelector('button')?.focus();
    event.preventDefault();
  });
}

/** Within the sheet alone: the page stays where its reader is. */
function bringIntoView(line: HTMLTableRowElement): void {
  const area = line.closest<HTMLElement>('.sheet')!;
  const head = line.closest('table')!.tHead!.offsetHeight;
  if (line.hidden) return;
  if (line.offsetTop < area.scrollTop + head) area.scrollTop = line.offsetTop - head;
  else if (line.offsetTop + line.offsetHeight > area.scrollTop + area.clientHeight)
    area.scrollTop = line.offsetTop + line.offsetHeight - area.clientHeight;
}

function nothingShown(columns: number): HTMLTableRowElement {
  return element('tr', { class: 'none' }, element('td', { colspan: columns }, 'No row is like that.'));
}

function markBest(lines: readonly HTMLTableRowElement[], model: Model): void {
  const shown = [...model.shown].map((at) => model.rows[at]!);
  for (const [index, cell] of model.data.cells.entries()) {
    if (cell.kind !== 'value' || model.columns[cell.at]!.kind !== 'metric') continue;
    const best = bestRows(shown, model.columns[cell.at]!, cell.at);
    for (const [at, line] of lines.entries())
      line.cells[index]!.classList.toggle('best', best.has(model.rows[at]!));
  }
}
