// A card a column: how the mean answer changes with it, and where the rows are.
import { explainedInWords } from '../../ml/explain/words.ts';
import { dependenceChart } from '../chart/dependence.ts';
import { signedStrip } from '../chart/signed-strip.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { dataTable, score, signed } from './parts.ts';
import type { ExplainDetails, ExplainReport, PdpCurve, PdpPair } from './types.ts';

export function dependencePart(report: ExplainReport, { pdp, pairs }: ExplainDetails): Child {
  if (pdp.length === 0 && pairs.length === 0) return undefined;
  return [
    h(
      'p',
      {},
      `The mean answer when one column has the same value in every row (line), and single rows (thin, moved to one start). Bars under the axis show where there are rows: where there are few, the line is a guess. Columns that go along with each other make rows that never occur.`,
    ),
    h(
      'div',
      { class: 'whole' },
      h(
        'div',
        { class: 'grid' },
        pdp.map((curve) => card(report, curve)),
      ),
      pairs.length === 0 ? undefined : h('div', { class: 'pair' }, pairs.map(pairCard)),
    ),
  ];
}

function card(report: ExplainReport, curve: PdpCurve): Markup {
  const span = Math.max(...curve.mean) - Math.min(...curve.mean);
  return h(
    'figure',
    { class: 'card' },
    h('h3', {}, curve.name),
    h('figcaption', {}, `moves the mean answer by up to ${score(span)}`),
    curve.kind === 'numeric' ? picture(report, curve) : categories(curve),
  );
}

function picture(report: ExplainReport, { name, at, mean, curves, density }: PdpCurve): Markup {
  const numbers = at as readonly number[];
  const [low, high] = [mean.indexOf(Math.min(...mean)), mean.indexOf(Math.max(...mean))];
  return dependenceChart({
    title: `Mean answer by ${name}`,
    desc: `Lowest, ${score(mean[low])}, at ${score(numbers[low])}; highest, ${score(mean[high])}, at ${score(numbers[high])}`,
    at: numbers,
    mean,
    curves: curves.map((curve) => curve.map((change) => mean[0]! + change)),
    density,
    label: explainedInWords(report),
  });
}

function categories({ at, mean, density }: PdpCurve): Markup | undefined {
  const middle =
    mean.reduce((sum, value, index) => sum + value * density[index]!, 0) /
    (density.reduce((a, b) => a + b, 0) || 1);
  const most = Math.max(...mean.map((value) => Math.abs(value - middle)));
  const rows = at.map((name, index) => {
    const apart = mean[index]! - middle;
    return [
      String(name),
      score(mean[index]),
      `${Math.round(100 * density[index]!)}\u00a0%`,
      signedStrip(apart, most, `${signed(apart)} against the average`),
    ];
  });
  return dataTable(
    [
      { title: 'value', class: 'name' },
      { title: 'answer', class: 'num' },
      { title: 'rows', class: 'num' },
      { title: '', class: 'picture' },
    ],
    rows,
  );
}

/** The corners and the middle are enough in words; all of it is in the details. */
const SHOWN = 5;

function pairCard({ names, at, mean }: PdpPair): Markup {
  const picked = at.map((values) => spread(values.length));
  const [first, second] = at;
  return h(
    'figure',
    { class: 'card' },
    h('h3', {}, `${names[0]} and ${names[1]}`),
    h('figcaption', {}, `mean answer; rows: ${names[0]}, columns: ${names[1]}`),
    dataTable(
      [
        { title: names[0], class: 'name' },
        ...picked[1]!.map((j) => ({ title: shown(second[j]!), class: 'num' as const })),
      ],
      picked[0]!.map((i) => [shown(first[i]!), ...picked[1]!.map((j) => score(mean[i]![j]))]),
    ),
  );
}

function spread(length: number): readonly number[] {
  if (length <= SHOWN) return Array.from({ length }, (_, at) => at);
  return Array.from({ length: SHOWN }, (_, at) => Math.round((at * (length - 1)) / (SHOWN - 1)));
}

function shown(value: number | string): string {
  return typeof value === 'number' ? score(value) : value;
}
