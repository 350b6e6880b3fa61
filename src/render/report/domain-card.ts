// How well a model tells the two data sets apart, and by what.
import { formatCount } from '../../util/units.ts';
import { percent } from '../chart/frame.ts';
import { shareStrip } from '../chart/strip.ts';
import { h, type Markup } from '../markup.ts';
import { badge, dataTable, pValue, score } from './parts.ts';
import type { DomainClassifierReport } from './types.ts';

export function domainCard(domain: DomainClassifierReport): Markup {
  const { auroc, ci95, rows, folds, columns, p, limit, drifted } = domain;
  return h(
    'figure',
    { class: 'card' },
    h(
      'h3',
      {},
      'Can a model tell them apart? ',
      drifted ? badge('warn', '! yes') : badge('pass', '✔ hardly'),
    ),
    h('figcaption', {}, inWords(domain)),
    awayTable(domain),
    h(
      'small',
      { class: 'note' },
      `Area under the ROC curve ${score(auroc)} (95 %: ${score(ci95[0])} … ${score(ci95[1])}), limit ${score(limit)}${partsInWords(domain)}, p ${pValue(p)}. Boosted trees learnt from ${formatCount(rows.reference)} reference and ${formatCount(rows.current)} current rows with ${formatCount(columns)} columns, in ${folds} folds: each row was judged by a model that had not seen it.`,
    ),
  );
}

function inWords({ auroc, drifted, reason }: DomainClassifierReport): string {
  if (!drifted) return `${reason}.`;
  const pairs = percent(auroc);
  return `Shown one row of each, a model names the current one in ${pairs} of cases; guessing would be right in half. What gives them away:`;
}

function partsInWords({ limit_from: from, chunks }: DomainClassifierReport): string {
  return from === 'chunks'
    ? ` from ${formatCount(chunks)} parts of the reference, each against the rest`
    : '';
}

const SHOWN = 5;

function awayTable({ importance }: DomainClassifierReport): Markup | undefined {
  const shown = importance.slice(0, SHOWN);
  const scale = Math.max(0, ...shown.map(({ drop }) => drop));
  return dataTable(
    [
      { title: 'column', class: 'name' },
      { title: 'area lost when it is shuffled', class: 'picture' },
      { title: '', class: 'num' },
      { title: 'share of the trees’ gain', class: 'num' },
    ],
    shown.map(({ column, drop, gain }) => [
      column,
      shareStrip(
        Math.max(0, drop),
        scale || 1,
        `${column}: the area falls by ${score(drop)} when it is shuffled`,
      ),
      score(drop),
      percent(gain).replace(' ', '\u00a0'),
    ]),
  );
}
