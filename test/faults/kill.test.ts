// Every command is killed at moments drawn from its whole life, and must cost nothing: what the user has is still there,
// nothing names what is not there, and the same command then completes as if nothing had been.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '../../src/util/pool.ts';
import { chance, draw, LONG, SEED } from './chance.ts';
import { type Broken, COMMANDS } from './commands.ts';
import { type Ended, type Ground, openGround, type Place } from './ground.ts';
import { openS3, S3_COMMANDS, type S3Ground, s3Command } from './s3-place.ts';
import { trial, type Undisturbed, watch } from './trial.ts';

/** Over all commands together. */
const MOMENTS = LONG ? 2000 : 200;
const EACH = Math.ceil(MOMENTS / (COMMANDS.length + S3_COMMANDS.length));
/** Of them, so many come from outside at any time, in the middle of whatever the program does. */
const FROM_OUTSIDE = 1 / 4;
const AT_ONCE = 2;

const ground = openGround();
let s3: S3Ground;
beforeAll(async () => {
  s3 = await openS3(ground);
});
afterAll(async () => {
  await s3.close();
  ground.remove();
});

interface Moment {
  readonly words: string;
  readonly strike: (place: Place) => Promise<Ended>;
}

describe(`killed, seed ${SEED}`, () => {
  it.each(COMMANDS)('$name: completes as if nothing had been', async (command) => {
    const undisturbed = await watch(ground, command);
    const luck = chance(`kill ${command.name}`);
    const outside = Math.round(EACH * FROM_OUTSIDE);
    const counted = draw(luck, EACH - outside, 1, undisturbed.calls.length).map((at): Moment => {
      const what = luck.next() < 0.5 ? 'die' : 'tear';
      const words = `${what === 'die' ? 'before' : 'in'} call ${at} of ${undisturbed.calls.length}`;
      return { words, strike: (place) => place.mlops(command.args, { fault: { at, what } }) };
    });
    const timed = draw(luck, outside, 40, Math.max(200, Math.round(undisturbed.ms))).map(
      (ms): Moment => ({ words: `after ${ms} ms`, strike: (place) => killedAfter(ms, command, place) }),
    );
    expect(await killAt(ground, command, undisturbed, [...counted, ...timed])).toEqual([]);
  });

  it.each(S3_COMMANDS)('%s: completes as if nothing had been', async (name) => {
    const command = s3Command(s3, name);
    let first: Place | undefined;
    const listening: Ground = { ...s3.ground, take: async (state) => (first = await s3.ground.take(state)) };
    const undisturbed = await watch(listening, command);
    const requests = s3.requests(first!).length;
    const luck = chance(`kill ${name}`);
    const moments = draw(luck, EACH, 1, requests).map((at): Moment => {
      const answer = luck.next() < 0.5 ? 'hang-up' : 'hang-up-after';
      const words = `${answer === 'hang-up' ? 'before' : 'after'} request ${at} of ${requests}`;
      return { words, strike: (place) => killedAtRequest(at, answer, command, place) };
    });
    expect(await killAt(s3.ground, command, undisturbed, moments)).toEqual([]);
  });
});

async function killAt(
  where: Ground,
  command: Broken,
  undisturbed: Undisturbed,
  moments: readonly Moment[],
): Promise<string[]> {
  console.log(`${command.name}: ${moments.map(({ words }) => words).join(', ')}`);
  const wrong = await pool(moments, AT_ONCE, ({ words, strike }) => {
    const struck = async (place: Place): Promise<string[]> => {
      const { exit, said } = await strike(place);
      return [0, 137].includes(exit) ? [] : [`exit ${exit} of the killed one: ${said}`];
    };
    return trial(where, command, undisturbed, `killed ${words}`, struck, [['fsck']]);
  });
  return wrong.flat();
}

function killedAfter(ms: number, { args }: Broken, place: Place): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  const started = (pid: number): void => {
    timer = setTimeout(() => killGroup(pid), ms);
  };
  return place.mlops(args, { started }).finally(() => clearTimeout(timer));
}

async function killedAtRequest(
  at: number,
  answer: 'hang-up' | 'hang-up-after',
  { args }: Broken,
  place: Place,
): Promise<Ended> {
  let pid = 0;
  let asked = 0;
  s3.spoil(place, () => {
    if (++asked !== at) return undefined;
    killGroup(pid);
    return answer;
  });
  const ended = await place.mlops(args, {
    started: (started) => {
      pid = started;
    },
  });
  s3.spoil(place, () => undefined);
  return ended;
}

/** Its children too, as a closed terminal or a container's end would. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
