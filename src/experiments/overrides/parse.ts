// What is typed after `-S`, checked against the params files as they are.
import type { Override } from '../../core/experiment.ts';
import type { RepoPath } from '../../core/ids.ts';
import type { SweepDimension } from './sweep-dimension.ts';

export interface Typed {
  /** The same in every experiment, in the order typed. */
  readonly fixed: readonly Override[];
  /** None: one experiment, no sweep. */
  readonly dimensions: readonly SweepDimension[];
}

export interface ParamsPlaces {
  /** Where the command was typed; paths before `:` are seen from there. */
  readonly dir: RepoPath | '';
  /** Undefined: not there. */
  readonly read: (file: RepoPath) => string | undefined;
  /** Params files that the pipeline names besides: an unknown key is looked for in them. */
  readonly others?: readonly RepoPath[];
}

/** @throws MlopsError with every problem of what was typed. */
export function parseOverrides(typed: readonly string[], places: ParamsPlaces): Typed {
  void typed;
  void places;
  throw new Error('BUG: not yet');
}
