// Every command is killed at moments drawn from its whole life, and must cost nothing: what the user has is still there,
// nothing names what is not there, and the same command then completes as if nothing had been.
import { afterAll, describe, expect, it } from 'vitest';
import { pool } from '../../src/util/pool.ts';
import { chance, draw, LONG, SEED } from './chance.ts';
import { type Broken, COMMANDS } from './commands.ts';
import { type Ended, openGround, type Place } from './ground.ts';
import { trial, type Undisturbed, watch } from './trial.ts';

/** Over all commands together. */
const MOMENTS = LONG ? 2000 : 200;
/** Of them, so many come from outside at any time, in the middle of whatever the program does. */
const FROM_OUTSIDE = 1 / 4;
const AT_ONCE = 2;

const ground = openGround();
afterAll(() => ground.remove());

interface Moment {
  readonly words: string;
  readonly strike: (place: Place) => Promise<Ended>;
}

describe(`killed, seed ${SEED}`, () => {
  it.each(COMMANDS)('$name: completes as if nothing had been', async (command) => {
    const undisturbed = await watch(ground, command);
    const moments = momentsOf(command, undisturbed, Math.ceil(MOMENTS / COMMANDS.length));
    const life = `${undisturbed.calls.length} calls in ${Math.round(undisturbed.ms)} ms`;
    console.log(
      `${command.name}: ${moments.length} moments of ${life}: ${moments.map((each) => each.words).join(', ')}`,
    );
    const wrong = await pool(moments, AT_ONCE, ({ words, strike }) =>
      trial(ground, command, undisturbed, `killed ${words}`, async (place) => {
        const { exit, said } = await strike(place);
        return [0, 137].includes(exit) ? [] : [`exit ${exit} of the killed one: ${said}`];
      }),
    );
    expect(wrong.flat()).toEqual([]);
  });
});

function momentsOf(command: Broken, { calls, ms }: Undisturbed, count: number): Moment[] {
  const luck = chance(`kill ${command.name}`);
  const outside = Math.round(count * FROM_OUTSIDE);
  const counted = draw(luck, count - outside, 1, calls.length).map((at): Moment => {
    const what = luck.next() < 0.5 ? 'die' : 'tear';
    const words = `${what === 'die' ? 'before' : 'in'} call ${at}`;
    return { words, strike: (place) => place.mlops(command.args, { fault: { at, what } }) };
  });
  const timed = draw(luck, outside, 40, Math.max(200, Math.round(ms))).map(
    (after): Moment => ({
      words: `after ${after} ms`,
      strike: (place) => {
        let timer: NodeJS.Timeout | undefined;
        const started = (pid: number): void => {
          timer = setTimeout(() => killGroup(pid), after);
        };
        return place.mlops(command.args, { started }).finally(() => clearTimeout(timer));
      },
    }),
  );
  return [...counted, ...timed];
}

/** Its children too, as a closed terminal or a container's end would. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
