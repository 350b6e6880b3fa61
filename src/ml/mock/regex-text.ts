// Texts that a regular expression matches, for made-up data. Knows what schemas are made of: literals, `.`, classes,
// \d \w \s, groups, `|`, quantifiers, ^ and $. What it does not know it says, and the schema's column gives `values` instead.
import { fail } from '../../core/failure.ts';
import type { Random } from '../../util/random.ts';

type Part = (random: Random) => string;

/** What makes one text after the other. @throws Failure that names `column` where the expression is beyond it */
export function regexTexts(regex: string, column: string): Part {
  const reader = new Reader(regex, column);
  const part = reader.alternatives();
  reader.end();
  return part;
}

/** Repetitions of what may be repeated without end. */
const MANY = 6;
const CHARS = {
  d: '0123456789',
  w: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_',
  s: ' ',
} as const;
const PRINTABLE = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)).join('');

class Reader {
  readonly #text: readonly string[];
  readonly #column: string;
  #at = 0;

  constructor(regex: string, column: string) {
    this.#text = [...regex];
    this.#column = column;
  }

  alternatives(): Part {
    const choices = [this.#sequence()];
    while (this.#peek() === '|') {
      this.#at++;
      choices.push(this.#sequence());
    }
    return choices.length === 1 ? choices[0]! : (random) => choices[random.below(choices.length)]!(random);
  }

  end(): void {
    if (this.#at < this.#text.length) this.#unknown();
  }

  #sequence(): Part {
    const parts: Part[] = [];
    while (this.#peek() !== undefined && this.#peek() !== '|' && this.#peek() !== ')')
      parts.push(this.#repeated(this.#atom()));
    return (random) => parts.map((part) => part(random)).join('');
  }

  #atom(): Part {
    const char = this.#next();
    if (char === '^' || char === '$') return () => '';
    if (char === '.') return oneOf(PRINTABLE);
    if (char === '[') return this.#charClass();
    if (char === '\\') return this.#escaped();
    if (char === '(') {
      if (this.#peek() === '?') {
        this.#at++;
        if (this.#next() !== ':') this.#unknown();
      }
      const inner = this.alternatives();
      if (this.#next() !== ')') this.#unknown();
      return inner;
    }
    if ('*+?{'.includes(char)) this.#unknown();
    return () => char;
  }

  #escaped(): Part {
    const char = this.#next();
    if (char === 'd' || char === 'w' || char === 's') return oneOf(CHARS[char]);
    if (/[A-Za-z0-9]/.test(char)) this.#unknown();
    return () => char;
  }

  #charClass(): Part {
    const negated = this.#peek() === '^';
    if (negated) this.#at++;
    let chars = '';
    while (this.#peek() !== ']') {
      const from = this.#classChar();
      if (this.#peek() === '-' && this.#text[this.#at + 1] !== ']' && from.length === 1) {
        this.#at++;
        for (let code = from.charCodeAt(0); code <= this.#peek()!.charCodeAt(0); code++)
          chars += String.fromCharCode(code);
        this.#at++;
      } else chars += from;
    }
    this.#at++;
    const allowed = negated ? [...PRINTABLE].filter((char) => !chars.includes(char)).join('') : chars;
    if (allowed === '') this.#unknown();
    return oneOf(allowed);
  }

  #classChar(): string {
    const char = this.#next();
    if (char !== '\\') return char;
    const escaped = this.#next();
    if (escaped === 'd' || escaped === 'w' || escaped === 's') return CHARS[escaped];
    return escaped;
  }

  #repeated(part: Part): Part {
    const [least, most] = this.#quantifier();
    if (this.#peek() === '?') this.#at++; // lazy: the same texts
    if (least === 1 && most === 1) return part;
    return (random) =>
      Array.from({ length: least + random.below(most - least + 1) }, () => part(random)).join('');
  }

  #quantifier(): readonly [number, number] {
    const char = this.#peek();
    if (char === '*' || char === '+' || char === '?') {
      this.#at++;
      return char === '?' ? [0, 1] : [char === '+' ? 1 : 0, MANY];
    }
    if (char !== '{') return [1, 1];
    const [whole, least, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(this.#text.slice(this.#at).join('')) ?? [];
    if (whole === undefined) this.#unknown();
    this.#at += whole!.length;
    const from = Number(least);
    return [from, comma === '' ? from : most === '' ? from + MANY : Number(most)];
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #next(): string {
    const char = this.#text[this.#at++];
    return char ?? this.#unknown();
  }

  #unknown(): never {
    fail('config', `no texts can be made for the regex of column "${this.#column}": ${this.#text.join('')}`, {
      help: 'give the column "values", or a regex of letters, classes, groups and quantifiers',
    });
  }
}

function oneOf(chars: string): Part {
  const all = [...chars];
  return (random) => all[random.below(all.length)]!;
}
