// What a sweep tries: `a,b,c`, `choice(…)`, `range(…)`, `uniform(…)`, `loguniform(…)`, `int(…)`.
import type { Json } from '../../core/json.ts';
import { stepped, stepsIn } from '../../search/domain.ts';
import type { Domain, Numbers } from '../../search/space.ts';
import { suggest } from '../../util/suggest.ts';
import type { TypedText } from './typed-text.ts';
import { parseTypedValue } from './typed-value.ts';

const CALLS: { readonly [name: string]: (call: Call) => Domain } = {
  choice: ({ typed, items }) =>
    items.length === 0 ? typed.refuse('choice() has no values', `write ${FORMS['choice']}`) : choice(items),
  range: (call) => {
    const { low, high, step } = bounds(call, 1);
    // As in Python: the end is not among them.
    const count = Math.ceil((high - low) / step! - 1e-9);
    if (count < 1) return call.typed.refuse(`${call.typed.text} is empty`, 'the end of a range is not in it');
    return { kind: 'numbers', low, high: stepped(low, step!, count - 1), step, scale: 'linear' };
  },
  uniform: (call) => onSteps({ kind: 'numbers', ...bounds(call, null), scale: 'linear' }),
  loguniform: (call) => {
    const { low, high, step } = bounds(call, null);
    if (low <= 0) call.items[0]!.refuse('a logarithm needs numbers above 0');
    return onSteps({ kind: 'numbers', low, high, step, scale: 'log' });
  },
  int: (call) => {
    const numbers = bounds(call, 1);
    for (const item of call.items)
      if (!Number.isInteger(numberOf(item)))
        item.refuse(`${item.text} is no whole number`, 'or use uniform(…)');
    return onSteps({ kind: 'numbers', ...numbers, scale: 'linear' });
  },
};

interface Call {
  readonly name: string;
  readonly typed: TypedText;
  readonly items: readonly TypedText[];
}

/** Undefined when one value was typed. @throws MlopsError (usage) */
export function parseTypedDomain(typed: TypedText): Domain | undefined {
  const name = /^([A-Za-z]+)\(/.exec(typed.text)?.[1];
  if (name !== undefined && Object.hasOwn(CALLS, name)) return CALLS[name]!(callOf(name, typed));
  const items = typed.split(/,/g);
  if (items.length > 1) return choice(items);
  const meant = name === undefined ? undefined : suggest(name, Object.keys(CALLS));
  if (meant) typed.refuse(`${name}(…) is no sweep`, `did you mean ${meant}(…)? Quote it if text is meant`);
  return undefined;
}

function callOf(name: string, typed: TypedText): Call {
  const { mask } = typed;
  const close = mask.indexOf(')', name.length);
  if (close < 0) typed.refuse(`${name}( is not closed`, `write ${FORMS[name]}`);
  if (close !== mask.length - 1) typed.part(close + 1).refuse(`this does not belong behind ${name}(…)`);
  const inner = typed.part(name.length + 1, close);
  return { name, typed, items: inner.text === '' ? [] : inner.split(/,/g) };
}

const FORMS: { readonly [name: string]: string } = {
  choice: 'choice(a,b,…)',
  range: 'range(from,to) or range(from,to,step); `to` is not in it',
  uniform: 'uniform(low,high) or uniform(low,high,step)',
  loguniform: 'loguniform(low,high) or loguniform(low,high,step)',
  int: 'int(low,high) or int(low,high,step)',
};

function choice(items: readonly TypedText[]): Domain {
  const seen = new Set<string>();
  const values: Json[] = [];
  for (const item of items) {
    if (item.text === '') item.refuse('a value is missing', 'one comma stands between two values');
    const value = parseTypedValue(item);
    if (seen.has(JSON.stringify(value))) item.refuse(`${item.text} stands twice`);
    seen.add(JSON.stringify(value));
    values.push(value);
  }
  return { kind: 'choice', values };
}

function bounds(
  { name, typed, items }: Call,
  step: number | null,
): { readonly low: number; readonly high: number; readonly step: number | null } {
  if (items.length < 2 || items.length > 3)
    typed.refuse(`${name} takes two numbers or three`, `write ${FORMS[name]}`);
  const [low, high, typedStep] = items.map(numberOf) as [number, number, number | undefined];
  if (low > high)
    typed.refuse(`${typed.text} runs backwards`, `the smaller number comes first: ${FORMS[name]}`);
  if (!Number.isFinite(high - low)) typed.refuse(`${typed.text} is too wide`);
  if (typedStep !== undefined && typedStep <= 0) items[2]!.refuse('a step is more than 0');
  if (typedStep !== undefined && !Number.isSafeInteger(stepsIn(low, high, typedStep)))
    items[2]!.refuse('a step so small leads nowhere');
  return { low, high, step: typedStep ?? step };
}

function numberOf(item: TypedText): number {
  const value = parseTypedValue(item);
  return typeof value === 'number' ? value : item.refuse(`${item.text} is no number`);
}

/** Ends on the last step. */
function onSteps(numbers: Numbers): Numbers {
  const { low, high, step } = numbers;
  return step === null ? numbers : { ...numbers, high: stepped(low, step, stepsIn(low, high, step)) };
}
