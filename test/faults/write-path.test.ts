// The system refuses one call: the disk is full, breaks, is read-only, belongs to somebody else. For every single call by
// which a command changes files, in turn. The command says so, in words and by its exit code, or does without; it loses
// nothing, and completes when the trouble is over.
import { afterAll, describe, expect, it } from 'vitest';
import { pool } from '../../src/util/pool.ts';
import { chance, LONG, SEED } from './chance.ts';
import { type Broken, COMMANDS } from './commands.ts';
import { type Fault, type Ground, openGround } from './ground.ts';
import { honest, trial, type Undisturbed, unfinishedFiles, watch } from './trial.ts';

const AT_ONCE = 2;

/** A full disk and a read-only one stay so; the other two happen once. */
const TROUBLES: readonly Fault[] = [
  { what: 'ENOSPC', lasting: true },
  { what: 'EIO' },
  { what: 'EROFS', lasting: true },
  { what: 'EACCES' },
];

const ground = openGround('few');
const packed = openGround('many');
afterAll(() => {
  ground.remove();
  packed.remove();
});

describe(`every call refused in turn, seed ${SEED}`, () => {
  it.each(COMMANDS)('$name: says so and loses nothing', async (command) => {
    const undisturbed = await watch(ground, command);
    expect(await refuse(ground, command, undisturbed, () => true)).toEqual([]);
  });

  it.each(COMMANDS)('$name: also where packs and indexes are written', async (command) => {
    const undisturbed = await watch(packed, command);
    expect(await refuse(packed, command, undisturbed, ofPacks(undisturbed.calls))).toEqual([]);
  });

  it.each(COMMANDS)('$name: does not mind short reads and writes', async (command) => {
    const undisturbed = await watch(packed, command);
    const wrong = await trial(packed, command, undisturbed, 'all calls short', async (place) => {
      const { exit, said } = await place.mlops(command.args, { fault: { what: 'short' } });
      return exit === 0 ? command.check(place) : [`exit ${exit}: ${said}`];
    });
    expect(wrong).toEqual([]);
  });
});

/** One trouble for each call that is `chosen`, or for some of them, drawn; every trouble in the long suite. */
async function refuse(
  where: Ground,
  command: Broken,
  undisturbed: Undisturbed,
  chosen: (call: string) => boolean,
): Promise<string[]> {
  const luck = chance(`refuse ${command.name}`);
  const faults = undisturbed.calls.flatMap((call, i) => {
    const troubles = chosen(call) ? TROUBLES.filter((each) => concerns(each, call)) : [];
    const passedOver = !LONG && command.oneIn !== undefined && luck.below(command.oneIn) > 0;
    if (troubles.length === 0 || passedOver) return [];
    return (LONG ? troubles : [luck.pick(troubles)]).map((trouble) => ({ ...trouble, at: i + 1, call }));
  });
  console.log(
    `${command.name}: ${faults.length} faults at ${undisturbed.calls.length} calls: ${tally(faults)}`,
  );
  const wrong = await pool(faults, AT_ONCE, ({ call, ...fault }) =>
    trial(where, command, undisturbed, `${fault.what} at call ${fault.at} (${call})`, async (place) => {
      const ended = await place.mlops(command.args, { fault: { ...fault, hurry: true } });
      return [
        ...honest(ended, fault),
        // What may not be written to may not be tidied either.
        ...(fault.what === 'EROFS' || fault.what === 'EACCES' ? [] : unfinishedFiles(place)),
      ];
    }),
  );
  return wrong.flat();
}

/** Whether a call is about a pack or an index, also before it has its name. */
function ofPacks(calls: readonly string[]): (call: string) => boolean {
  const temporary = calls.flatMap((call) => /^rename (\S+) → \S+\/(?:packs|index)\//.exec(call)?.[1] ?? []);
  return (call) => /\/(packs|index)\b/.test(call) || temporary.some((name) => call.includes(name));
}

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

function tally(faults: readonly Fault[]): string {
  return TROUBLES.map(({ what }) => `${faults.filter((each) => each.what === what).length} ${what}`).join(
    ', ',
  );
}
