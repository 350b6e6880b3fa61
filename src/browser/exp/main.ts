// The script of the page of experiments: takes the table that is there, draws charts beside it, and keeps all in step.
import type { PageData } from '../../core/experiment-table.ts';
import { MlopsError } from '../../core/failure.ts';
import type { CellForm } from '../../render/exp/cells.ts';
import { formatCount } from '../../util/units.ts';
import { byId, element } from '../dom.ts';
import { chosen } from './chosen.ts';
import { legend } from './color.ts';
import { Model } from './model.ts';
import { parallel } from './parallel.ts';
import { fillChoice, scatter } from './scatter.ts';
import { sheet } from './sheet.ts';
import { tipOf } from './tip.ts';

const data = JSON.parse(byId('experiments').textContent!) as PageData;
if (document.getElementById('table')) start(new Model(data));

function start(model: Model): void {
  document.body.classList.add('live');
  const tip = tipOf(model);
  sheet(byId<HTMLTableElement>('table'), model);
  toolbar(model);
  chosen(byId('chosen'), model, formOf(data));
  parallel(byId('parallel'), model, tip);
  scatter(byId('scatter'), model, tip);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && model.chosen !== undefined) model.choose(undefined);
  });
}

function formOf({ precision }: PageData): CellForm {
  const symbols = { done: '✔', failed: '✖', planned: '○', dot: '·', minus: '−', ellipsis: '…' };
  return { now: undefined, precision: precision ?? undefined, symbols };
}

function toolbar(model: Model): void {
  const [filter, problem, count, clear] = [
    byId<HTMLInputElement>('filter'),
    byId('filter-problem'),
    byId('count'),
    byId<HTMLButtonElement>('clear'),
  ];
  filter.addEventListener('input', () => {
    try {
      model.filterBy(filter.value);
      said(filter, problem, undefined);
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      said(filter, problem, error);
    }
  });
  clear.addEventListener('click', () => {
    filter.value = '';
    said(filter, problem, undefined);
    model.showAll();
    filter.focus();
  });
  const counted = (): void => {
    const [shown, all] = [model.shown.size, model.rows.length];
    count.replaceChildren(element('b', {}, formatCount(shown)), ` of ${formatCount(all)} shown`);
    clear.disabled = shown === all && model.filter === '' && model.ranges.size === 0;
  };
  model.on(['rows'], counted);
  counted();
  fillChoice(byId<HTMLSelectElement>('color'), model.axes, model.color, (axis) => model.colorBy(axis));
  const explain = (): void => byId('legend').replaceChildren(...legend(model));
  model.on(['color'], explain);
  explain();
}

/** What is typed may be half a condition: rows stay as they were, and a caret says where it is not one yet. */
function said(filter: HTMLInputElement, problem: HTMLElement, error: MlopsError | undefined): void {
  filter.setAttribute('aria-invalid', String(error !== undefined));
  const [failure] = error?.failures ?? [];
  if (!failure) {
    problem.replaceChildren();
    return;
  }
  const { where } = failure;
  const caret = `${where?.text ?? ''}\n${' '.repeat((where?.column ?? 1) - 1)}${'^'.repeat(where?.length ?? 1)}`;
  problem.replaceChildren(
    failure.message,
    ...(failure.help ? [` · ${failure.help}`] : []),
    element('code', {}, caret),
  );
}
