// Where the values of a TOML file stand. Only of files that a TOML parser has read, so nothing is checked here. TOML
// 1.0: https://toml.io/en/v1.0.0
import { parse } from 'smol-toml';
import type { Override } from '../../core/experiment.ts';

type Key = Override['key'];

export interface TomlValue {
  readonly kind: 'plain' | 'array' | 'map';
  readonly key: Key;
  readonly from: number;
  readonly to: number;
  /** Where the key starts; in an array, the value. */
  readonly start: number;
  /** Key of what it stands in: a table, or a value of kind `array` or `map`. */
  readonly inside: Key;
}

export interface TomlTable {
  readonly key: Key;
  /** Behind the header; 0 for the root. */
  readonly from: number;
}

export interface TomlPlaces {
  /** The root first, then in the order of the file. */
  readonly tables: readonly TomlTable[];
  /** A map or array before what is in it. */
  readonly values: readonly TomlValue[];
}

export function tomlPlaces(text: string): TomlPlaces {
  return new Scanner(text).scan();
}

export function sameKey(a: Key, b: Key): boolean {
  return a.length === b.length && a.every((step, at) => step === b[at]);
}

const BLANK = /(?:[ \t\r\n]|#[^\n]*)*/y;
const SPACE = /[ \t]*/y;
const KEY_PART = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+/y;
const TEXT = /"""(?:[^\\]|\\[\s\S])*?"""+|'''[\s\S]*?'''+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y;
/** A date may have a space before its time. */
const PLAIN = /\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*|[^\s,\]}#]+/y;

class Scanner {
  readonly #text: string;
  readonly #tables: TomlTable[] = [{ key: [], from: 0 }];
  readonly #values: TomlValue[] = [];
  /** Path of an array of tables → how many there are. */
  readonly #lengths = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): TomlPlaces {
    for (this.#take(BLANK); this.#at < this.#text.length; this.#take(BLANK)) {
      if (this.#text[this.#at] === '[') this.#header();
      else this.#pair(this.#tables.at(-1)!.key);
    }
    return { tables: this.#tables, values: this.#values };
  }

  #header(): void {
    const many = this.#text.startsWith('[[', this.#at);
    this.#at += many ? 2 : 1;
    const parts = this.#key();
    const key: (string | number)[] = [];
    for (const [at, part] of parts.entries()) {
      key.push(part);
      const path = JSON.stringify(key);
      const length = this.#lengths.get(path) ?? 0;
      if (many && at === parts.length - 1) {
        this.#lengths.set(path, length + 1);
        key.push(length);
      } else if (length > 0) key.push(length - 1);
    }
    this.#at += many ? 2 : 1;
    this.#tables.push({ key, from: this.#at });
  }

  /** `key = value`, to be found under `inside`. */
  #pair(inside: Key): void {
    const start = this.#at;
    const key = [...inside, ...this.#key()];
    this.#at++; // =
    this.#take(SPACE);
    this.#value(key, inside, start);
  }

  #value(key: Key, inside: Key, start = this.#at): void {
    const from = this.#at;
    const first = this.#text[from];
    const kind = first === '[' ? 'array' : first === '{' ? 'map' : 'plain';
    const value = { kind, key, from, to: from, start, inside } as const;
    const index = this.#values.push(value) - 1;
    if (kind === 'plain') this.#take(first === '"' || first === "'" ? TEXT : PLAIN);
    else this.#items(kind, key);
    this.#values[index] = { ...value, to: this.#at };
  }

  #items(kind: 'array' | 'map', inside: Key): void {
    this.#at++;
    for (let index = 0; ; index++) {
      this.#take(BLANK);
      if (/[\]}]/.test(this.#text[this.#at] ?? ']')) break;
      if (kind === 'array') this.#value([...inside, index], inside);
      else this.#pair(inside);
      this.#take(BLANK);
      if (this.#text[this.#at] === ',') this.#at++;
    }
    this.#at++;
  }

  #key(): string[] {
    const parts: string[] = [];
    do {
      if (parts.length > 0) this.#at++; // .
      this.#take(SPACE);
      const raw = this.#take(KEY_PART);
      parts.push(/^["']/.test(raw) ? (parse(`key = ${raw}`)['key'] as string) : raw);
      this.#take(SPACE);
    } while (this.#text[this.#at] === '.');
    return parts;
  }

  #take(pattern: RegExp): string {
    const sticky = new RegExp(pattern);
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}
