// The grammar of row filters: text → tree. Never SQL.
//
//   or      = and { "or" and }
//   and     = not { "and" not }
//   not     = "not" not | "(" or ")" | compare
//   compare = value ("=" | "==" | "!=" | "<" | "<=" | ">" | ">=") value
//           | value ["not"] "in" "(" value { "," value } ")"
//   value   = number | 'text' | true | false | null | name | "name with spaces" | `name`
import { fail } from '../../core/failure.ts';

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type Value =
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: number | string | boolean | null };
export type Expression =
  | { readonly kind: 'or' | 'and'; readonly terms: readonly Expression[] }
  | { readonly kind: 'not'; readonly term: Expression }
  | { readonly kind: 'compare'; readonly operator: Operator; readonly left: Value; readonly right: Value };

interface Token {
  readonly kind: 'word' | 'name' | 'number' | 'text' | 'operator' | 'bracket' | 'end';
  readonly text: string;
  /** Counts from 1. */
  readonly column: number;
}

const TOKEN =
  /\s*(?:(?<number>-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|'(?<text>(?:[^']|'')*)'|"(?<quoted>[^"]+)"|`(?<ticked>[^`]+)`|(?<word>[\p{L}_][\p{L}\p{N}_.]*)|(?<operator>==|!=|<>|<=|>=|=|<|>)|(?<bracket>[(),]))/uy;

/** What the stacks of those who read an expression hold, DuckDB's among them. */
const MAX_DEPTH = 100;
const MAX_TOKENS = 5000;

export function parseExpression(source: string): Expression {
  const tokens = tokensOf(source);
  let at = 0;
  let depth = 0;
  const peek = (): Token => tokens[at]!;
  const next = (): Token => tokens[at++]!;
  const isWord = (word: string): boolean => peek().kind === 'word' && peek().text.toLowerCase() === word;
  const wrong = (expected: string): never =>
    refuse(
      source,
      peek().column,
      `expected ${expected}, found ${peek().kind === 'end' ? 'the end' : peek().text}`,
    );

  const chain = (kind: 'or' | 'and', term: () => Expression): Expression => {
    const terms = [term()];
    while (isWord(kind)) {
      next();
      terms.push(term());
    }
    return terms.length === 1 ? terms[0]! : { kind, terms };
  };
  const or = (): Expression => chain('or', and);
  const and = (): Expression => chain('and', not);
  const not = (): Expression => {
    if (isWord('not')) return deeper(() => ({ kind: 'not', term: not() }));
    if (peek().text !== '(' || peek().kind !== 'bracket') return compare();
    return deeper(() => {
      const inner = or();
      bracket(')');
      return inner;
    });
  };
  /** What follows the next token, a level further down. */
  const deeper = (inside: () => Expression): Expression => {
    if (++depth > MAX_DEPTH) refuse(source, next().column, `nested more than ${MAX_DEPTH} deep`);
    next();
    const inner = inside();
    depth--;
    return inner;
  };
  const compare = (): Expression => {
    const left = value();
    if (isWord('in') || isWord('not')) return among(left);
    if (peek().kind !== 'operator') wrong('a comparison such as = or <');
    const operator = OPERATORS[next().text]!;
    return { kind: 'compare', operator, left, right: value() };
  };
  /** `x in (a, b)` is `x = a or x = b`; `x not in (a, b)` is `x != a and x != b`, so that a null is in neither. */
  const among = (left: Value): Expression => {
    const without = isWord('not');
    if (without) next();
    if (!isWord('in')) wrong('in');
    next();
    bracket('(');
    const operator = without ? '!=' : '=';
    const terms = [{ kind: 'compare' as const, operator, left, right: value() } as const];
    while (peek().kind === 'bracket' && peek().text === ',') {
      next();
      terms.push({ kind: 'compare', operator, left, right: value() });
    }
    bracket(')');
    return { kind: without ? 'and' : 'or', terms };
  };
  const bracket = (which: string): void => {
    if (peek().kind !== 'bracket' || peek().text !== which) wrong(`"${which}"`);
    next();
  };
  const value = (): Value => {
    const token = peek();
    const literal = literalOf(token);
    if (literal !== undefined) {
      next();
      return { kind: 'literal', value: literal };
    }
    if (token.kind !== 'name' && (token.kind !== 'word' || RESERVED.has(token.text.toLowerCase())))
      wrong('a column, a number or a quoted text');
    next();
    return { kind: 'column', name: token.text };
  };

  const expression = or();
  if (peek().kind !== 'end') wrong('and, or, or the end');
  return expression;
}

const OPERATORS: { readonly [text: string]: Operator } = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const RESERVED = new Set(['and', 'or', 'not', 'in']);

/** undefined: the token is no literal. */
function literalOf(token: Token): number | string | boolean | null | undefined {
  if (token.kind === 'number') return Number(token.text);
  if (token.kind === 'text') return token.text;
  if (token.kind !== 'word') return undefined;
  const word = token.text.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  return word === 'null' ? null : undefined;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (source.slice(at).trim() !== '') {
    if (tokens.length === MAX_TOKENS) refuse(source, at + 1, `more than ${MAX_TOKENS} words`);
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source);
    const column = at + source.slice(at).search(/\S/) + 1;
    if (!match) return refuse(source, column, `cannot read ${source.slice(column - 1, column + 9)}`);
    const { number, text, quoted, ticked, word, operator, bracket } = match.groups!;
    if (number !== undefined) tokens.push({ kind: 'number', text: number, column });
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.replaceAll("''", "'"), column });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, column });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator, column });
    else if (bracket !== undefined) tokens.push({ kind: 'bracket', text: bracket, column });
    else tokens.push({ kind: 'name', text: (quoted ?? ticked)!, column });
    at = TOKEN.lastIndex;
  }
  return [...tokens, { kind: 'end', text: '', column: source.length + 1 }];
}

const MAX_SHOWN = 500;

function refuse(source: string, column: number, message: string): never {
  const shown = source.length > MAX_SHOWN ? `${source.slice(0, MAX_SHOWN)} …` : source;
  fail('config', `where: ${message}, at column ${column} of: ${shown}`, {
    help: "for example: season = 'winter' and (temp < 5 or holiday = true)",
  });
}

const PLAIN = /^[\p{L}_][\p{L}\p{N}_.]*$/u;

/** A column as the grammar takes it, in quotes where it needs them; null for a name that no quotes can hold. */
export function columnText(name: string): string | null {
  const word = name.toLowerCase();
  if (PLAIN.test(name) && !RESERVED.has(word) && !['true', 'false', 'null'].includes(word)) return name;
  if (!name.includes('`')) return `\`${name}\``;
  return name.includes('"') ? null : `"${name}"`;
}

/** A text as the grammar takes it. */
export function literalText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
