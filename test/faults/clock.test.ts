// The clock of the machine is set back, and files carry times that are to come. Nothing that changed is taken for unchanged,
// and nothing waits for a time that was.
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from './commands.ts';
import { ok, openGround, type Place } from './ground.ts';
import { workspaceOf } from './keeping.ts';
import { trial, watch } from './trial.ts';

const DAY_MS = 86_400_000;
const ground = openGround('few');
afterAll(() => ground.remove());

describe('a clock that is set back a day', () => {
  it.each(COMMANDS)('$name: does not notice', async (command) => {
    const undisturbed = await watch(ground, command);
    for (const at of [0, Math.floor(undisturbed.calls.length / 2)]) {
      const words = `the clock set back at call ${at}`;
      const wrong = await trial(ground, command, undisturbed, words, async (place) => {
        const { exit, said } = await place.mlops(command.args, { fault: { at, clock: -DAY_MS } });
        return exit === 0 ? command.check(place) : [`exit ${exit}: ${said}`];
      });
      expect(wrong).toEqual([]);
    }
  });

  it('sees what was written since, with the same size and the times from before', async () => {
    const place = await ground.take('made');
    await ok(place, ['status']);
    const path = join(place.repo, 'data/raw/a.txt');
    const { atimeMs, mtimeMs } = statSync(path);
    writeFileSync(path, 'IN THE BEGINNING\n');
    utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
    expect((await place.mlops(['status'])).said).toContain('data/raw');
    await ok(place, ['repro']);
    expect(place.read('work/all.txt')).toContain('IN THE BEGINNING');
  });
});

describe('files from tomorrow', () => {
  it('are hashed again and again, and every change of them is seen', async () => {
    const place = await ground.take('fresh');
    const tomorrow = (Date.now() + DAY_MS) / 1000;
    age(place, tomorrow);
    await ok(place, ['add', 'data/raw', 'data/many']);
    await ok(place, ['repro']);
    const before = place.read('pipeline.lock');
    await ok(place, ['repro']);
    expect(place.read('pipeline.lock')).toBe(before);
    place.write({ 'data/raw/a.txt': 'IN THE BEGINNING\n' });
    age(place, tomorrow);
    await ok(place, ['repro']);
    expect(place.read('work/all.txt')).toContain('IN THE BEGINNING');
    const right = workspaceOf(place);
    place.write({ data: null, work: null });
    await ok(place, ['checkout']);
    const back = workspaceOf(place);
    for (const [file, what] of right)
      if (file !== 'data/raw/own.log') expect([file, back.get(file)]).toEqual([file, what]);
  });
});

/** All data files get that time. */
function age(place: Place, seconds: number): void {
  for (const entry of readdirSync(join(place.repo, 'data'), { recursive: true, withFileTypes: true }))
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), seconds, seconds);
}
