// Gates on a page: a badge beside the title, and every rule with what it was judged on.
import { type Child, h, type Markup } from '../markup.ts';
import { badge, dataTable, score, signed, sliceName } from './parts.ts';
import type { GatesResult } from './types.ts';

export function gateBadge(gates: GatesResult | undefined): Markup | undefined {
  if (!gates || gates.results.length === 0) return undefined;
  const held = gates.results.filter(({ passed }) => passed).length;
  const words = `${gates.passed ? '✔' : '✖'} gates ${held}/${gates.results.length}${gates.first_run ? ', first run' : ''}`;
  return badge(gates.passed ? 'pass' : 'fail', words);
}

const RULES: { readonly [rule: string]: string } = {
  min: 'at least',
  max: 'at most',
  max_worse_abs: 'may get worse by',
  max_worse_pct: 'may get worse by %',
  min_better_abs: 'must get better by',
  max_gap_abs: 'gap to the compared data at most',
  max_fail: 'anomalies at most',
  max_warn: 'warnings at most',
};

export function gatesTable(gates: GatesResult | undefined): Child {
  if (!gates || gates.results.length === 0) return undefined;
  const table = dataTable(
    [
      { title: 'rule', class: 'name' },
      { title: '' },
      { title: 'value', class: 'num' },
      { title: 'limit', class: 'num' },
      { title: 'baseline', class: 'num' },
      { title: 'change', class: 'num' },
      { title: 'why' },
    ],
    gates.results.map((each) => [
      [
        each.metric,
        each.slice ? ` where ${sliceName(each.slice)}` : '',
        ' ',
        h('small', {}, RULES[each.rule] ?? each.rule),
      ],
      badge(each.passed ? 'pass' : 'fail', each.passed ? '✔ held' : '✖ broken'),
      score(each.value),
      Array.isArray(each.limit) ? each.limit.join(', ') : score(each.limit),
      score(each.baseline),
      each.change === null ? '–' : signed(each.change),
      each.passed ? '' : each.reason,
    ]),
  );
  return [table, against(gates), gates.notes.map((note) => h('p', { class: 'soft' }, note))];
}

function against({ baseline }: GatesResult): Markup | undefined {
  if (!baseline) return undefined;
  const commit = baseline.commit ? [' ', h('code', {}, baseline.commit.slice(0, 10))] : [];
  return h(
    'p',
    { class: 'soft' },
    `Baseline: ${baseline.from}`,
    commit,
    baseline.same_data ? ', on the same rows.' : '.',
  );
}
