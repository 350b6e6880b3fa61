// Codes of short texts by their bytes: a column of a few categories is encoded without making a string of each cell.
//
// DuckDB holds a text of up to 12 bytes as 16 bytes in place: its length, then the text, then zeros. Two such texts are
// equal when their 16 bytes are. (https://duckdb.org/docs/stable/clients/c/api: duckdb_string_t)

const WORDS = 4;
const LONGEST = 12;

/** A hash table with open addressing, from the four words of a text to its code. */
export class ShortTexts {
  #keys = new Uint32Array(WORDS << 10);
  #codes = new Int32Array(1 << 10).fill(-1);
  #used = 0;

  /** The code of the text at word `at` of `words`; `add` gives that of a new one. −1: it is too long to be kept here. */
  codeOf(words: Uint32Array, at: number, add: () => number): number {
    if (words[at]! > LONGEST) return -1;
    const slot = this.#find(words, at);
    const code = this.#codes[slot]!;
    if (code >= 0) return code;
    const added = add();
    this.#put(slot, words, at, added);
    if (2 * this.#used > this.#codes.length) this.#grow();
    return added;
  }

  #find(words: Uint32Array, at: number): number {
    const mask = this.#codes.length - 1;
    const [a, b, c, d] = [words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!];
    let hash =
      Math.imul(a ^ Math.imul(b, 0x85ebca6b), 0xc2b2ae35) ^
      Math.imul(c ^ Math.imul(d, 0x27d4eb2f), 0x165667b1);
    hash ^= hash >>> 15;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const key = slot * WORDS;
      const keys = this.#keys;
      if (this.#codes[slot]! < 0) return slot;
      if (keys[key] === a && keys[key + 1] === b && keys[key + 2] === c && keys[key + 3] === d) return slot;
    }
  }

  #put(slot: number, words: Uint32Array, at: number, code: number): void {
    this.#keys.set(words.subarray(at, at + WORDS), slot * WORDS);
    this.#codes[slot] = code;
    this.#used++;
  }

  #grow(): void {
    const [keys, codes] = [this.#keys, this.#codes];
    this.#keys = new Uint32Array(2 * keys.length);
    this.#codes = new Int32Array(2 * codes.length).fill(-1);
    this.#used = 0;
    codes.forEach((code, slot) => {
      if (code >= 0) this.#put(this.#find(keys, slot * WORDS), keys, slot * WORDS, code);
    });
  }
}
