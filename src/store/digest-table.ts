// A number for each of millions of digests, in 36 bytes a place: open addressing over one buffer. A Map of strings would
// take four times that, and gc must look at a million objects in less memory than one of its packs may have.
import type { Digest } from '../core/ids.ts';

/** A digest as numbers: comparing those in place is several times faster than asking Buffer to. */
const WORDS = 8;
const FIRST = 1024;

export class DigestTable {
  #digests = new Uint32Array(FIRST * WORDS);
  #values = new Uint32Array(FIRST);
  #size = 0;
  readonly #key = new Uint32Array(WORDS);
  readonly #hex = Buffer.alloc(WORDS * 4);

  get size(): number {
    return this.#size;
  }

  /** 0 for a digest without a number. The digest stands in `bytes` at `at`, as packs and indexes hold it. */
  get(bytes: Buffer, at: number): number {
    this.#load(bytes, at);
    return this.#values[this.#place(this.#key, 0)]!;
  }

  /** `value` is above 0. */
  set(bytes: Buffer, at: number, value: number): void {
    this.#load(bytes, at);
    const place = this.#place(this.#key, 0);
    if (this.#values[place] === 0) {
      this.#digests.set(this.#key, place * WORDS);
      this.#size++;
    }
    this.#values[place] = value;
    if (this.#size * 4 > this.#values.length * 3) this.#grow();
  }

  getHex(digest: Digest): number {
    this.#hex.write(digest, 'hex');
    return this.get(this.#hex, 0);
  }

  setHex(digest: Digest, value: number): void {
    this.#hex.write(digest, 'hex');
    this.set(this.#hex, 0, value);
  }

  /** Those whose number is as asked, in no order. */
  *entries(asked: (value: number) => boolean = () => true): Generator<readonly [Digest, number]> {
    for (let place = 0; place < this.#values.length; place++) {
      const value = this.#values[place]!;
      if (value !== 0 && asked(value)) yield [this.#digestAt(place), value];
    }
  }

  #digestAt(place: number): Digest {
    for (let word = 0; word < WORDS; word++)
      this.#hex.writeUInt32BE(this.#digests[place * WORDS + word]!, 4 * word);
    return this.#hex.toString('hex') as Digest;
  }

  #load(bytes: Buffer, at: number): void {
    for (let word = 0; word < WORDS; word++) this.#key[word] = bytes.readUInt32BE(at + 4 * word);
  }

  /** Where the digest is, or the free place where it would be. A digest is as good as random: its head is its hash. */
  #place(digests: Uint32Array, from: number): number {
    const mask = this.#values.length - 1;
    for (let place = digests[from]! & mask; ; place = (place + 1) & mask)
      if (this.#values[place] === 0 || this.#isAt(place, digests, from)) return place;
  }

  #isAt(place: number, digests: Uint32Array, from: number): boolean {
    for (let word = 0; word < WORDS; word++)
      if (this.#digests[place * WORDS + word] !== digests[from + word]) return false;
    return true;
  }

  #grow(): void {
    const [digests, values] = [this.#digests, this.#values];
    this.#digests = new Uint32Array(digests.length * 2);
    this.#values = new Uint32Array(values.length * 2);
    for (let from = 0; from < values.length; from++) {
      if (values[from] === 0) continue;
      const to = this.#place(digests, from * WORDS);
      this.#digests.set(digests.subarray(from * WORDS, (from + 1) * WORDS), to * WORDS);
      this.#values[to] = values[from]!;
    }
  }
}
