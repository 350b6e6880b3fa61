// What exactly was measured: which bytes, which columns as which input, what counts as positive, how intervals were made.
import { formatCount } from '../../util/units.ts';
import { type Child, h } from '../markup.ts';
import { facts, inputFacts, score } from './parts.ts';
import type { EvaluateReport } from './types.ts';

export function mappingPart(report: EvaluateReport): Child {
  const { mapping: map } = report;
  return [
    inputFacts(report.inputs),
    facts([
      ['target', h('code', {}, map.target)],
      ['weight', map.weight ? h('code', {}, map.weight) : undefined],
      ...inputsInWords(map.inputs ?? []),
      ['labels', map.labels ? `${map.labels.join(', ')}${from(map.labels_from)}` : undefined],
      ['positive', map.positive === null ? undefined : `${map.positive}${from(map.positive_from)}`],
      [
        'decision',
        report.task === 'regression'
          ? undefined
          : typeof map.threshold === 'number'
            ? `score at least ${map.threshold}`
            : 'the label with the highest score',
      ],
      ['value', map.value ? `${map.value.output}, column ${map.value.column}` : undefined],
      ['intervals', intervalsInWords(report)],
      ['scores', map.scores?.output ? `${map.scores.output}${from(map.scores.kind, '')}` : undefined],
      [
        'label output',
        typeof map.label_output_agreement === 'number'
          ? `agrees on ${score(map.label_output_agreement * 100)} % of rows`
          : undefined,
      ],
    ]),
  ];
}

type Input = NonNullable<EvaluateReport['mapping']['inputs']>[number];

/** Inputs of one column each, which are named like their columns, share a line by their type. */
function inputsInWords(inputs: readonly Input[]): [string, Child][] {
  const single = inputs.filter(({ name, columns }) => columns.length === 1 && columns[0] === name);
  const matrices = inputs.filter((input) => !single.includes(input));
  const types = [...new Set(single.map(({ dtype }) => dtype))];
  return [
    ...types.map((dtype): [string, Child] => [
      `inputs${dtype ? `, ${dtype}` : ''}`,
      h(
        'code',
        {},
        single
          .filter((input) => input.dtype === dtype)
          .map(({ name }) => name)
          .join(', '),
      ),
    ]),
    ...matrices.map((input): [string, Child] => [
      `input ${input.name}`,
      [
        h('code', {}, input.columns.join(', ')),
        input.from
          ? h('small', {}, ` (names from ${input.from}${input.dtype ? `, ${input.dtype}` : ''})`)
          : '',
      ],
    ]),
  ];
}

function intervalsInWords({ intervals_method: method }: EvaluateReport): string {
  if (method.method === 'none') return `none${method.without ? `: ${method.without}` : ''}`;
  const { replicates, row_replicates: ofRows, level, seed } = method;
  const how = `${level * 100} % from ${formatCount(replicates)} bootstrap replicates, seed ${seed}`;
  const fewer =
    typeof ofRows === 'number' && ofRows < replicates
      ? `; ${formatCount(ofRows)} where rows are drawn one by one, because they are many`
      : '';
  return `${how}${fewer}${method.without ? `; none for ${method.without}` : ''}`;
}

function from(source: string | null | undefined, word = 'from '): string {
  return source ? ` (${word}${source})` : '';
}
