// What looking at columns together starts from.
import type { ActionContext } from '../../core/action.ts';
import type { Frame } from '../frame/frame.ts';
import type { PlaceOf } from '../frame/place.ts';
import type { StoredAt } from './detector/open.ts';
import type { DetectorOption, DomainOptions } from './options.ts';
import type { UsedColumn } from './used-column.ts';

export interface TogetherInput {
  /** Feature columns that both sides have. */
  readonly used: readonly UsedColumn[];
  readonly reference: Frame;
  readonly current: Frame;
  /** Row indexes of the reference in parts of its time; none without a time column. */
  readonly timeParts: readonly Int32Array[];
  readonly detector: DetectorOption;
  /** The detector that the reference brings along. */
  readonly stored: StoredAt | null;
  /** Null: not asked for. */
  readonly domainClassifier: DomainOptions | null;
  /** Where a current row stands, if not in one file alone. */
  readonly placeOf: PlaceOf | null;
  readonly correlationFloor: number;
  readonly alpha: number;
  readonly minRows: number;
  readonly seed: number;
  readonly io: ActionContext;
}
