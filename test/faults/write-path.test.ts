// The system refuses one call: the disk is full, breaks, is read-only, belongs to somebody else. For every single call by
// which a command changes files, in turn. The command says so, in words and by its exit code, or does without; it loses
// nothing, and completes when the trouble is over.
import { afterAll, describe, expect, it } from 'vitest';
import { pool } from '../../src/util/pool.ts';
import { chance, LONG, SEED } from './chance.ts';
import { COMMANDS } from './commands.ts';
import { type Ended, type Fault, openGround } from './ground.ts';
import { trial, unfinishedFiles, watch } from './trial.ts';

const AT_ONCE = 2;

/** A full disk and a read-only one stay so; the other two happen once. */
const TROUBLES: readonly Fault[] = [
  { what: 'ENOSPC', lasting: true },
  { what: 'EIO' },
  { what: 'EROFS', lasting: true },
  { what: 'EACCES' },
];

const ground = openGround('few');
afterAll(() => ground.remove());

describe(`every call refused in turn, seed ${SEED}`, () => {
  it.each(COMMANDS)('$name: says so and loses nothing', async (command) => {
    const undisturbed = await watch(ground, command);
    const luck = chance(`refuse ${command.name}`);
    const faults = undisturbed.calls.flatMap((call, i) => {
      const troubles = TROUBLES.filter((each) => concerns(each, call));
      const chosen = LONG ? troubles : [luck.pick(troubles)];
      return chosen.map((trouble) => ({ ...trouble, at: i + 1, call }));
    });
    console.log(
      `${command.name}: ${faults.length} faults at ${undisturbed.calls.length} calls: ${tally(faults)}`,
    );
    const wrong = await pool(faults, AT_ONCE, ({ call, ...fault }) =>
      trial(ground, command, undisturbed, `${fault.what} at call ${fault.at} (${call})`, async (place) => {
        const ended = await place.mlops(command.args, { fault: { ...fault, hurry: true } });
        return [
          ...honest(ended, fault),
          // What may not be written to may not be tidied either.
          ...(fault.what === 'EROFS' || fault.what === 'EACCES' ? [] : unfinishedFiles(place)),
        ];
      }),
    );
    expect(wrong.flat()).toEqual([]);
  });

  it.each(COMMANDS)('$name: does not mind short reads and writes', async (command) => {
    const undisturbed = await watch(ground, command);
    const wrong = await trial(ground, command, undisturbed, 'all calls short', async (place) => {
      const { exit, said } = await place.mlops(command.args, { fault: { what: 'short' } });
      return exit === 0 ? command.check(place) : [`exit ${exit}: ${said}`];
    });
    expect(wrong).toEqual([]);
  });
});

/** Whether the system could answer this call so. */
function concerns({ what }: Fault, call: string): boolean {
  const name = call.slice(0, call.indexOf(' '));
  const byFile = ['close', 'write', 'writev', 'fsync', 'fdatasync', 'futimes', 'ftruncate'];
  if (what === 'EIO') return true;
  if (what === 'ENOSPC')
    return !['close', 'unlink', 'rm', 'rmdir', 'chmod', 'fchmod', 'utimes', 'futimes', 'rename'].includes(
      name,
    );
  if (what === 'EROFS') return !byFile.includes(name);
  return !byFile.includes(name);
}

function honest({ exit, said }: Ended, { what }: Fault): string[] {
  if (exit === 0) return [];
  const wrong: string[] = [];
  if (exit === 70 || /^\s+at .*:\d+:\d+\)?$/m.test(said))
    wrong.push(`is called a bug (exit ${exit}): ${said}`);
  else if (![4, 6].includes(exit)) wrong.push(`exit ${exit}: ${said}`);
  else if (!said.includes(what!)) wrong.push(`does not say ${what}: ${said}`);
  else if (!said.split('\n').some((line) => line.includes(what!) && /[/\\]\S/.test(line)))
    wrong.push(`does not say where: ${said}`);
  return wrong;
}

function tally(faults: readonly Fault[]): string {
  return TROUBLES.map(({ what }) => `${faults.filter((each) => each.what === what).length} ${what}`).join(
    ', ',
  );
}
