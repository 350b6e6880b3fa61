// The table that the page came with: sorted by its titles, rows chosen by click or key, the best of what is shown marked.
import { bestRows, type Cell } from '../../core/experiment-table.ts';
import { type Direction, sortRows, usualDirection } from '../../experiments/table-order.ts';
import { formatCount } from '../../util/units.ts';
import { element } from '../dom.ts';
import { once } from './field.ts';
import type { Model } from './model.ts';

/** Rows that stand in the page at once: a browser lays these out in the time of a picture, a thousand not. */
const AT_ONCE = 150;

export function sheet(table: HTMLTableElement, model: Model): void {
  const made = new Sheet(table, model);
  const heads = [...table.tHead!.rows[0]!.cells];
  for (const [at, cell] of model.data.cells.entries()) sortable(heads[at]!, () => made.sort(cell, at, heads));
  model.on(
    ['rows'],
    once(() => made.lay()),
  );
  model.on(
    ['mark'],
    once(() => made.mark()),
  );
  addEventListener('beforeprint', () => made.lay(Number.POSITIVE_INFINITY));
  addEventListener('afterprint', () => made.lay());
}

class Sheet {
  readonly #model: Model;
  readonly #body: HTMLTableSectionElement;
  readonly #area: HTMLElement;
  /** Of every row, in the order of the model. */
  readonly #lines: readonly HTMLTableRowElement[];
  readonly #nothing: HTMLTableRowElement;
  readonly #more: HTMLTableRowElement;
  /** All rows, as they are sorted. */
  #order: readonly number[];
  #sorted: { readonly at: number; readonly direction: Direction } | undefined;
  #marked: readonly (number | undefined)[] = [];

  constructor(table: HTMLTableElement, model: Model) {
    const [body] = table.tBodies;
    const columns = model.data.cells.length;
    this.#model = model;
    this.#body = body!;
    this.#area = table.closest<HTMLElement>('.sheet')!;
    this.#lines = [...body!.rows];
    this.#order = [...this.#lines.keys()];
    this.#nothing = element(
      'tr',
      { class: 'none' },
      element('td', { colspan: columns }, 'No row is like that.'),
    );
    const button = element('button', { type: 'button' });
    this.#more = element('tr', { class: 'more' }, element('td', { colspan: columns }, button));
    button.addEventListener('click', () => this.#grow());
    this.#area.addEventListener('scroll', () => {
      const { scrollTop, clientHeight, scrollHeight } = this.#area;
      if (this.#more.isConnected && scrollTop + clientHeight > scrollHeight - clientHeight) this.#grow();
    });
    chosenByHand(this.#body, this.#lines, model);
    this.lay();
  }

  sort(cell: Cell, at: number, heads: readonly HTMLTableCellElement[]): void {
    const { rows, columns } = this.#model;
    const usual = usualDirection(columns, cell);
    const other = usual === 'asc' ? 'desc' : 'asc';
    const direction = this.#sorted?.at === at && this.#sorted.direction === usual ? other : usual;
    this.#sorted = { at, direction };
    for (const [index, head] of heads.entries()) {
      if (index === at) head.setAttribute('aria-sort', direction === 'asc' ? 'ascending' : 'descending');
      else head.removeAttribute('aria-sort');
    }
    const places = new Map(rows.map((row, index) => [row, index]));
    this.#order = sortRows(rows, columns, cell, direction).map((row) => places.get(row)!);
    this.#area.scrollTop = 0;
    this.lay();
  }

  /** The first of what is shown; the rest when somebody gets there. */
  lay(most = AT_ONCE): void {
    const shown = this.#shown();
    const first = shown.slice(0, most);
    const left = shown.length - first.length;
    this.#more.querySelector('button')!.textContent = `${formatCount(left)} more`;
    this.#body.replaceChildren(
      ...first.map((at) => this.#lines[at]!),
      ...(shown.length === 0 ? [this.#nothing] : left > 0 ? [this.#more] : []),
    );
    this.#markBest(first);
  }

  mark(): void {
    const { chosen, hovered } = this.#model;
    for (const at of new Set([...this.#marked, chosen, hovered])) {
      if (at === undefined) continue;
      const line = this.#lines[at]!;
      line.classList.toggle('hover', at === hovered);
      line.setAttribute('aria-selected', String(at === chosen));
      line.querySelector('button')!.setAttribute('aria-pressed', String(at === chosen));
    }
    const isNew = chosen !== undefined && !this.#marked.includes(chosen);
    this.#marked = [chosen, hovered];
    if (isNew) this.#bringIntoView(chosen);
  }

  #shown(): number[] {
    return this.#order.filter((at) => this.#model.shown.has(at));
  }

  /** Adds rows; a key that asked for them goes on in the first. */
  #grow(): void {
    const before = this.#body.rows.length - 1;
    const asked = this.#more.contains(document.activeElement);
    this.lay(before + AT_ONCE);
    if (asked) this.#body.rows[before]?.querySelector('button')?.focus();
  }

  /** Within the sheet alone: the page stays where its reader is. */
  #bringIntoView(at: number): void {
    const place = this.#shown().indexOf(at);
    if (place < 0) return;
    const line = this.#lines[at]!;
    if (!line.isConnected) this.lay(place + AT_ONCE);
    const area = this.#area;
    const head = line.closest('table')!.tHead!.offsetHeight;
    const end = line.offsetTop + line.offsetHeight;
    if (line.offsetTop < area.scrollTop + head) area.scrollTop = line.offsetTop - head;
    else if (end > area.scrollTop + area.clientHeight) area.scrollTop = end - area.clientHeight;
  }

  /** The best of all that are shown, not only of those laid out. */
  #markBest(laid: readonly number[]): void {
    const { rows, columns, data, shown } = this.#model;
    const compared = [...shown].map((at) => rows[at]!);
    for (const [index, cell] of data.cells.entries()) {
      if (cell.kind !== 'value' || columns[cell.at]!.kind !== 'metric') continue;
      const best = bestRows(compared, columns[cell.at]!, cell.at);
      for (const at of laid) this.#lines[at]!.cells[index]!.classList.toggle('best', best.has(rows[at]!));
    }
  }
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
    const line = (event.target as Element).closest('tr')?.[step];
    line?.querySelector('button')?.focus();
    event.preventDefault();
  });
}
