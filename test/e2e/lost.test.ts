// Who deleted the store, damaged it, lost half a remote or the end of a lock is told what is lost, what is not, and which
// command brings it back; and that command does.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, ran, step, words } from './story.ts';

const FILES = 300; // more than fit beside each other: they are a pack

const STORY = {
  'pipeline.yaml': `data:
  raw: {}
  labels.csv: {}
stages:
  train:
    cmd: ${step('train', 'cat raw/*.txt > model.txt')}
    deps: [raw]
    outs: [model.txt]
  judge:
    cmd: ${step('judge', 'wc -c < model.txt > score.txt')}
    deps: [model.txt, labels.csv]
    outs: [score.txt]
`,
  'labels.csv': 'one\n',
  ...Object.fromEntries(Array.from({ length: FILES }, (_, i) => [`raw/${i}.txt`, `line ${i}\n`])),
};

async function story(): Promise<Rig> {
  const rig = await openRig();
  rig.write(STORY);
  expectExit(await rig.mlops('init'), 0);
  expectExit(await rig.mlops('add', 'raw', 'labels.csv'), 0);
  expectExit(await rig.mlops('repro'), 0);
  expect(ran(rig)).toEqual(['judge', 'train']);
  await rig.commit('first');
  return rig;
}

async function withRemote(rig: Rig): Promise<string> {
  const dir = rig.beside('remote');
  expectExit(await rig.mlops('remote', 'add', '-d', 'origin', `file://${dir}`), 0);
  await rig.commit('remote');
  expectExit(await rig.mlops('push'), 0);
  return join(dir, 'v1');
}

const say = async (rig: Rig, exit: number, ...args: string[]): Promise<string> =>
  words(expectExit(await rig.mlops(...args), exit));

const store = (rig: Rig): string => join(rig.path, '.git/mlops/store');

function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .sort();
}

/** The first place where `text` stands in a file of `dir` becomes something else. */
function spoil(dir: string, text: string): void {
  for (const path of filesIn(dir)) {
    const bytes = readFileSync(path);
    const at = bytes.indexOf(text);
    if (at < 0) continue;
    bytes[at]! ^= 1;
    chmodSync(path, 0o644);
    writeFileSync(path, bytes);
    return;
  }
  throw new Error(`no file of ${dir} holds ${text}`);
}

/** Commands that fsck or verify tells to type, first words only. */
const told = (text: string): string[] =>
  [...text.matchAll(/(?:help|or): (mlops [^(\n]*)/g)].map(([, command]) => command!.trim());

describe('a store that is whole', () => {
  it('is called clean, by fsck and by verify', async () => {
    const rig = await story();
    expect(await say(rig, 0, 'fsck')).toMatch(/no damage; 4 of 4 artifacts of the lock are whole/);
    expect(await say(rig, 0, 'verify')).toMatch(/4 artifacts, .* whole in the store/);
    expect(await say(rig, 0, 'fsck', '--repair')).toMatch(/nothing to repair/);
    expect(JSON.parse((await rig.mlops('fsck', '--json')).stdout)).toMatchObject({
      damage: [],
      affected: [],
    });
  });
});

describe('the store was deleted', () => {
  it('what the workspace still has is stored again by one command', async () => {
    const rig = await story();
    rmSync(store(rig), { recursive: true });
    const text = await say(rig, 0, 'fsck');
    expect(text).toMatch(/in the workspace only.*labels\.csv raw/);
    expect(told(text)).toEqual(['mlops fsck --repair']);
    expect(await say(rig, 5, 'verify')).toMatch(/raw is whole in the workspace only/);
    expect(await say(rig, 0, 'fsck', '--repair')).toMatch(/stored again from the workspace: 30\d objects/);
    await say(rig, 0, 'verify');
  });

  it('add of an unchanged folder stores it again', async () => {
    const rig = await story();
    rmSync(store(rig), { recursive: true });
    await say(rig, 0, 'add', 'raw');
    await say(rig, 0, 'verify', 'raw');
  });

  it('with the workspace too, it says what comes from where, and what from nowhere', async () => {
    const rig = await story();
    rmSync(store(rig), { recursive: true });
    rig.write({ raw: null, 'labels.csv': null, 'model.txt': null, 'score.txt': null });
    const text = await say(rig, 5, 'fsck');
    expect(text).toMatch(/no remote is configured: labels\.csv raw/);
    expect(told(text)).toContain('mlops repro --force judge train');
    expect(await say(rig, 5, 'verify')).toMatch(/raw can be had nowhere/);
  });

  it('repair stores what the workspace has, and calls nothing whole that it did not bring', async () => {
    const rig = await story();
    await withRemote(rig);
    rmSync(store(rig), { recursive: true });
    rig.write({ raw: null });
    const text = await say(rig, 0, 'fsck', '--repair');
    expect(text).toMatch(/no damage; 0 of 4 artifacts of the lock are whole/);
    expect(text).toMatch(/not in the store: raw\n +help: mlops fetch raw/);
    expect(text).toMatch(/\n3 of 4 artifacts of the lock are whole\n$/);
    expect(text).not.toContain('whole again');
    expect(told(text)).toEqual(['mlops fetch raw']);
    await say(rig, 0, 'fetch', 'raw');
    expect(await say(rig, 0, 'verify')).toMatch(/4 artifacts, .* whole in the store and on/);
  });

  it('push says what brings back bytes that are in neither place', async () => {
    const rig = await story();
    const dir = rig.beside('remote');
    await say(rig, 0, 'remote', 'add', '-d', 'origin', `file://${dir}`);
    rmSync(store(rig), { recursive: true });
    const text = await say(rig, 5, 'push');
    expect(text).toMatch(/labels\.csv: object .* is neither here nor on/);
    expect(text).toContain('help: mlops push, in a clone that has it;');
    await say(rig, 0, 'fsck', '--repair');
    await say(rig, 0, 'push');
  });

  it('a clone fetches everything from the remote', async () => {
    const rig = await story();
    await withRemote(rig);
    rmSync(store(rig), { recursive: true });
    rig.write({ raw: null, 'labels.csv': null, 'model.txt': null, 'score.txt': null });
    const text = await say(rig, 0, 'fsck');
    expect(told(text)).toEqual([
      'mlops fetch labels.csv raw score.txt model.txt',
      'mlops repro --force judge train',
    ]);
    expect(text).toMatch(/not pushed: .* mlops add labels\.csv raw\n/);
    await say(rig, 0, ...told(text)[0]!.split(' ').slice(1));
    expect(await say(rig, 0, 'fsck')).toMatch(/4 of 4 artifacts/);
  });
});

describe('a file of the store is damaged', () => {
  it('names the path, and repair takes the bytes from the workspace', async () => {
    const rig = await story();
    spoil(join(store(rig), 'packs'), 'line 17\n');
    const text = await say(rig, 8, 'fsck');
    expect(text).toMatch(/raw lost 1 of 300 files: 17\.txt/);
    expect(told(text)[0]).toBe('mlops add raw');
    expect(await say(rig, 0, 'fsck', '--repair')).toMatch(/whole again/);
    expect(await say(rig, 0, 'fsck')).toMatch(/quarantine holds 1 damaged file/);
    rig.write({ raw: null });
    await say(rig, 0, 'checkout');
    expect(rig.read('raw/17.txt')).toBe('line 17\n');
  });

  it('repair fetches from the remote what the workspace has changed', async () => {
    const rig = await story();
    await withRemote(rig);
    spoil(join(store(rig), 'packs'), 'line 17\n');
    rig.write({ 'raw/17.txt': 'mine\n' });
    const text = await say(rig, 8, 'fsck');
    expect(told(text)[0]).toBe('mlops fetch raw');
    expect(await say(rig, 0, 'fsck', '--repair')).toMatch(/fetched from the remote: 1 object/);
    expect(rig.read('raw/17.txt')).toBe('mine\n');
    await say(rig, 0, 'verify');
  });

  it('says what nothing can bring back', async () => {
    const rig = await story();
    spoil(join(store(rig), 'packs'), 'line 17\n');
    rig.write({ 'raw/17.txt': 'mine\n' });
    expect(await say(rig, 8, 'fsck', '--repair')).toMatch(/raw lost 1 of 300 files: 17\.txt/);
  });

  it('names branches that need what is lost', async () => {
    const rig = await story();
    await rig.git('branch', 'old');
    rig.write({ 'raw/17.txt': 'new\n' });
    await say(rig, 0, 'add', 'raw');
    spoil(join(store(rig), 'packs'), 'line 17\n');
    const { elsewhere } = JSON.parse((await rig.mlops('fsck', '--json')).stdout);
    expect(elsewhere).toContainEqual({ by: 'branch main', path: 'raw', lost: 1 });
  });

  it('finds what is wrong with runs and stat caches', async () => {
    const rig = await story();
    for (const dir of [join(store(rig), 'runs'), join(rig.path, '.git/mlops/stat')]) {
      const path = filesIn(dir).find((each) => !/\/\.[^/]*$/.test(each))!;
      const bytes = readFileSync(path);
      bytes[bytes.length - 40]! ^= 1;
      writeFileSync(path, bytes);
    }
    const { damage } = JSON.parse((await rig.mlops('fsck', '--json')).stdout) as {
      damage: { file: string }[];
    };
    expect(damage.map(({ file }) => file.split('/')[0]).sort()).toEqual(['runs', 'stat']);
    await say(rig, 0, 'fsck', '--repair');
    await say(rig, 0, 'fsck');
  });
});

describe('the remote lost half of its files', () => {
  it('verify tells, push brings them back, and both ends are whole again', async () => {
    const rig = await story();
    const remote = await withRemote(rig);
    expect(await say(rig, 0, 'verify', '--remote')).toMatch(/4 artifacts/);
    const files = filesIn(remote).filter((path) => /\/(objects|packs)\//.test(path));
    for (const path of files.filter((_, at) => at % 2 === 0)) rmSync(path);
    const text = await say(rig, 5, 'verify', '--remote');
    expect(text).toMatch(/is only here: .* not on file:/);
    for (const command of told(text)) await say(rig, 0, ...command.split(' ').slice(1));
    await say(rig, 0, 'verify', '--remote', '--read');
    const clone = await rig.clone('clone');
    await say(clone, 0, 'pull');
    expect(clone.read('model.txt')).toBe(rig.read('model.txt'));
  });

  it('verify tells a clone what can be had nowhere', async () => {
    const rig = await story();
    const remote = await withRemote(rig);
    const clone = await rig.clone('clone');
    for (const each of ['objects', 'packs']) rmSync(join(remote, each), { recursive: true, force: true });
    const text = await say(clone, 5, 'verify');
    expect(text).toMatch(/raw can be had nowhere/);
    expect(text).toMatch(/0 of 4 artifacts can be had, 0 B\n$/);
  });

  it('a clone can have all of it, and is told that it has nothing yet', async () => {
    const rig = await story();
    await withRemote(rig);
    const text = await say(await rig.clone('clone'), 0, 'verify');
    expect(text).toMatch(/raw is on file:.* only/);
    expect(text).toMatch(/4 artifacts, .* can be had here or on file:/);
  });

  it('pull puts in place what there is', async () => {
    const rig = await story();
    const remote = await withRemote(rig);
    const clone = await rig.clone('clone');
    rmSync(join(remote, 'packs'), { recursive: true });
    await say(rig, 0, 'push', 'model.txt');
    const text = await say(clone, 5, 'pull');
    expect(text.match(/help:/g), 'once, not for every object').toHaveLength(1);
    expect(text).toMatch(/raw.* is neither here nor on/);
    expect(text).toMatch(/checked out \d files?/);
    expect(clone.has('raw')).toBe(false);
    expect(clone.read('model.txt')).toBe(rig.read('model.txt'));
  });
});

describe('the lock lost its last lines', () => {
  it('fsck says which entries, and what brings them back', async () => {
    const rig = await story();
    const lock = rig.read('pipeline.lock');
    rig.write({ 'pipeline.lock': lock.slice(0, lock.indexOf('"train"')) });
    const text = await say(rig, 8, 'fsck');
    expect(text).toMatch(/pipeline\.lock .*HEAD has what it lost: train/);
    expect(text).toContain('git restore pipeline.lock');
    expect(text).not.toContain('nothing in it was lost');
    expect(await say(rig, 8, 'verify')).toMatch(/pipeline\.lock/);
    await say(rig, 0, 'repro');
    expect(ran(rig), 'the run cache has it').toEqual([]);
    expect(rig.read('pipeline.lock')).toBe(lock);
    await say(rig, 0, 'fsck');
  });

  it('also when the whole file is gone', async () => {
    const rig = await story();
    const lock = rig.read('pipeline.lock');
    rig.write({ 'pipeline.lock': null });
    expect(await say(rig, 8, 'fsck')).toMatch(/pipeline\.lock is gone.*labels\.csv, raw, judge, train/);
    await say(rig, 0, 'repro');
    expect(rig.read('pipeline.lock')).toBe(lock);
  });
});

describe('gc', () => {
  it('keeps what any commit names, frees the rest, and gives it back when it is needed after all', async () => {
    const rig = await story();
    const first = rig.read('pipeline.lock');
    rig.write(Object.fromEntries(Array.from({ length: FILES }, (_, i) => [`raw/${i}.txt`, `other ${i}\n`])));
    await say(rig, 0, 'repro');
    expect(await say(rig, 0, 'gc', '--keep-days', '0')).toMatch(
      /branches, tags and experiments[\s\S]*nothing is unneeded/,
    );
    await rig.git('checkout', '-q', 'pipeline.lock'); // the second result is named by nothing now
    const plan = await say(rig, 0, 'gc', '--keep-days', '0');
    expect(plan).toMatch(/would move to the trash: 30\d objects/);
    expect(plan).toMatch(/do it: mlops gc --yes/);
    expect(readdirSync(store(rig))).not.toContain('trash');
    expect(await say(rig, 0, 'gc', '--yes', '--keep-days', '0')).toMatch(/moved to the trash: 30\d objects/);
    await say(rig, 0, 'fsck');
    await say(rig, 0, 'verify');
    expect(rig.read('pipeline.lock')).toBe(first);
    // Adding it again needs the bytes that lie in the trash.
    await say(rig, 0, 'add', 'raw');
    expect(filesIn(join(store(rig), 'trash')).filter((path) => path.endsWith('.pack'))).toEqual([]);
    await say(rig, 0, 'fsck');
    await say(rig, 0, 'gc', '--yes', '--keep-days', '0', '--empty-trash');
    await say(rig, 0, 'verify');
    expect(readdirSync(join(store(rig), 'trash'))).toEqual([]);
  });

  it('keeps what stash, reflog, index and other worktrees name', async () => {
    const rig = await story();
    const version = async (name: string): Promise<void> => {
      rig.write({ 'labels.csv': `${name}\n` });
      await say(rig, 0, 'add', 'labels.csv');
    };
    await version('stashed');
    await rig.git('stash', '-q');
    await version('reset away');
    await rig.commit('reset away');
    await rig.git('reset', '-q', '--hard', 'HEAD~1');
    await rig.git('worktree', 'add', '-q', rig.beside('tree'), '-b', 'other');
    writeFileSync(join(rig.beside('tree'), 'labels.csv'), 'other worktree\n');
    await say(rig, 0, '-C', rig.beside('tree'), 'add', 'labels.csv');
    await version('staged');
    await rig.git('add', 'pipeline.lock');
    await version('named by nothing');
    await version('now');
    const plan = await say(rig, 0, 'gc', '--yes', '--keep-days', '0');
    expect(plan).toMatch(/moved to the trash: 1 object,/);
    const why = await say(rig, 0, 'gc', '--why', 'labels.csv');
    expect(why).toMatch(/pipeline\.lock +labels\.csv/);
  });

  it('refuses a store that other repositories may use, until it is told of them', async () => {
    const rig = await story();
    expectExit(await rig.mlops('config', '--local', 'store.dir', rig.beside('shared-store')), 0);
    const other = await rig.clone('other');
    expectExit(await other.mlops('config', '--local', 'store.dir', rig.beside('shared-store')), 0);
    other.write({ 'labels.csv': 'of the other\n' });
    await say(other, 0, 'add', 'labels.csv');
    expect(await say(rig, 7, 'gc', '--yes', '--keep-days', '0')).toMatch(/may be used by other repositories/);
    expect(await say(rig, 0, 'gc', '--keep-days', '0', '--also', other.path)).toMatch(/nothing is unneeded/);
    expect(await say(rig, 0, 'gc', '--keep-days', '0', '--alone')).toMatch(
      /would move to the trash: 1 object/,
    );
  });

  it('does not empty the trash beside a run', async () => {
    const rig = await openRig();
    const a = rig.command('a');
    rig.write({ 'pipeline.yaml': `stages:\n  a:\n    cmd: ${a.cmd}\n    outs: [out.txt]\n` });
    await rig.commit('one');
    const run = rig.start('repro');
    const call = await a.nextCall();
    expect(await say(rig, 9, 'gc', '--yes', '--empty-trash')).toMatch(/stage a/);
    expectExit(await rig.mlops('gc', '--yes'), 0);
    await call.write('out.txt', 'x');
    await call.exit(0);
    expectExit(await run.done, 0);
  });
});

describe('du', () => {
  it('says what is an artifact’s own and what it shares', async () => {
    const rig = await story();
    rig.write({ 'copy.csv': 'one\n' });
    await say(rig, 0, 'add', 'copy.csv');
    const { artifacts, store: parts } = JSON.parse((await rig.mlops('du', '--json')).stdout);
    const by = Object.fromEntries(artifacts.map((each: { path: string }) => [each.path, each]));
    expect(by['labels.csv']).toMatchObject({ bytes: 4, workspace: 4, own: 0, shared: 4, absent: 0 });
    expect(by['raw'].own).toBeGreaterThan(by['raw'].bytes);
    expect(parts.packs.files).toBe(1);
    expect(await say(rig, 0, 'du', 'raw')).not.toMatch(/labels/);
    expect(await say(rig, 5, 'du', 'rwa')).toMatch(/no lock names rwa/);
  });
});
