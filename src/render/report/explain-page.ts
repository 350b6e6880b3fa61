// The page of an explanation: what the model relies on, how its answers come about, and how far that may be believed.
import { explainedInWords, reliedOn } from '../../ml/explain/words.ts';
import { formatCount } from '../../util/units.ts';
import { signedStrip, spreadStrip } from '../chart/signed-strip.ts';
import { intervalStrip } from '../chart/strip.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { renderPage, section } from './document.ts';
import { dependencePart } from './explain-dependence.ts';
import { localPart } from './explain-local.ts';
import {
  dataTable,
  facts,
  findingsTable,
  foldedTable,
  inputFacts,
  metricName,
  score,
  signed,
  unavailableTable,
} from './parts.ts';
import type { ExplainDetails, ExplainReport } from './types.ts';

/** Self-contained HTML; equal reports make equal bytes. */
export function renderExplainPage(report: ExplainReport, details: ExplainDetails | undefined): string {
  return renderPage({
    title: `${report.stage} · explanation`,
    header: header(report),
    sections: [
      section('What the model relies on', importancePart(report)),
      section('How its answers come about', shapPart(report, details)),
      section('What happens when a column changes', details ? dependencePart(report, details) : undefined),
      section('A small tree that imitates it', surrogatePart(report)),
      section('Single rows', details ? localPart(report, details) : undefined),
      section('Findings', findingsTable(report.findings)),
      section('Not computed', unavailableTable(report.unavailable)),
      section('What was measured', measuredPart(report)),
    ],
  });
}

function header(report: ExplainReport): Child {
  const relied = reliedOn(report);
  const most =
    relied === null
      ? ''
      : relied.length === 0
        ? ' No column was found that it relies on.'
        : ` The model relies most on ${new Intl.ListFormat('en').format(relied)}.`;
  return [
    h('p', { class: 'eyebrow' }, 'Explanation'),
    h('h1', {}, report.stage),
    h(
      'p',
      { class: 'lead' },
      `Explains ${explainedInWords(report)}, on average ${score(report.explains.mean)}.${most}`,
    ),
    h(
      'p',
      { class: 'soft' },
      'This says what the model uses, not what causes what: a column can matter here because it goes along with the true cause.',
    ),
  ];
}

/** Of many columns those that matter most stand open. */
const OPEN = 12;

function importancePart({ importance }: ExplainReport): Child {
  if (!importance) return undefined;
  const { columns, metric, baseline, rows, repeats, level } = importance;
  const ends = columns.flatMap(({ mean, interval }) => [mean, 0, ...(interval ?? [])]);
  const domain = [Math.min(...ends), Math.max(...ends)] as const;
  const certain = `${Math.round(level * 100)} %`;
  return [
    h(
      'p',
      {},
      `How much worse ${metricName(metric)} (${score(baseline)}) gets when the values of a column are dealt out to the rows at random. Near 0: the model does as well without. An interval that holds 0 may be chance.`,
    ),
    foldedTable(
      [
        { title: 'column', class: 'name' },
        { title: 'lost', class: 'num' },
        { title: certain, class: 'num' },
        { title: '', class: 'picture' },
      ],
      columns.map(({ name, mean, interval }) => [
        name,
        score(mean),
        interval ? `${score(interval[0])} … ${score(interval[1])}` : '–',
        intervalStrip(
          { value: mean, ...(interval ? { low: interval[0], high: interval[1] } : {}) },
          domain,
          0,
          `${name}: ${score(mean)}${interval ? `, from ${score(interval[0])} to ${score(interval[1])}` : ''}`,
        ),
      ]),
      OPEN,
      'columns, which matter less',
    ),
    h(
      'p',
      { class: 'soft' },
      `${formatCount(rows)} rows, each column dealt out ${repeats} times; intervals over rows and deals.`,
    ),
  ];
}

function shapPart(report: ExplainReport, details: ExplainDetails | undefined): Child {
  const { shap } = report;
  if (!shap) return undefined;
  const strips = new Map(details?.shap.map((each) => [each.name, each]));
  const way =
    shap.method === 'exact'
      ? 'Exact, over all combinations of columns.'
      : `Estimated with ${shap.permutations} orders of the columns, each walked both ways; ± is a row's standard error.`;
  return [
    h(
      'p',
      {},
      `Each answer is shared out among the columns (SHAP): a part above 0 pushes ${explainedInWords(report)} up, one below 0 pulls it down, and all parts of a row add up to its answer less the average.`,
    ),
    foldedTable(
      [
        { title: 'column', class: 'name' },
        { title: 'mean size', class: 'num' },
        ...(shap.method === 'exact' ? [] : [{ title: '±', class: 'num' as const }]),
        { title: 'more of it' },
        { title: 'parts of all rows', class: 'picture' },
      ],
      shap.columns.map(({ name, mean_abs, error, direction }) => {
        const found = strips.get(name);
        return [
          name,
          score(mean_abs),
          ...(shap.method === 'exact' ? [] : [score(error)]),
          directionInWords(direction),
          found
            ? spreadStrip(found.counts, found.value_rank, spreadInWords(name, found.edges, found.counts))
            : undefined,
        ];
      }),
      OPEN,
      'columns, which matter less',
    ),
    h(
      'p',
      { class: 'soft' },
      `Left pulls down, right pushes up; a strip is blue where the column's own value is high, grey where it is low. ${formatCount(shap.rows)} rows beside ${formatCount(shap.background.rows)} rows of the ${shap.background.from === 'data' ? 'same data' : 'reference'} as background. ${way}`,
    ),
  ];
}

/** How sure a monotone relation is before it gets a word. */
const CLEAR = 0.5;

function directionInWords(direction: number | null): string {
  if (direction === null) return '–';
  if (Math.abs(direction) < CLEAR) return 'no one way';
  return direction > 0 ? '↑ pushes up' : '↓ pulls down';
}

function spreadInWords(name: string, edges: readonly number[], counts: readonly number[]): string {
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  return `${name}: parts from ${score(edges[first])} to ${score(edges[last + 1])}`;
}

function surrogatePart(report: ExplainReport): Child {
  const { surrogate } = report;
  if (!surrogate || surrogate.rules.length === 0) return undefined;
  const { fidelity, rules, rows } = surrogate;
  const most = Math.max(...rules.map(({ answer }) => Math.abs(answer - report.explains.mean)));
  return [
    h(
      'p',
      {},
      `These ${rules.length} rules give nearly the model's answers: they explain ${Math.round(100 * fidelity!)} % of how its answers differ, measured on ${formatCount(rows.held_out)} rows they were not made from. What they leave out, they do not tell.`,
    ),
    dataTable(
      [
        { title: 'when', class: 'name' },
        { title: 'answer', class: 'num' },
        { title: 'rows', class: 'num' },
        { title: 'against the average', class: 'picture' },
      ],
      rules.map(({ when, answer, rows: count }) => {
        const apart = answer - report.explains.mean;
        return [
          when,
          score(answer),
          formatCount(count),
          signedStrip(apart, most, `${signed(apart)} against the average`),
        ];
      }),
    ),
  ];
}

function measuredPart(report: ExplainReport): Markup {
  const { inputs, calls, groups, mapping } = report;
  const together = groups.filter(({ columns }) => columns.length > 1);
  return h(
    'div',
    {},
    inputFacts({ model: inputs.model, data: inputs.data, reference: inputs.reference }),
    facts([
      ['target', mapping.target ?? undefined],
      ['columns together', together.map(({ name, columns }) => `${name}: ${columns.join(', ')}`).join(' · ')],
      [
        'model calls',
        `${formatCount(calls.planned)} rows planned (${Object.entries(calls.by_method)
          .filter(([, count]) => count > 0)
          .map(([method, count]) => `${method} ${formatCount(count)}`)
          .join(', ')}), at most ${formatCount(calls.max)}`,
      ],
    ]),
  );
}
