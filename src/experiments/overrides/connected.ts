// Dimensions whose conditions were typed with keys → dimensions whose conditions name dimensions.
import { type Failure, failure, MlopsError } from '../../core/failure.ts';
import type { Json } from '../../core/json.ts';
import { type Condition, inOrder } from '../../search/space.ts';
import { suggest } from '../../util/suggest.ts';
import type { TypedCondition } from './condition.ts';
import type { SweepDimension } from './sweep-dimension.ts';
import type { SweptKey } from './typed-checks.ts';
import type { TypedKey } from './typed-key.ts';

/** In an order in which each stands behind those it depends on. Problems are added to `failures`. */
export function connected(
  swept: readonly SweptKey[],
  wordsOf: (key: TypedKey) => string,
  failures: Failure[],
): readonly SweepDimension[] {
  const names = new Map(swept.map(({ dimension }) => [dimension.name, dimension]));
  const dimensions = swept.map(({ dimension, when }) => {
    try {
      return { ...dimension, when: when.map((each) => conditionOf(each, wordsOf(each.of), names)) };
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      failures.push(...error.failures);
      return dimension;
    }
  });
  const { space, stuck } = inOrder(dimensions);
  if (stuck.length > 0) {
    const circle = stuck.map(({ name }) => name).join(', ');
    const where = swept.find(({ dimension }) => dimension.name === stuck[0]!.name)!.typed.place;
    failures.push(failure('usage', `conditions run in a circle: ${circle}`, { where }));
  }
  return space;
}

function conditionOf(
  { typed, of, test, value }: TypedCondition,
  name: string,
  known: ReadonlyMap<string, SweepDimension>,
): Condition {
  const other = known.get(name);
  if (!other) {
    const near = suggest(name, [...known.keys()]);
    const help = near ? `did you mean ${near}?` : `sweep it too: -S ${name}=a,b; or leave the condition out`;
    return of.path.refuse(`"${name}" is not swept`, help);
  }
  if (test !== '==' && test !== '!=' && typeof value !== 'number')
    typed.refuse(`${test} compares numbers`, 'compare text with == or !=');
  const { domain } = other;
  if (domain.kind === 'choice' && (test === '==' || test === '!=')) {
    const written = domain.values.map((each: Json) => JSON.stringify(each));
    if (!written.includes(JSON.stringify(value)))
      typed.refuse(`${name} is never ${JSON.stringify(value)}`, `it is one of ${written.join(', ')}`);
  }
  return { of: name, test, value };
}
