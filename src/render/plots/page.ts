// The page of plots: a card a figure, in the order in which they are declared.
import type { Figure, PlotTrouble } from '../../plots/figure.ts';
import { plural } from '../../util/units.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { renderPage, section } from '../report/document.ts';
import { drawFigure } from './draw.ts';
import { PLOTS_CSS } from './style.ts';
import { barsLegend, valuesTable } from './values.ts';

export interface PlotsPage {
  readonly figures: readonly Figure[];
  readonly troubles: readonly PlotTrouble[];
  /** Names of the revisions, in the order of the series. */
  readonly revisions: readonly string[];
  /** Of src/browser/plots, bundled. */
  readonly script: string;
}

export function renderPlotsPage({ figures, troubles, revisions, script }: PlotsPage): string {
  return renderPage({
    title: `Plots: ${revisions.join(', ')}`,
    css: PLOTS_CSS,
    script,
    header: [
      h('p', { class: 'eyebrow' }, 'mlops plots'),
      h('h1', {}, headline(revisions)),
      h(
        'p',
        { class: 'soft' },
        plural(figures.length, 'plot'),
        revisions.length > 2 ? ` of ${revisions.join(', ')}` : undefined,
      ),
    ],
    sections: [
      troubles.length > 0 ? troubleList(troubles) : undefined,
      figures.length > 0
        ? h('section', { class: figures.length < 3 ? 'plots few' : 'plots' }, figures.map(card))
        : undefined,
    ],
  });
}

function headline(revisions: readonly string[]): string {
  const [first, second, ...more] = revisions;
  if (second === undefined) return `Plots of ${first === 'workspace' ? 'the workspace' : first}`;
  return more.length === 0 ? `${first} against ${second}` : `${revisions.length} revisions`;
}

function troubleList(troubles: readonly PlotTrouble[]): Markup | undefined {
  return section(
    'Not drawn',
    h(
      'ul',
      { class: 'missing' },
      troubles.map(({ rev, file, problem }) => h('li', {}, h('code', {}, file), ` of ${rev} ${problem}`)),
    ),
  );
}

function card(figure: Figure): Markup {
  const files = figure.files.filter((file) => file !== figure.title);
  return h(
    'figure',
    { class: 'card' },
    h(
      'figcaption',
      {},
      h('h3', {}, figure.title),
      files.length > 0 ? h('span', { class: 'files' }, files.join(', ')) : undefined,
    ),
    drawFigure(figure).map(({ name, svg }) => [
      name === undefined ? undefined : h('p', { class: 'soft' }, name),
      h('div', { class: 'stage' }, svg),
    ]),
    below(figure),
    figure.notes.length > 0
      ? h(
          'ul',
          { class: 'notes' },
          figure.notes.map((note) => h('li', {}, note)),
        )
      : undefined,
  );
}

function below(figure: Figure): Child {
  switch (figure.kind) {
    case 'lines':
    case 'scatter':
      return valuesTable(figure);
    case 'bars':
      return barsLegend(figure);
    case 'confusion':
      return undefined;
  }
}
