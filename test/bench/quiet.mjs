// Waits for the other programs of this machine to pause: what they use of the cores is missing from whoever is measured.
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** More than this share of the cores is too much to measure beside it. */
export const BUSY = 0.15;
const LOOK_MS = 500;

export class Quiet {
  /** Of a whole run: on a machine that is always busy, figures are taken all the same, and say so. */
  #patienceMs;

  constructor(patienceMs) {
    this.#patienceMs = patienceMs;
  }

  /** @returns the share of the cores that others used last: at most `BUSY`, or what it was when patience ended */
  async wait() {
    for (;;) {
      const before = spent();
      await sleep(LOOK_MS);
      const after = spent();
      const busy = (after.busy - before.busy) / (after.all - before.all);
      if (busy <= BUSY || this.#patienceMs <= 0) return busy;
      this.#patienceMs -= LOOK_MS;
    }
  }
}

/** Milliseconds of all cores since the machine started. */
function spent() {
  const times = cpus().map((each) => each.times);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) };
}
