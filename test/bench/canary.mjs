// How quick the file system is right now: 20,000 creations. After large deletions ext4 takes 20 times as long for
// minutes, which would be charged to whichever tool comes next.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const FILES = 20_000;
const PAUSE_MS = 20_000;

export class Canary {
  best = Number.POSITIVE_INFINITY;
  #root;
  #patience;
  #count = 0;

  /** @param patience how often it is tried until the file system is calm */
  constructor(root, patience) {
    this.#root = root;
    this.#patience = patience;
  }

  /** Seconds of a calm file system; the last try's where it does not calm down. */
  async calm(say) {
    for (let tries = 1; ; tries++) {
      const seconds = this.#create();
      this.best = Math.min(this.best, seconds);
      say(`canary: ${FILES.toLocaleString('en')} files created in ${seconds.toFixed(2)} s`);
      if (this.accepts(seconds) || tries === this.#patience) return seconds;
      await sleep(PAUSE_MS);
    }
  }

  accepts(seconds) {
    return seconds <= 2 * this.best;
  }

  #create() {
    const dir = join(this.#root, `canary-${++this.#count}`);
    mkdirSync(dir);
    const began = performance.now();
    for (let i = 0; i < FILES; i++) writeFileSync(join(dir, String(i)), '');
    return (performance.now() - began) / 1000;
  }
}
