// The row that was chosen, in full.

import type { Cell } from '../../core/experiment-table.ts';
import type { CellForm } from '../../render/exp/cells.ts';
import { cellText, titleOf } from '../../render/exp/cells.ts';
import { element } from '../dom.ts';
import type { Model } from './model.ts';

export function chosen(card: HTMLElement, model: Model, form: CellForm): void {
  const update = (): void =>
    card.replaceChildren(...(model.chosen === undefined ? [hint()] : about(model, model.chosen, form)));
  model.on(['mark'], () => {
    if (card.dataset['row'] === String(model.chosen)) return;
    card.dataset['row'] = String(model.chosen);
    update();
  });
  update();
}

function hint(): HTMLElement {
  return element(
    'p',
    { class: 'soft' },
    'Click a line, a dot or a row to see all of it here. Escape lets go.',
  );
}

function about({ rows, columns, data }: Model, at: number, form: CellForm): HTMLElement[] {
  const row = rows[at]!;
  const states: { readonly [state: string]: string } = {
    done: 'good',
    gate: 'bad',
    failed: 'bad',
    killed: 'bad',
  };
  const text = (cell: Cell): string => cellText(row, cell, columns, form);
  const facts = [
    text({ kind: 'created' }),
    text({ kind: 'duration' }),
    row.baseline && `on ${row.baseline}`,
    row.commit?.slice(0, 7),
  ];
  const cells = columns
    .map((_, index): Cell => ({ kind: 'value', at: index }))
    .filter((cell) => text(cell) !== '');
  const differing = cells.filter(
    (cell) => cell.kind === 'value' && (columns[cell.at]!.differs || columns[cell.at]!.kind === 'metric'),
  );
  const parts = [
    element(
      'div',
      { class: 'chosen-head' },
      element('h3', {}, row.name),
      element('span', { class: `badge ${states[row.state] ?? 'neutral'}` }, row.state),
    ),
    element('p', { class: 'soft' }, facts.filter(Boolean).join(' · ')),
    ...(row.message ? [element('p', {}, row.message)] : []),
    ...(row.failure ? [element('p', { class: 'bad' }, row.failure)] : []),
    element(
      'dl',
      { class: 'chosen-values' },
      ...differing.map((cell) =>
        element('div', {}, element('dt', {}, titleOf(cell, columns)), element('dd', {}, text(cell))),
      ),
    ),
  ];
  const isExperiment = row.state === 'done' || row.state === 'gate';
  return isExperiment && data ? [...parts, command(`mlops exp apply ${row.name}`)] : parts;
}

/** Browsers may refuse the clipboard to a page from a file: then the words are selected instead. */
function command(words: string): HTMLElement {
  const code = element('code', {}, words);
  const button = element('button', { type: 'button' }, 'Copy');
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(words);
      button.textContent = 'Copied';
    } catch {
      getSelection()?.selectAllChildren(code);
    }
  });
  return element('div', { class: 'copy' }, code, button);
}
