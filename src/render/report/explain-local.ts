// A card a row: what made the model answer as it did.
import { signedStrip } from '../chart/signed-strip.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { dataTable, score, signed } from './parts.ts';
import type { ExplainDetails, ExplainReport, LocalExplanation } from './types.ts';

/** Parts beyond these are small, and summed up. */
const SHOWN = 8;

export function localPart({ rows, explains }: ExplainReport, { local }: ExplainDetails): Child {
  if (local.length === 0) return undefined;
  const why =
    rows.chosen === 'worst'
      ? 'The rows where the model is most wrong.'
      : rows.chosen === 'where'
        ? 'The rows that were asked for by a filter.'
        : 'The rows that were asked for.';
  return [
    h(
      'p',
      {},
      `${why} Numbers of rows count from 0 in the data. Each answer starts at the average ${score(explains.mean)}.`,
    ),
    h('div', { class: 'pair' }, local.map(card)),
  ];
}

function card(row: LocalExplanation): Markup {
  const { predicted, actual } = row;
  const said = predicted === null ? `predicted ${score(row.answer)}` : `predicted ${predicted}`;
  const truth = actual === null ? '' : `, truly ${typeof actual === 'number' ? score(actual) : actual}`;
  return h(
    'figure',
    { class: 'card' },
    h('h3', {}, `Row ${row.row}`),
    h('figcaption', {}, `${said}${truth}${predicted === null ? '' : ` · answer ${score(row.answer)}`}`),
    shapTable(row),
    limeTable(row),
    anchorWords(row),
  );
}

function shapTable({ shap, values }: LocalExplanation): Markup | undefined {
  if (!shap) return undefined;
  const most = Math.max(...shap.parts.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
  const shown = shap.parts.slice(0, SHOWN);
  const rest = shap.parts.slice(SHOWN);
  const others = rest.reduce((sum, { value }) => sum + value, 0);
  const all = [
    ...shown.map(({ name, value }) => ({ name, value, cell: values?.[name] })),
    ...(rest.length > 0 ? [{ name: `${rest.length} others`, value: others, cell: undefined }] : []),
  ];
  return dataTable(
    [
      { title: 'column', class: 'name' },
      ...(values ? [{ title: 'value' }] : []),
      { title: 'part', class: 'num' },
      { title: '', class: 'picture' },
    ],
    all.map(({ name, value, cell }) => [
      name,
      ...(values ? [cell === null ? 'no value' : (cell ?? '')] : []),
      signed(value),
      signedStrip(value, most, `${name}: ${signed(value)}`),
    ]),
  );
}

function limeTable({ lime }: LocalExplanation): Child {
  if (!lime) return undefined;
  const most = Math.max(...lime.parts.map(({ weight }) => Math.abs(weight)), Number.MIN_VALUE);
  const fit =
    lime.r2 === null
      ? 'the answers nearby do not differ'
      : `it explains ${Math.round(100 * lime.r2)} % of the answers nearby`;
  return [
    h('p', { class: 'soft' }, `A line through answers near the row (LIME); ${fit}.`),
    dataTable(
      [
        { title: 'because', class: 'name' },
        { title: 'weight', class: 'num' },
        { title: '', class: 'picture' },
      ],
      lime.parts.map(({ condition, weight }) => [
        condition,
        signed(weight),
        signedStrip(weight, most, `${condition}: ${signed(weight)}`),
      ]),
    ),
  ];
}

function anchorWords({ anchor, predicted }: LocalExplanation): Child {
  if (!anchor) return undefined;
  const rule =
    anchor.conditions.length === 0
      ? 'Whatever the columns are'
      : `As long as ${anchor.conditions.join(' and ')}`;
  const words = `${rule}, the model says ${predicted} in ${share(anchor.precision)} of the rows (at least ${share(anchor.precision_low)}); this holds for ${share(anchor.coverage)} of the data.`;
  return h('p', {}, h('b', {}, anchor.found ? 'Anchor. ' : 'No anchor was found; the best rule: '), words);
}

function share(value: number): string {
  return `${Math.round(1000 * value) / 10} %`;
}
