// What is typed after `-S`, checked against the params files as they are. Overrides are carried out in the order typed,
// so each is checked against what those before it made; dimensions come after all of them.
import type { Override } from '../../core/experiment.ts';
import { type Failure, MlopsError } from '../../core/failure.ts';
import { connected } from './connected.ts';
import type { SweepDimension } from './sweep-dimension.ts';
import { type ParamsPlaces, TypedChecks } from './typed-checks.ts';
import { parseTypedOverride, type TypedOverride } from './typed-override.ts';

export interface Typed {
  /** The same in every experiment, in the order typed. */
  readonly fixed: readonly Override[];
  /** Each behind those that its conditions name. None: one experiment, no sweep. */
  readonly dimensions: readonly SweepDimension[];
}

/** @throws MlopsError with every problem of what was typed. */
export function parseOverrides(typed: readonly string[], places: ParamsPlaces): Typed {
  const failures: Failure[] = [];
  const checks = new TypedChecks(places);
  const parsed = eachOf(typed, failures, parseTypedOverride);
  const isSwept = ({ put }: TypedOverride): boolean => put.kind === 'sweep';
  const fixed = eachOf(
    parsed.filter((one) => !isSwept(one)),
    failures,
    (one) => checks.fixed(one),
  );
  const swept = eachOf(parsed.filter(isSwept), failures, (one) => checks.swept(one));
  const dimensions = failures.length > 0 ? [] : connected(swept, (key) => checks.wordsOf(key), failures);
  if (failures.length > 0) throw new MlopsError(failures);
  return { fixed, dimensions };
}

function eachOf<From, To>(list: readonly From[], failures: Failure[], work: (one: From) => To): To[] {
  return list.flatMap((one) => {
    try {
      return [work(one)];
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      failures.push(...error.failures);
      return [];
    }
  });
}
