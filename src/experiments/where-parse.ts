// `accuracy > 0.9 and (train.trees < 200 or not state == gate)` → a tree. `not` binds tighter than `and`, `and` than `or`.
//
//   or         := and ('or' and)*
//   and        := not ('and' not)*
//   not        := 'not' not | '(' or ')' | comparison
//   comparison := name operator value
import { fail } from '../core/failure.ts';
import { type Operator, placeIn, type Word, wordsOf } from './where-words.ts';

export interface Operand {
  readonly text: string;
  readonly quoted: boolean;
  readonly at: number;
  readonly length: number;
}

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare';
      readonly name: Operand;
      readonly operator: Operator;
      readonly value: Operand;
    };

/** Deeper is no condition that a person wrote. */
const MAX_DEPTH = 100;

/** @throws MlopsError `usage`, pointing at the column */
export function parseWhere(text: string): Condition {
  const parser = new Parser(text);
  const condition = parser.or(0);
  parser.end();
  return condition;
}

class Parser {
  readonly #text: string;
  readonly #words: readonly Word[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#words = wordsOf(text);
  }

  or(depth: number): Condition {
    return this.#joined('or', () => this.#and(depth));
  }

  end(): void {
    const word = this.#next();
    if (word.kind === 'end') return;
    if (word.kind === ')') this.#wrong(word, 'nothing is open that this could close');
    if (word.kind === 'operator')
      this.#wrong(word, 'a second comparison needs a name of its own', 'accuracy > 0.8 and accuracy < 0.9');
    this.#wrong(
      word,
      'expected "and" or "or" here',
      'a value of several words is quoted: name == "two words"',
    );
  }

  #and(depth: number): Condition {
    return this.#joined('and', () => this.#not(depth));
  }

  #joined(kind: 'and' | 'or', part: () => Condition): Condition {
    const parts = [part()];
    while (this.#peek().kind === kind) {
      this.#next();
      parts.push(part());
    }
    return parts.length === 1 ? parts[0]! : { kind, parts };
  }

  #not(depth: number): Condition {
    const word = this.#peek();
    if (depth > MAX_DEPTH) this.#wrong(word, 'nested too deep');
    if (word.kind === 'not') {
      this.#next();
      return { kind: 'not', part: this.#not(depth + 1) };
    }
    if (word.kind !== '(') return this.#comparison();
    this.#next();
    const inside = this.or(depth + 1);
    const close = this.#next();
    if (close.kind !== ')')
      this.#wrong(close.kind === 'end' ? word : close, 'this parenthesis is never closed');
    return inside;
  }

  #comparison(): Condition {
    const name = this.#next();
    if (name.kind !== 'text')
      return this.#wrong(
        name,
        'expected the name of a column here',
        'accuracy > 0.9, state == gate, created > 1d',
      );
    const operator = this.#next();
    if (operator.kind !== 'operator')
      return this.#wrong(
        operator,
        `expected a comparison of "${name.text}" here`,
        `${name.text} == VALUE, or < <= > >= != =~`,
      );
    const value = this.#next();
    if (value.kind !== 'text') return this.#wrong(value, 'expected a value here');
    return { kind: 'compare', name, operator: operator.text, value };
  }

  #peek(): Word {
    return this.#words[this.#at]!;
  }

  /** The last word is met again and again. */
  #next(): Word {
    const word = this.#peek();
    if (word.kind !== 'end') this.#at++;
    return word;
  }

  #wrong(word: Word, message: string, help?: string): never {
    return fail('usage', message, { where: placeIn(this.#text, word), ...(help ? { help } : {}) });
  }
}
