// How fast work goes: over the last seconds, so that it is steady to read and still notices a stall.
import type { Amount } from '../../core/event.ts';

const WINDOW_MS = 5000;
const SAMPLE_MS = 100;
const NOTHING: Amount = { items: 0, bytes: 0 };

export class Speed {
  /** The oldest that is in the window, or the last before it, comes first. */
  readonly #samples: { readonly at: number; readonly done: Amount }[];
  #latest: { readonly at: number; readonly done: Amount };

  constructor(at: number) {
    this.#latest = { at, done: NOTHING };
    this.#samples = [this.#latest];
  }

  add(at: number, done: Amount): void {
    this.#latest = { at, done };
    if (at - this.#samples.at(-1)!.at >= SAMPLE_MS) this.#samples.push(this.#latest);
  }

  perSecond(at: number): Amount {
    if (this.#latest.at <= at - WINDOW_MS) return NOTHING;
    while (this.#samples.length > 1 && this.#samples[1]!.at <= at - WINDOW_MS) this.#samples.shift();
    const from = this.#samples[0]!;
    const seconds = Math.max(1, at - from.at) / 1000;
    // What a failed attempt had counted is taken back, which is no speed.
    const speed = (now: number, then: number): number => Math.max(0, now - then) / seconds;
    return {
      items: speed(this.#latest.done.items, from.done.items),
      bytes: speed(this.#latest.done.bytes, from.done.bytes),
    };
  }
}
