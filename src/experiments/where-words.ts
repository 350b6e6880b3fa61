// The words of `--where`: names and values, quoted or bare, operators, parentheses; each with its place.
import { fail, type Location } from '../core/failure.ts';

export type Word = { readonly at: number; readonly length: number } & (
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'operator'; readonly text: Operator }
  | { readonly kind: '(' | ')' | 'and' | 'or' | 'not' | 'end' }
);

export type Operator = '<' | '<=' | '>' | '>=' | '==' | '!=' | '=~';

const OPERATORS: readonly string[] = ['<=', '>=', '==', '!=', '=~', '<', '>'];

/** Written elsewhere so, here in words. */
const FOREIGN: { readonly [sign: string]: string } = { '&&': 'and', '||': 'or', '!': 'not', '=': '==' };

/** Everything that is no operator, parenthesis, quote or space. */
const BARE = /[^\s()<>=!&|"']+/y;

/** Ends with the word `end`. @throws MlopsError `usage`, pointing at the column */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < text.length; ) {
    const word = wordAt(text, at);
    if (word) words.push(word);
    at += word?.length ?? 1;
  }
  return [...words, { kind: 'end', at: text.length, length: 1 }];
}

/** Undefined for a space. */
function wordAt(text: string, at: number): Word | undefined {
  const char = text[at]!;
  if (/\s/.test(char)) return undefined;
  if (char === '(' || char === ')') return { kind: char, at, length: 1 };
  if (char === '"' || char === "'") return quoted(text, at, char);
  const operator = OPERATORS.find((each) => text.startsWith(each, at));
  if (operator) return { kind: 'operator', text: operator as Operator, at, length: operator.length };
  const foreign = Object.keys(FOREIGN).find((each) => text.startsWith(each, at));
  if (foreign)
    fail('usage', `${foreign} is not known here`, {
      where: placeIn(text, { at, length: foreign.length }),
      help: `write ${FOREIGN[foreign]}`,
    });
  BARE.lastIndex = at;
  const bare = BARE.exec(text)?.[0];
  if (bare === undefined)
    return fail('usage', `${char} is not known here`, { where: placeIn(text, { at, length: 1 }) });
  const keyword = bare.toLowerCase();
  if (keyword === 'and' || keyword === 'or' || keyword === 'not')
    return { kind: keyword, at, length: bare.length };
  return { kind: 'text', text: bare, quoted: false, at, length: bare.length };
}

/** `\"` and `\\` stand for the sign; any other backslash is one. */
function quoted(text: string, at: number, quote: string): Word {
  let value = '';
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === quote) return { kind: 'text', text: value, quoted: true, at, length: end + 1 - at };
    if (text[end] === '\\' && (text[end + 1] === quote || text[end + 1] === '\\')) end++;
    value += text[end];
  }
  return fail('usage', 'this quote is never closed', { where: placeIn(text, { at, length: 1 }) });
}

/** As `render/failure.ts` underlines it. */
export function placeIn(text: string, word: { readonly at: number; readonly length: number }): Location {
  const line = text.replace(/[\r\n]/g, ' ');
  return { file: '--where', line: 1, column: word.at + 1, length: word.length, text: line };
}
