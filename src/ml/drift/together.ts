// What the columns of a drift check say together.
import type { ActionContext } from '../../core/action.ts';
import type { Frame } from '../frame/frame.ts';
import { placesIn } from '../frame/place.ts';
import { lookTogether, type Together } from '../multivariate/multivariate.ts';
import type { UsedColumn } from '../multivariate/used-column.ts';
import type { Chunks } from './chunks.ts';
import type { ColumnPair } from './draft.ts';
import type { DriftOptions } from './options.ts';
import type { Reference } from './reference.ts';
import type { Pair } from './report.ts';

/** @throws MlopsError for a detector that does not fit */
export function columnsTogether(
  options: DriftOptions,
  reference: Reference,
  sides: Pair<Frame>,
  used: readonly UsedColumn[],
  chunks: Chunks,
  io: ActionContext,
): Promise<Together> {
  return lookTogether({
    ...options,
    ...sides,
    used,
    timeParts: chunks,
    stored: reference.detector,
    placeOf: placesIn(sides.current),
    correlationFloor: options.correlation,
    io,
  });
}

/** Of the feature columns that are compared one by one those that can be turned into numbers. */
export function usedColumns(pairs: readonly ColumnPair[]): UsedColumn[] {
  return pairs.flatMap(usedColumn);
}

function usedColumn({ name, kind, reference, current }: ColumnPair): UsedColumn[] {
  if (isBeyond(reference) || isBeyond(current)) return [];
  if (kind === 'numeric') return reference.kind === 'categorical' ? [] : [{ name, kind }];
  return kind === 'categorical' ? [{ name, kind }] : [];
}

/** So many different texts that they were not told apart. */
function isBeyond(column: ColumnPair['reference']): boolean {
  return column.kind === 'categorical' && column.tooMany === true;
}
