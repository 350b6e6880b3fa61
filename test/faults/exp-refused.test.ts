// The system refuses one call of a command about experiments, or the command is killed before it: the disk is full,
// breaks, is read-only. Files of the user are as before or as after, no experiment is lost, and the next run completes.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pool } from '../../src/util/pool.ts';
import { chance, draw, LONG, SEED } from './chance.ts';
import type { Broken } from './commands.ts';
import { type Fault, openGround, type Place } from './ground.ts';
import { differences, storeHolding, workspaceOf } from './keeping.ts';
import { honest, trial, watch } from './trial.ts';

const AT_ONCE = 2;
/** Of its calls. */
const EACH = LONG ? Number.POSITIVE_INFINITY : 10;

const TROUBLES: readonly Fault[] = [
  { what: 'ENOSPC', lasting: true },
  { what: 'EIO' },
  { what: 'EROFS', lasting: true },
  { what: 'die' },
];

const OUTS = ['work', 'metrics.json'];
/** Those that an experiment writes; each is written whole. */
const FILES = ['params.yaml', '.gitignore'];
/** Stages are recorded one after the other. */
const LOCK = ['pipeline.lock'];

// biome-ignore format: a line for each command
const EXP_COMMANDS: readonly Omit<Broken, 'edits'>[] = [
  { name: 'exp run', args: ['exp', 'run', '-S', 'words=2'], from: 'tried', writes: [...FILES, ...OUTS], halfWritten: OUTS, leaves: 'tmp', check: isKept },
  { name: 'exp run --all', args: ['exp', 'run', '--all'], from: 'tried', writes: [], leaves: 'tmp', check: nothingWaits },
  { name: 'exp apply', args: ['exp', 'apply', 'best'], from: 'tried', writes: [...FILES, ...OUTS], leaves: 'tmp', check: bestIsHere },
  { name: 'exp push', args: ['exp', 'push', 'origin', 'best'], from: 'tried', writes: [], leaves: 'tmp', check: bestIsThere },
  { name: 'exp pull', args: ['exp', 'pull', 'origin', 'best'], from: 'shared', writes: [], leaves: 'tmp', check: bestIsHere },
];

const ground = openGround('few');
afterAll(() => ground.remove());

describe(`calls of commands about experiments refused, seed ${SEED}`, () => {
  it.each(EXP_COMMANDS)('$name: says so, loses nothing, and the next completes', async (tried) => {
    const command: Broken = { ...tried, edits: LOCK, inGit: FILES };
    const undisturbed = await watch(ground, command);
    const luck = chance(`refuse ${command.name}`);
    const calls = undisturbed.calls.length;
    const faults = draw(luck, Math.min(EACH, calls), 1, calls).flatMap((at): Fault[] =>
      (LONG ? TROUBLES : [luck.pick(TROUBLES)]).map((trouble) => ({ ...trouble, at })),
    );
    console.log(`${command.name}: ${faults.length} faults at ${calls} calls`);
    const wrong = await pool(faults, AT_ONCE, (fault) =>
      trial(
        ground,
        command,
        undisturbed,
        `${fault.what} at call ${fault.at} (${undisturbed.calls[fault.at! - 1]})`,
        async (place) => {
          const ended = await place.mlops(command.args, { fault: { ...fault, hurry: true } });
          return fault.what === 'die' ? [] : honest(ended, fault);
        },
      ),
    );
    expect(wrong.flat()).toEqual([]);
  });

  it('exp apply --undo: stops on a way that the next one takes back, or goes to its end', async () => {
    const args = ['exp', 'apply', '--undo'];
    const command: Broken = {
      name: 'undo',
      args,
      from: 'applied',
      edits: LOCK,
      inGit: FILES,
      writes: [...FILES, ...OUTS],
      check: bestIsHere,
    };
    const { before, after, calls } = await watch(ground, command);
    const luck = chance('refuse undo');
    const wrong = await pool(
      draw(luck, Math.min(EACH, calls.length), 1, calls.length),
      AT_ONCE,
      async (at) => {
        const fault = { ...luck.pick(TROUBLES), at };
        const place = await ground.take('applied');
        const ended = await place.mlops(args, { fault: { ...fault, hurry: true } });
        const said = fault.what === 'die' ? [] : honest(ended, fault);
        const again = await place.mlops(args);
        const [applied, undone] = [before, after].map((each) => differences(each, workspaceOf(place)));
        const left = applied!.length > 0 && undone!.length > 0 ? [...applied!, ...undone!, again.said] : [];
        place.remove();
        return [...said, ...left].map((line) => `${fault.what} at call ${at} (${calls[at - 1]}): ${line}`);
      },
    );
    expect(wrong.flat()).toEqual([]);
  });
});

/** With a retry of what failed. Nothing is left of what ran but results. */
async function holds(
  place: Place,
  promise: (experiments: readonly string[]) => string | false,
): Promise<string[]> {
  const listed = await place.git('for-each-ref', '--format=%(refname)', 'refs/mlops/exp');
  const wrong = promise(listed.split('\n').map((ref) => ref.split('/').at(-1)!));
  const folders = ['exp', 'queue/kill'].flatMap((name) => {
    const folder = join(place.repo, '.git/mlops', name);
    return existsSync(folder) ? readdirSync(folder).map((left) => `${name}/${left} is left over`) : [];
  });
  const fsck = await place.git('fsck', '--no-progress', '--strict', '--no-dangling');
  return [
    ...(wrong === false ? [] : [wrong]),
    ...folders,
    ...(fsck === '' ? [] : [fsck]),
    ...storeHolding(place).problems,
  ];
}

function isKept(place: Place): Promise<string[]> {
  return holds(place, (experiments) => experiments.length < 2 && 'no experiment was kept');
}

async function nothingWaits(place: Place): Promise<string[]> {
  await place.mlops(['exp', 'queue', 'retry', '--failed']);
  const { said } = await place.mlops(['exp', 'run', '--all']);
  return holds(place, (experiments) => !experiments.includes('next') && `next has no result: ${said}`);
}

function bestIsHere(place: Place): Promise<string[]> {
  return holds(place, (experiments) => !experiments.includes('best') && 'best is not here');
}

async function bestIsThere(place: Place): Promise<string[]> {
  const there = await place.git('ls-remote', 'origin', 'refs/mlops/*');
  return holds(place, () => !there.endsWith('/best') && `the server has: ${there}`);
}
