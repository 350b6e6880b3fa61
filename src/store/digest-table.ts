// A number for each of millions of digests, in 36 bytes a place: open addressing over one buffer. A Map of strings would
// take four times that, and gc must look at a million objects in less memory than one of its packs may have.
import type { Digest } from '../core/ids.ts';

const WIDTH = 32;
const FIRST = 1024;

export class DigestTable {
  #places = Buffer.alloc(FIRST * WIDTH);
  #values = new Uint32Array(FIRST);
  #size = 0;
  readonly #key = Buffer.alloc(WIDTH);

  get size(): number {
    return this.#size;
  }

  /** 0 for a digest without a number. The digest stands in `bytes` at `at`, as packs and indexes hold it. */
  get(bytes: Buffer, at: number): number {
    return this.#values[this.#place(bytes, at)]!;
  }

  /** `value` is above 0. */
  set(bytes: Buffer, at: number, value: number): void {
    const place = this.#place(bytes, at);
    if (this.#values[place] === 0) {
      bytes.copy(this.#places, place * WIDTH, at, at + WIDTH);
      this.#size++;
    }
    this.#values[place] = value;
    if (this.#size * 4 > this.#values.length * 3) this.#grow();
  }

  getHex(digest: Digest): number {
    this.#key.write(digest, 'hex');
    return this.get(this.#key, 0);
  }

  setHex(digest: Digest, value: number): void {
    this.#key.write(digest, 'hex');
    this.set(this.#key, 0, value);
  }

  /** In no order. */
  *entries(): Generator<readonly [Digest, number]> {
    for (let place = 0; place < this.#values.length; place++)
      if (this.#values[place] !== 0)
        yield [
          this.#places.toString('hex', place * WIDTH, (place + 1) * WIDTH) as Digest,
          this.#values[place]!,
        ];
  }

  /** Where the digest is, or the free place where it would be. A digest is as good as random: its head is its hash. */
  #place(bytes: Buffer, at: number): number {
    const mask = this.#values.length - 1;
    for (let place = bytes.readUInt32BE(at) & mask; ; place = (place + 1) & mask)
      if (
        this.#values[place] === 0 ||
        this.#places.compare(bytes, at, at + WIDTH, place * WIDTH, (place + 1) * WIDTH) === 0
      )
        return place;
  }

  #grow(): void {
    const [places, values] = [this.#places, this.#values];
    this.#places = Buffer.alloc(places.length * 2);
    this.#values = new Uint32Array(values.length * 2);
    for (let from = 0; from < values.length; from++) {
      if (values[from] === 0) continue;
      const to = this.#place(places, from * WIDTH);
      places.copy(this.#places, to * WIDTH, from * WIDTH, (from + 1) * WIDTH);
      this.#values[to] = values[from]!;
    }
  }
}
