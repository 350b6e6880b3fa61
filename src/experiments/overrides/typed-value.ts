// A value as it is typed: YAML 1.2 core. `4` is a number, `"4"` and `four` are text, `[1, 2]` is a list. What is not a
// value of another kind is the text itself: `*.csv`, `a: b` and `#fff` need no quotes.
import { isScalar, parseDocument } from 'yaml';
import { type Failure, MlopsError } from '../../core/failure.ts';
import type { Json } from '../../core/json.ts';
import { readYaml } from '../../pipeline/yaml.ts';
import type { TypedText } from './typed-text.ts';

/** @throws MlopsError (usage) */
export function parseTypedValue(typed: TypedText): Json {
  const { text } = typed;
  if (text === '') typed.refuse('there is no value', 'write null, or "" for an empty text');
  if (/\p{Surrogate}/u.test(text)) typed.refuse('half of a surrogate pair is not text');
  if (/^["'[{]/.test(text)) return readValue(typed);
  const { errors, contents } = parseDocument(text, { logLevel: 'silent' });
  const plain = errors.length === 0 && isScalar(contents) && contents.type === 'PLAIN';
  const typedSo = plain && contents.source === text && !contents.anchor && !contents.tag;
  return typedSo ? readValue(typed) : text;
}

function readValue(typed: TypedText): Json {
  const failures: Failure[] = [];
  let read: { readonly value: Json } | undefined;
  try {
    read = readYaml('-S', typed.text, failures);
  } catch (error) {
    if (error instanceof RangeError) return typed.refuse('this is nested too deeply');
    throw error;
  }
  if (read) return read.value;
  throw new MlopsError(failures.map((each) => ({ ...each, exit: 'usage', where: typed.place })));
}
