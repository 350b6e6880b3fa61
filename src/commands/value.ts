import { parse } from 'yaml';
import type { Json } from '../core/json.ts';

/** A value typed on the command line, read as YAML would: `4` is a number, `true` a boolean, `"4"` text. */
export function typedValue(text: string): Json {
  try {
    const value = parse(text) as Json;
    return value === null && text !== 'null' && text !== '~' ? text : value;
  } catch {
    return text;
  }
}
