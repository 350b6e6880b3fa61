// Long work as a user sees it, on a real terminal and through a pipe. A remote that answers when the test says so makes
// the work as long as it must be.
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { type S3Server, startS3, TEST_KEYS } from '../s3-server/server.ts';

const TERMINAL = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');

let server: S3Server;
let rig: Rig;
const env = {
  AWS_ACCESS_KEY_ID: TEST_KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: TEST_KEYS.secretAccessKey,
};
beforeEach(async () => {
  server = await startS3({ buckets: ['bucket'] });
  rig = await openRig();
  rig.write({ 'data/a': 'a', 'data/b': 'b' });
  await rig.mlops('add', 'data');
  await rig.mlops('remote', 'add', '-d', 'origin', 's3://bucket/here', '--endpoint', server.url);
});
afterEach(() => server.close());

/** Objects of the remote hang, in both directions, until `go` is called. */
function hold(): { readonly go: () => void } {
  let go = (): void => {};
  const gate = new Promise<undefined>((resolve) => {
    go = () => resolve(undefined);
  });
  server.faults = (request) => (/\/(objects|packs)\//.test(request.key) ? gate : undefined);
  return { go };
}

describe.skipIf(!TERMINAL)('on a terminal (needs script of util-linux)', () => {
  it('push shows a line while it works, and leaves its summary alone', async () => {
    const { go } = hold();
    const run = rig.startOnTerminal({ env, columns: 80 }, 'push');
    await run.says(/pushing {4}0\/3 objects +\d+ B\/\d+ B/);
    go();
    const { exit, stdout } = await run.done;
    expect(exit).toBe(0);
    // The cursor is hidden while lines are redrawn, and back when they are erased.
    const [before, after] = stdout.split('\u001b[?25h');
    expect(before).toMatch(/\[\?25l/);
    expect(before!.endsWith('\u001b[0J')).toBe(true);
    expect(after).toMatch(/^pushed 3 objects, \d+ B to s3:\/\/bucket\/here\r\n$/);
  });

  it('repro shows what it fetches, and leaves one line of it', async () => {
    const make = rig.command('make');
    rig.write({
      'pipeline.yaml': `data: {data: {}}\nstages:\n  make: {cmd: ${make.cmd}, outs: [one, two]}\n`,
    });
    const first = rig.startWith({ env }, 'repro');
    const call = await make.nextCall();
    await call.write('one', 'made');
    await call.write('two', 'here');
    await call.exit(0);
    await first.done;
    await rig.mlopsWith({ env }, 'push');
    await rig.commit('made');
    const clone = await rig.clone('clone');
    await clone.mlops('remote', 'add', '-d', 'origin', 's3://bucket/here', '--endpoint', server.url);
    const { go } = hold();
    const run = clone.startOnTerminal({ env, columns: 80 }, 'repro', '--pull');
    await run.says(/fetching {3}0\/2 objects {6}0 B\/8 B/);
    go();
    const { exit, stdout } = await run.done;
    expect(exit).toBe(0);
    expect(stdout).toMatch(/↓.* 2 objects, 8 B, verified\r\n/);
  });

  it('a command that is quick writes nothing but its words', async () => {
    const run = await rig.startOnTerminal({ env: { ...env, NO_COLOR: '1' }, columns: 80 }, 'status').done;
    expect(run.stdout).toBe('no stages yet\r\n');
  });

  it('CI=1 keeps the terminal still', async () => {
    const run = await rig.startOnTerminal({ env: { ...env, CI: '1', NO_COLOR: '1' }, columns: 80 }, 'push')
      .done;
    expect(run.stdout).toMatch(/^pushed 3 objects, \d+ B to s3:\/\/bucket\/here\r\n$/);
  });
});

it('through a pipe, short work is its summary', async () => {
  expect(await rig.mlopsWith({ env }, 'push')).toEqual({
    exit: 0,
    stdout: expect.stringMatching(/^pushed 3 objects, \d+ B to s3:\/\/bucket\/here\n$/),
    stderr: '',
  });
});
