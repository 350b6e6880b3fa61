// Large folders are hashed, stored and written by several threads. What happens to one of those is no other matter than what
// happens to the first.
import { afterAll, describe, expect, it } from 'vitest';
import { chance, draw, LONG, SEED } from './chance.ts';
import { type Broken, COMMANDS } from './commands.ts';
import { type Fault, openGround } from './ground.ts';
import { honest, trial, unfinishedFiles, watch } from './trial.ts';

const TIMES = LONG ? 100 : 4;
const ground = openGround('thousands');
afterAll(() => ground.remove());

const THREADS: Fault = { only: 'workers', calls: 'all' };

const FAULTS: readonly Fault[] = [
  { what: 'die' },
  { what: 'tear' },
  { what: 'ENOSPC', lasting: true },
  { what: 'EIO' },
  { what: 'EROFS', lasting: true },
];

describe(`threads, seed ${SEED}`, () => {
  it.each(['add', 'pull'])('%s: is killed and refused in them', async (name) => {
    const command = COMMANDS.find((each) => each.name === name) as Broken;
    // How much the other threads get to do is chance, beyond a few calls.
    const undisturbed = await watch(ground, command, THREADS);
    expect(undisturbed.calls.length).toBeGreaterThanOrEqual(TIMES);
    const luck = chance(`threads ${name}`);
    for (const fault of FAULTS)
      for (const at of draw(luck, TIMES, 1, undisturbed.calls.length)) {
        const words = `${fault.what} at call ${at} of the threads (${undisturbed.calls[at - 1]})`;
        const wrong = await trial(ground, command, undisturbed, words, async (place) => {
          const ended = await place.mlops(command.args, { fault: { ...fault, ...THREADS, at } });
          if (fault.what === 'die' || fault.what === 'tear')
            return [0, 137].includes(ended.exit) ? [] : [`exit ${ended.exit}: ${ended.said}`];
          return [...honest(ended, fault), ...(fault.what === 'EROFS' ? [] : unfinishedFiles(place))];
        });
        expect(wrong).toEqual([]);
      }
    console.log(`${name}: ${FAULTS.length * TIMES} faults in ${undisturbed.calls.length} calls of threads`);
  });
});
