// Values as they are written into a line of YAML or JSON.
import { isJsonObject, type Json } from '../../core/json.ts';

export interface ValueStyle {
  /** `indent`: of the line the value stands in. `quote`: of the text it replaces. */
  value(value: Json, indent: string, quote?: 'single' | 'double'): string;
  key(name: string): string;
  /** Between two items of `[ ]` or `{ }` that stand in one line. */
  readonly comma: string;
  readonly colon: string;
}

/** Readable by YAML 1.1 and 1.2 alike: for PyYAML 1e-7 is text, and `no` is false. */
export const flowStyle: ValueStyle = {
  value: (value, _, quote) => flow(value, quote),
  key: (name) => flow(name),
  comma: ', ',
  colon: ': ',
};

function flow(value: Json, quote?: 'single' | 'double'): string {
  if (typeof value === 'number') return numberText(value).replace(/^(-?\d+)(?=e)/, '$1.0');
  if (typeof value === 'string') {
    if (quote === 'single' && /^[\x20-\x7e]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
    return quote === undefined && isPlain(value) ? value : JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((each: Json) => flow(each)).join(', ')}]`;
  if (!isJsonObject(value)) return String(value);
  return `{${Object.entries(value)
    .map(([name, each]) => `${flow(name)}: ${flow(each)}`)
    .join(', ')}}`;
}

function isPlain(text: string): boolean {
  if (/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)) return false;
  return /^[\p{L}_/][\p{L}\d_./@+-]*(?: [\p{L}\d_./@+-]+)*$/u.test(text);
}

/** Digits that a double does not hold are not written. */
function numberText(value: number): string {
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? value.toExponential()
    : JSON.stringify(value);
}

/** As the file is indented; in one line where it is. */
export function jsonStyle(text: string): ValueStyle {
  const step = indentOf(text);
  const space = step === '' && !/[,:]\s/.test(text) && text.length > 4 ? '' : ' ';
  return {
    value: (value, indent) => jsonText(value, indent, step, space),
    key: (name) => JSON.stringify(name),
    comma: `,${space}`,
    colon: `:${space}`,
  };
}

/** `step` '' = in one line. */
export function jsonText(value: Json, indent: string, step: string, space = ''): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = indent + step;
  const parts = isJsonObject(value)
    ? Object.entries(value).map(
        ([name, each]) =>
          `${JSON.stringify(name)}:${step ? ' ' : space}${jsonText(each, inner, step, space)}`,
      )
    : value.map((each: Json) => jsonText(each, inner, step, space));
  const [open, close] = isJsonObject(value) ? '{}' : '[]';
  if (parts.length === 0 || step === '') return `${open}${parts.join(`,${space}`)}${close}`;
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}

/** The first indentation there is; '' = all in one line. */
export function indentOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? '';
}
