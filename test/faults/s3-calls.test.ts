// Every request that a command sends to S3 fails once, twice, for ever. Once and twice nobody notices; for ever is said in
// words and by the exit code, loses nothing, and is over when the server is well again.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '../../src/util/pool.ts';
import type { Fault as Answer } from '../s3-server/server.ts';
import { chance, LONG, SEED } from './chance.ts';
import { type Ended, openGround, type Place, type State } from './ground.ts';
import { openS3, S3_COMMANDS, type S3Ground, type Spoil, s3Command } from './s3-place.ts';
import { trial, watch } from './trial.ts';

/** Each is one program that mostly waits. */
const AT_ONCE = 3;

const PASSING: readonly Answer[] = [
  { status: 503, code: 'SlowDown' },
  { status: 500, code: 'InternalError' },
  { status: 503, code: 'SlowDown', early: true },
  'hang-up',
  'hang-up-after',
  'cut-request',
  'wrong-acknowledgment',
  'cut',
  'wrong-bytes',
];
const LASTING: readonly Answer[] = [
  ...PASSING,
  { status: 403, code: 'AccessDenied' },
  { status: 400, code: 'ExpiredToken' },
  { status: 403, code: 'RequestTimeTooSkewed' },
];

const ground = openGround('few');
let s3: S3Ground;
beforeAll(async () => {
  s3 = await openS3(ground);
});
afterAll(async () => {
  ground.remove();
  await s3.close();
});

describe(`every request failing, seed ${SEED}`, () => {
  it.each(S3_COMMANDS)('%s: once, twice, for ever', async (name) => {
    const command = s3Command(s3, name);
    let first: Place | undefined;
    const listening = { ...s3.ground, take: async (state: State) => (first = await s3.ground.take(state)) };
    const undisturbed = await watch(listening, command);
    const requests = [...new Set(s3.requests(first!))];
    const luck = chance(command.name);
    const cases = requests.flatMap((request) =>
      TIMES.flatMap((times) => {
        const answers = times === 'for ever' ? LASTING : PASSING;
        return (LONG ? answers : [luck.pick(answers)]).map((answer) => ({ request, times, answer }));
      }),
    );
    console.log(`${command.name}: ${cases.length} failures of ${requests.length} requests`);
    const wrong = await pool(cases, AT_ONCE, ({ request, times, answer }) => {
      const words = `${typeof answer === 'string' ? answer : 'code' in answer ? answer.code : answer.inside200} ${times} at ${request}`;
      return trial(s3.ground, command, undisturbed, words, async (place) => {
        s3.spoil(place, spoiling(request, times, answer));
        const ended = await place.mlops(command.args, { fault: { hurry: true } });
        s3.spoil(place, () => undefined);
        if (times === 'for ever') return honest(ended);
        return ended.exit === 0 ? command.check(place) : [`exit ${ended.exit}: ${ended.said}`];
      });
    });
    expect(wrong.flat()).toEqual([]);
  });
});

const TIMES = ['once', 'twice', 'for ever'] as const;

function spoiling(request: string, times: (typeof TIMES)[number], answer: Answer): Spoil {
  let left = times === 'for ever' ? Number.POSITIVE_INFINITY : TIMES.indexOf(times) + 1;
  return (asked) => (asked === request && left-- > 0 ? answer : undefined);
}

/** What could not be had is said with where; a command that does without it is right to succeed. */
function honest({ exit, said }: Ended): string[] {
  if (exit === 0) return [];
  if (![5, 6, 8].includes(exit) || /^\s+at .*:\d+:\d+\)?$/m.test(said)) return [`exit ${exit}: ${said}`];
  const where = /s3:\/\/bucket\/|http:\/\/127|object [0-9a-f]{64}/.test(said);
  return where ? [] : [`does not say where: ${said}`];
}
