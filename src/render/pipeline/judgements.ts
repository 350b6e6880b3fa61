// What the judging stages found, in a card each: the decision, the numbers that tell most, and what to look at.
import type { Headline } from '../../core/event.ts';
import { h, type Markup } from '../markup.ts';
import { badge, metricName, signed } from '../report/parts.ts';
import { headlinesJoined } from '../run/headline.ts';
import { PLAIN } from '../terminal.ts';

import type { StageView, WorseSlice } from './types.ts';

/** Stages whose gates are broken come first, then those that ask for something to be done. */
export function judgementCards(stages: readonly StageView[]): Markup | undefined {
  const judged = stages.filter(({ said, page }) => said !== null || page !== null);
  const rank = (view: StageView): number =>
    view.gates && !view.gates.passed ? 0 : (URGENCY[view.said?.advice?.decision ?? ''] ?? 3);
  const cards = [...judged].sort((a, b) => rank(a) - rank(b)).map(card);
  return cards.length === 0 ? undefined : h('div', { class: 'grid' }, cards);
}

const URGENCY: { readonly [decision: string]: number } = { block: 1, retrain: 1, investigate: 2 };

/** How loud the advice is. */
const ADVICE: { readonly [decision: string]: string } = {
  keep: 'pass',
  investigate: 'warn',
  retrain: 'fail',
  block: 'fail',
};

function card(view: StageView): Markup {
  const { stage, action, headlines, gates, said, page } = view;
  const decision = said?.advice?.decision;
  const points = distinct([
    ...(gates?.broken.map(({ text }) => text) ?? []),
    ...(said?.worse ?? []).map(worseInWords),
    ...(said?.points ?? []),
    ...(said?.advice?.reasons ?? []),
  ]);
  return h(
    'article',
    { class: 'card' },
    h('h3', {}, page === null ? stage : h('a', { href: page }, stage), ' ', h('small', {}, action)),
    h(
      'p',
      {},
      decision === undefined ? undefined : [badge(ADVICE[decision] ?? 'skipped', decision), ' '],
      gates === null || gates.total === 0
        ? undefined
        : badge(
            gates.passed ? 'pass' : 'fail',
            `${gates.passed ? '✔' : '✖'} gates ${gates.held}/${gates.total}`,
          ),
    ),
    headlines.length === 0 ? undefined : h('p', {}, h('b', {}, namedHeadlines(headlines))),
    said?.advice ? h('p', { class: 'soft' }, said.advice.odds) : undefined,
    points.length === 0
      ? undefined
      : h(
          'ul',
          {},
          points.slice(0, MAX_POINTS).map((each) => h('li', {}, each)),
        ),
  );
}

const MAX_POINTS = 5;

function worseInWords({ slice, metric, change, than }: WorseSlice): string {
  return `got worse where ${slice}: ${metricName(metric)} ${signed(change)} beside ${than}`;
}

/** The same, with metrics named as people say them. */
export function namedHeadlines(headlines: readonly Headline[]): string {
  const named = headlines.map((each) =>
    typeof each.value === 'number' ? { ...each, name: metricName(each.name) } : each,
  );
  return headlinesJoined(named, PLAIN.symbols);
}

/** What an earlier one says already is not said again. */
function distinct(texts: readonly string[]): string[] {
  return texts.filter(
    (each, at) => each !== '' && !texts.slice(0, at).some((earlier) => earlier.includes(each)),
  );
}
