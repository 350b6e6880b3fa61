// `${…}` in pipeline.yaml, in DVC's grammar: keys joined by dots, list items as `[0]`, no arithmetic, no nesting.
// `\${` stays a literal `${`. `${x | raw}` is ours, for cmd.
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { suggest } from '../util/suggest.ts';

/** Literal text and expressions, in turn. */
export type Segment = string | Expression;

export interface Expression {
  /** As written, with its braces. */
  readonly written: string;
  readonly path: readonly string[];
  readonly raw: boolean;
}

/** What is wrong with an interpolation, and which part of the text to underline. */
export class TemplateProblem extends Error {
  readonly part: string;
  readonly help: string | undefined;
  constructor(message: string, part: string, help?: string) {
    super(message);
    this.part = part;
    this.help = help;
  }
}

const EXPRESSION = /(?<!\\)\$\{(.*?)\}/gs;
const PATH = /^[^\s.[\]{}$|:]+(?:\.[^\s.[\]{}$|:]+|\[[^\s.[\]{}$|:]+\])*$/;

/** @throws TemplateProblem */
export function parseTemplate(text: string): readonly Segment[] {
  if (!text.includes('${')) return [text];
  const segments: Segment[] = [];
  let end = 0;
  for (const match of text.matchAll(EXPRESSION)) {
    if (match.index > end) segments.push(literalText(text.slice(end, match.index)));
    segments.push(parseExpression(match[0], match[1]!));
    end = match.index + match[0].length;
  }
  const rest = text.slice(end);
  const open = /(?<!\\)\$\{/.exec(rest);
  if (open) throw new TemplateProblem('"${" is not closed', rest.slice(open.index), HOW_LITERAL);
  if (rest !== '') segments.push(literalText(rest));
  return segments;
}

const HOW_LITERAL = 'write \\${ for a ${ that the shell should see';

function parseExpression(written: string, inner: string): Expression {
  const [path = '', filter, ...more] = inner.split('|').map((each) => each.trim());
  if (filter !== undefined && (filter !== 'raw' || more.length > 0)) {
    throw new TemplateProblem(`"${filter}" is no filter`, written, 'the only one is ${name | raw}');
  }
  if (!PATH.test(path)) {
    const what = path === '' ? 'names nothing' : 'is not a name like train.lr or layers[0]';
    throw new TemplateProblem(`${written} ${what}`, written, HOW_LITERAL);
  }
  return { written, path: path.split(/[.[\]]+/).filter((each) => each !== ''), raw: filter === 'raw' };
}

function literalText(literal: string): string {
  return literal.replaceAll('\\${', '${');
}

/** @throws TemplateProblem when there is no such value. */
export function lookUp({ path, written }: Expression, scope: JsonObject): Json {
  let value: Json = scope;
  for (const [index, key] of path.entries()) {
    const next: Json | undefined = step(value, key);
    if (next === undefined) throw missing(path, index, value, written);
    value = next;
  }
  return value;
}

/** What `key` names in a map or list; undefined when it names nothing. */
export function step(value: Json, key: string): Json | undefined {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function missing(path: readonly string[], index: number, value: Json, written: string): TemplateProblem {
  const parent = path.slice(0, index).join('.');
  const known = isJsonObject(value) ? Object.keys(value) : [];
  const near = suggest(path[index]!, known);
  const help = near
    ? `did you mean \${${[...path.slice(0, index), near].join('.')}}?`
    : index === 0
      ? 'define it in params.yaml or in a file named under vars:'
      : known.length > 0
        ? `known in ${parent}: ${known.join(', ')}`
        : undefined;
  const what =
    index === 0 ? `${written} is not defined` : `${written}: there is no "${path[index]}" in ${parent}`;
  return new TemplateProblem(what, written, help);
}

/** The text of a value inside a longer text. @throws TemplateProblem when it has none. */
export function asText(value: Json, written: string): string {
  if (typeof value === 'object') {
    const what = value === null ? 'is empty (null)' : Array.isArray(value) ? 'is a list' : 'is a map';
    throw new TemplateProblem(`${written} ${what}, not one value`, written, 'name one value inside it');
  }
  return String(value);
}

/**
 * Fills every text of a value, keys too; a text that is one expression becomes the value it names, of its own type.
 * @throws TemplateProblem
 */
export function fill(segments: readonly Segment[], scope: JsonObject): Json {
  const [first] = segments;
  if (segments.length === 1 && typeof first === 'object') return lookUp(notRaw(first), scope);
  return segments
    .map((segment) =>
      typeof segment === 'string' ? segment : asText(lookUp(notRaw(segment), scope), segment.written),
    )
    .join('');
}

function notRaw(expression: Expression): Expression {
  if (!expression.raw) return expression;
  throw new TemplateProblem('"| raw" is for cmd only: nothing is quoted here', expression.written);
}
