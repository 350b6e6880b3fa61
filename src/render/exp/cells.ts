// One cell of the table of experiments, as people read it.
import {
  type Cell,
  cellOf,
  type ExperimentRow,
  type RowState,
  type ValueColumn,
} from '../../core/experiment-table.ts';
import type { Json } from '../../core/json.ts';
import { formatAgo, formatMs } from '../../util/units.ts';
import { formatParam, formatScore } from '../run/headline.ts';
import type { Symbols } from '../terminal.ts';
import { truncate, visible } from '../text-width.ts';

export interface CellForm {
  /** Times are told as so long ago; undefined: as they are. */
  readonly now: Date | undefined;
  /** Digits after the point; undefined: as many as a value is worth. */
  readonly precision: number | undefined;
  readonly symbols: Pick<Symbols, 'done' | 'failed' | 'planned' | 'dot' | 'minus' | 'ellipsis'>;
}

const MAX_WIDTH = 40;

export function titleOf(cell: Cell, columns: readonly ValueColumn[]): string {
  if (cell.kind === 'value') return columns[cell.at]!.name;
  return cell.kind === 'name' ? 'experiment' : cell.kind;
}

/** Empty where the row has nothing. */
export function cellText(
  row: ExperimentRow,
  cell: Cell,
  columns: readonly ValueColumn[],
  form: CellForm,
): string {
  const value = cellOf(row, cell);
  if (value === undefined) return '';
  switch (cell.kind) {
    case 'created':
      return form.now
        ? formatAgo(value as string, form.now)
        : (value as string).slice(0, 16).replace('T', ' ');
    case 'duration':
      return formatMs(value as number);
    case 'state':
      return stateText(row.state, form.symbols);
    case 'value':
      return valueText(value, columns[cell.at]!.kind, form);
    default:
      return truncate(String(value), MAX_WIDTH, form.symbols.ellipsis);
  }
}

export function stateText(state: RowState, symbols: CellForm['symbols']): string {
  const marks: { readonly [name: string]: string } = {
    done: symbols.done,
    gate: symbols.failed,
    failed: symbols.failed,
    killed: symbols.failed,
    waiting: symbols.planned,
    running: symbols.dot,
  };
  return marks[state] === undefined ? '' : `${marks[state]} ${state}`;
}

/** Metrics are rounded as scores are; params are as they were written, in quotes what would not be seen. */
function valueText(
  value: Json,
  kind: ValueColumn['kind'],
  { precision, symbols }: Pick<CellForm, 'precision' | 'symbols'>,
): string {
  if (typeof value === 'number') {
    if (precision !== undefined && !Number.isInteger(value))
      return value.toFixed(precision).replace('-', symbols.minus);
    return kind === 'metric' ? formatScore(value, symbols) : formatParam(shortened(value), symbols);
  }
  const plain = typeof value === 'string' && value !== '' && visible(value) === value;
  const text = plain ? value : JSON.stringify(value);
  return truncate(text, MAX_WIDTH, symbols.ellipsis);
}

const PARAM_DIGITS = 6;

/** What a search drew has many more; CSV and JSON have them all. */
function shortened(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(PARAM_DIGITS));
}
