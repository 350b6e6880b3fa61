// One argument of `-S`, taken apart: `train.lr=0.1`, `+new.key=1`, `~old.key`, `other.yaml:a.b=1,2`, `key:=text`,
// `depth=int(2,8) if model==forest`.
import type { Json } from '../../core/json.ts';
import type { Domain } from '../../search/space.ts';
import { partCondition, type TypedCondition } from './condition.ts';
import { parseTypedDomain } from './typed-domain.ts';
import { parseTypedKey, type TypedKey } from './typed-key.ts';
import { TypedText } from './typed-text.ts';
import { parseTypedValue } from './typed-value.ts';

export interface TypedOverride {
  readonly typed: TypedText;
  readonly op: 'set' | 'add' | 'remove';
  readonly of: TypedKey;
  readonly put: Put;
  /** `:=`: the type may change. */
  readonly types: 'stay' | 'change';
}

export type Put =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'sweep'; readonly domain: Domain; readonly when: readonly TypedCondition[] };

/** @throws MlopsError (usage) */
export function parseTypedOverride(argument: string): TypedOverride {
  const typed = new TypedText(argument).part(0);
  const sign = /^[+~]/.exec(typed.text)?.[0];
  const rest = typed.part(sign === undefined ? 0 : 1);
  const equals = rest.mask.indexOf('=');
  if (sign === '~') {
    if (equals >= 0) typed.refuse('"~" removes a key and takes no value', 'write ~key');
    return { typed, op: 'remove', of: parseTypedKey(rest), put: { kind: 'nothing' }, types: 'stay' };
  }
  if (equals < 0)
    typed.refuse(
      typed.text === '' ? 'there is nothing to override' : `"${typed.text}" sets nothing`,
      'write key=value, +key=value to add it, ~key to remove it',
    );
  const types = rest.text[equals - 1] === ':' ? 'change' : 'stay';
  const of = parseTypedKey(rest.part(0, types === 'change' ? equals - 1 : equals));
  const put = parsePut(rest.part(equals + 1));
  return { typed, op: sign === '+' ? 'add' : 'set', of, put, types };
}

function parsePut(typed: TypedText): Put {
  const { value, when } = partCondition(typed);
  const domain = parseTypedDomain(value);
  if (domain) return { kind: 'sweep', domain, when };
  const one = parseTypedValue(value);
  if (when.length === 0) return { kind: 'value', value: one };
  return { kind: 'sweep', domain: { kind: 'choice', values: [one] }, when };
}
