// Correlations as a table whose cells are the darker the stronger: readable as numbers, and by those who see no colour.
import { type Child, h } from '../markup.ts';
import { wide } from './parts.ts';

interface Correlations {
  readonly columns: readonly string[];
  readonly matrix: readonly (readonly (number | null)[])[];
}

export function correlationTable({ columns, matrix }: Correlations): Child {
  if (columns.length < 2) return undefined;
  const head = columns.map((name, at) => h('th', { scope: 'col', title: name }, String(at + 1)));
  const body = columns.map((name, i) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row', title: name }, `${i + 1} ${name}`),
      columns.map((other, j) => cell(matrix[i]![j] ?? null, `${name} and ${other}`)),
    ),
  );
  return [
    h(
      'p',
      { class: 'soft' },
      'Pearson’s correlation in hundredths: 100 and −100 move together exactly, 0 not at all in a line.',
    ),
    wide(
      'Correlations',
      h(
        'table',
        { class: 'confusion many' },
        h('thead', {}, h('tr', {}, h('td'), head)),
        h('tbody', {}, body),
      ),
    ),
  ];
}

const STEPS = 10;

function cell(value: number | null, title: string): Child {
  if (value === null) return h('td', { title: `${title}: –` }, '–');
  const hundredths = String(Math.round(value * 100)).replace('-', '−');
  return h(
    'td',
    { class: `heat${Math.round(Math.abs(value) * STEPS)}`, title: `${title}: ${value.toFixed(3)}` },
    hundredths,
  );
}
