// `… if model==forest and train.lr<0.1`
import type { Condition } from '../../search/space.ts';
import { parseTypedKey, type TypedKey } from './typed-key.ts';
import type { TypedText } from './typed-text.ts';
import { parseTypedValue } from './typed-value.ts';

export interface TypedCondition extends Pick<Condition, 'test' | 'value'> {
  readonly typed: TypedText;
  readonly of: TypedKey;
}

const COMPARISON = /[=!]=|[<>]=?/;

/**
 * Parts a condition from what stands before it. `if` without a comparison behind it is text.
 * @throws MlopsError (usage)
 */
export function partCondition(typed: TypedText): {
  readonly value: TypedText;
  readonly when: readonly TypedCondition[];
} {
  const found = /\sif\s/.exec(typed.mask);
  const behind = found && typed.part(found.index + found[0].length);
  if (!behind || !COMPARISON.test(behind.mask)) return { value: typed, when: [] };
  return { value: typed.part(0, found.index), when: behind.split(/\sand\s/g).map(parseComparison) };
}

function parseComparison(typed: TypedText): TypedCondition {
  const found = COMPARISON.exec(typed.mask);
  if (!found) return typed.refuse('this compares nothing', 'write key==value, with == != < <= > or >=');
  return {
    typed,
    of: parseTypedKey(typed.part(0, found.index)),
    test: found[0] as Condition['test'],
    value: parseTypedValue(typed.part(found.index + found[0].length)),
  };
}
