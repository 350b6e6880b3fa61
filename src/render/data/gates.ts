// `mlops gates`: every rule with what it was judged on.
import type { GateResult, GatesResult } from '../../ml/gates-result.ts';
import { formatScore } from '../run/headline.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';

export function renderGates(judged: readonly GatesResult[], style: Style): string {
  return judged.map((each) => renderOne(each, style)).join('\n');
}

function renderOne(result: GatesResult, style: Style): string {
  const held = result.results.filter((each) => each.passed).length;
  const against = result.first_run
    ? 'first run: nothing to compare with'
    : result.baseline
      ? `baseline ${result.baseline.from}${result.baseline.commit ? ` ${result.baseline.commit.slice(0, 7)}` : ''}${result.baseline.same_data ? ', same rows' : ''}`
      : '';
  const mark = result.passed ? style.symbols.done : style.symbols.failed;
  const rows = result.results.map((each) => [
    each.passed ? style.symbols.done : style.symbols.failed,
    nameOf(each),
    shown(each.value, style),
    `${each.rule} ${String(each.limit)}`,
    shown(each.baseline, style),
    each.passed ? '' : each.reason,
  ]);
  const table = renderTable(
    [
      { title: '' },
      { title: 'metric' },
      { title: 'value', align: 'right' },
      { title: 'rule' },
      { title: 'baseline', align: 'right' },
      { title: '' },
    ],
    rows,
    style,
  );
  return `${mark} ${result.stage}   gates ${held}/${result.results.length}   ${against}\n${table}${result.notes.map((note) => `note: ${note}\n`).join('')}`;
}

function nameOf({ metric, slice }: GateResult): string {
  return slice
    ? `${metric} where ${Object.entries(slice)
        .map(([key, value]) => `${key} = ${String(value)}`)
        .join(', ')}`
    : metric;
}

function shown(value: number | string | null, style: Style): string {
  return value === null ? '' : typeof value === 'number' ? formatScore(value, style.symbols) : value;
}
