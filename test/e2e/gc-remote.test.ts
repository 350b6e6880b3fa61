// gc of a remote that several repositories use: it asks all of them, and refuses when one cannot answer.
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { fingerprintKey } from '../../src/core/key.ts';
import { encodeRun, runName } from '../../src/store/runs.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, words } from './story.ts';

const say = async (rig: Rig, exit: number, ...args: string[]): Promise<string> =>
  words(expectExit(await rig.mlops(...args), exit));

async function version(rig: Rig, name: string): Promise<void> {
  rig.write(Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`raw/${i}.txt`, `${name} ${i}\n`])));
  await say(rig, 0, 'add', 'raw');
  await rig.commit(name);
}

/** Two clones of one Git server, and a second server with a repository of its own; all push to one remote. */
async function team() {
  const a = await openRig();
  const remote = a.beside('remote');
  a.write({ 'pipeline.yaml': 'data:\n  raw: {}\n' });
  await say(a, 0, 'remote', 'add', '-d', 'origin', `file://${remote}`);
  await version(a, 'first');
  for (const server of ['server', 'other-server'])
    await a.git('init', '-q', '--bare', '-b', 'main', a.beside(server));
  await a.git('remote', 'add', 'origin', a.beside('server'));
  await a.git('push', '-q', 'origin', 'main');
  await say(a, 0, 'push');
  const b = await a.clone('b');
  await b.git('remote', 'set-url', 'origin', a.beside('server'));
  const other = await a.clone('other');
  await other.git('remote', 'set-url', 'origin', a.beside('other-server'));
  return { a, b, other, remote };
}

/** As if what was condemned had been so for days, by what it says and by the remote's clock. */
function age(remote: string, days: number): void {
  const folder = join(remote, 'v1/gc');
  const last = join(folder, readdirSync(folder).sort().at(-1)!);
  const epoch = JSON.parse(readFileSync(last, 'utf8')) as { time: string };
  const then = new Date(Date.parse(epoch.time) - days * 86_400_000);
  writeFileSync(last, JSON.stringify({ ...epoch, time: then.toISOString() }));
  utimesSync(last, then, then);
}

it('keeps what a branch of any repository names, though this clone never saw it', async () => {
  const { a, b, other, remote } = await team();
  await b.git('switch', '-q', '-c', 'feature');
  await version(b, 'of a branch');
  await b.git('push', '-q', 'origin', 'feature');
  await say(b, 0, 'push');
  await version(other, 'of the other repository');
  await other.git('push', '-q', 'origin', 'main');
  await say(other, 0, 'push');
  // Clones of one server are one user of the remote.
  expect(readdirSync(join(remote, 'v1/repos'))).toHaveLength(2);
  expect(await say(a, 0, 'gc', '--remote', '--keep-days', '0')).toMatch(/server.*\n.*nothing is unneeded/);

  // The branch goes: nothing names its data any more.
  await b.git('push', '-q', 'origin', ':feature');
  const plan = await say(a, 0, 'gc', '--remote', '--keep-days', '0');
  expect(plan).toMatch(/would condemn, as nothing needs it: 1 pack/);
  expect(await say(a, 0, 'gc', '--remote', '--yes', '--keep-days', '0')).toMatch(/^condemned/m);
  expect(await say(a, 0, 'gc', '--remote', '--yes', '--keep-days', '0')).toMatch(/nothing to do until then/);
  expect(await say(b, 0, 'verify')).toMatch(/whole|only here/);
  age(remote, 8);
  expect(await say(a, 0, 'gc', '--remote', '--yes', '--keep-days', '0')).toMatch(/^deleted/m);

  for (const [who, name] of [
    [a, 'first'],
    [other, 'of the other repository'],
  ] as const) {
    rmSync(join(who.path, '.git/mlops/store'), { recursive: true });
    who.write({ raw: null });
    await say(who, 0, 'pull');
    expect(who.read('raw/3.txt')).toBe(`${name} 3\n`);
  }
  expect(await say(a, 0, 'fsck', '--remote', '--read')).toMatch(/no damage/);
  // Who still has the data of the branch sends it again.
  await say(b, 0, 'push');
  expect(await say(b, 0, 'verify', '--remote')).toMatch(/whole on file:/);
});

it('refuses where a repository cannot be asked, until somebody vouches for it', async () => {
  const { a, other, remote } = await team();
  await version(other, 'of the other repository');
  await other.git('push', '-q', 'origin', 'main');
  await say(other, 0, 'push');
  const before = readdirSync(remote, { recursive: true }).length;
  rmSync(a.beside('other-server'), { recursive: true });
  const refused = await say(a, 6, 'gc', '--remote', '--yes', '--keep-days', '0');
  expect(refused).toMatch(/other-server: its branches and tags cannot be listed \(.*does not .*repository\)/);
  expect(refused).toMatch(/help: .*--assume-unused URL/);
  expect(readdirSync(remote, { recursive: true })).toHaveLength(before);
  const vouched = await say(
    a,
    0,
    'gc',
    '--remote',
    '--keep-days',
    '0',
    '--assume-unused',
    a.beside('other-server'),
  );
  expect(vouched).toMatch(/would condemn/);

  const alone = await a.clone('alone');
  await alone.git('remote', 'remove', 'origin');
  await version(alone, 'of nobody knows whom');
  await say(alone, 0, 'push');
  const text = await say(a, 7, 'gc', '--remote', '--assume-unused', a.beside('other-server'));
  expect(text).toMatch(/is used by a repository that has no URL/);
  // From there it can be told.
  await say(alone, 0, 'gc', '--remote', '--assume-unused', a.beside('other-server'));
});

it('refuses a history that is cut', async () => {
  const { a } = await team();
  await version(a, 'second');
  await a.git('push', '-q', 'origin', 'main');
  await a.git('clone', '-q', '--depth=1', `file://${a.beside('server')}`, a.beside('shallow'));
  expect(words(await a.mlops('-C', a.beside('shallow'), 'gc', '--remote'))).toMatch(/shallow clone/);
});

it('runs no command that a URL on the remote names', async () => {
  const { a, remote } = await team();
  const trap = a.beside('trapped');
  for (const url of [`ext::sh -c "touch% ${trap}"`, `--upload-pack=touch ${trap}`]) {
    writeFileSync(
      join(remote, 'v1/repos/11111111-1111-1111-1111-111111111111.json'),
      `${JSON.stringify({ seen: '2026-11-21T10:00:00.000Z', urls: [url], v: 1 })}\n`,
    );
    await say(a, 6, 'gc', '--remote');
    expect(readdirSync(a.beside('.'))).not.toContain('trapped');
  }
});

/** An entry that somebody who may write the scopes of pull requests made up. */
function plant(remote: string, scope: string, deps: unknown, outs: object): void {
  const fingerprint = { v: 1, action: { cmd: ['true'] }, deps };
  const entry = {
    ...{ v: 1, in: fingerprint, key: fingerprintKey(fingerprint as never), outs, exit: 0, stage: 'x' },
    ...{ started: new Date().toISOString(), ms: 1 },
  } as never;
  const file = join(remote, 'v1', runName(scope, entry));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, encodeRun(entry));
}

it('is not stopped by what a pull request says that its run made', async () => {
  const { a, b, remote } = await team();
  const bytes = digestBytes('first 0\n');
  const lie = { x: { tree: bytes, bytes: 8, files: 1 } };
  plant(remote, 'pr-9', { raw: { tree: bytes } }, lie);
  for (const deps of [{ raw: null }, { raw: { tree: 12 } }, [], 'raw'])
    plant(remote, 'pr-9', deps, { y: { file: bytes, bytes: 8 } });
  // With those bytes in the store, and without.
  for (const rig of [a, b]) expect(await say(rig, 0, 'gc', '--remote')).toMatch(/nothing is unneeded/);
  // Of main it is damage, that hides what else is needed.
  plant(remote, 'main', { raw: { tree: bytes } }, lie);
  for (const rig of [a, b]) expect(await say(rig, 8, 'gc', '--remote')).toMatch(/named as a directory/);
});
