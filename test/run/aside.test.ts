import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RepoPath, repoPathOf } from '../../src/core/ids.ts';
import { type Out, restoreAside, setAside } from '../../src/run/aside.ts';
import { save } from '../../src/store/save.ts';
import { snapshot } from '../../src/store/snapshot.ts';
import { emptyTrash, moveToTrash } from '../../src/store/trash.ts';
import { openWorkspace, type Workspace } from '../../src/store/workspace.ts';
import { temporaryFolder } from '../child.ts';

let folder: ReturnType<typeof temporaryFolder>;
let workspace: Workspace;
let state: string;
beforeEach(() => {
  folder = temporaryFolder();
  const git = join(folder.path, '.git');
  mkdirSync(git);
  state = join(git, 'mlops');
  workspace = openWorkspace({ top: folder.path, gitDir: git, commonDir: git });
});
afterEach(() => folder.remove());

const MODEL = repoPathOf('models/model.txt');
const DATA = repoPathOf('data/train');

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder.path, path)), { recursive: true });
  writeFileSync(join(folder.path, path), text);
}

function read(path: string): string | undefined {
  return existsSync(join(folder.path, path)) ? readFileSync(join(folder.path, path), 'utf8') : undefined;
}

const moved = (...paths: RepoPath[]): Out[] => paths.map((path) => ({ path, keep: false }));

async function store(path: RepoPath): Promise<void> {
  await save(workspace, (await snapshot(workspace, path))!);
}

/** Every file below the trash, by its path in the workspace. */
function trashed(): { readonly [path: string]: string } {
  const dir = join(workspace.store.dir, 'trash');
  if (!existsSync(dir)) return {};
  return Object.fromEntries(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name))
      .map((path) => [path.slice(dir.length + 1).replace(/^[^/]+\//, ''), readFileSync(path, 'utf8')]),
  );
}

function nothingAside(): void {
  expect(existsSync(join(state, 'aside')) ? readdirSync(join(state, 'aside')) : []).toEqual([]);
}

describe('what stood at the outs', () => {
  it('is out of the way while the stage runs, and back when it failed', async () => {
    write(MODEL, 'good');
    write('data/train/a/1.csv', '1');
    chmodSync(join(folder.path, MODEL), 0o755);
    symlinkSync('a/1.csv', join(folder.path, 'data/train/link'));
    const before = statSync(join(folder.path, MODEL), { bigint: true });
    const aside = await setAside(workspace, state, 'c1', moved(MODEL, DATA));
    expect([read(MODEL), read(DATA)]).toEqual([undefined, undefined]);
    write(MODEL, 'half');
    write('data/train/b/2.csv', '2');
    aside.putBack();
    aside.putBack();
    const after = statSync(join(folder.path, MODEL), { bigint: true });
    expect([after.ino, after.mtimeNs, after.mode]).toEqual([before.ino, before.mtimeNs, before.mode]);
    expect(read('data/train/link')).toBe('1');
    expect(readdirSync(join(folder.path, DATA)).toSorted()).toEqual(['a', 'link']);
    nothingAside();
  });

  it('comes back where the stage wrote nothing, and its folder was removed', async () => {
    write(MODEL, 'good');
    const aside = await setAside(workspace, state, 'c1', moved(MODEL));
    rmSync(join(folder.path, 'models'), { recursive: true });
    aside.putBack();
    expect(read(MODEL)).toBe('good');
  });

  it('may have been nothing: then a failed stage leaves nothing', async () => {
    const aside = await setAside(workspace, state, 'c1', moved(MODEL));
    expect(existsSync(join(state, 'aside'))).toBe(false);
    write(MODEL, 'half');
    aside.putBack();
    expect(read(MODEL)).toBeUndefined();
  });

  it('goes after success when the store has it', async () => {
    write(MODEL, 'good');
    write('data/train/1.csv', '1');
    await store(MODEL);
    await store(DATA);
    const aside = await setAside(workspace, state, 'c1', moved(MODEL, DATA));
    write(MODEL, 'better');
    expect(await aside.discard()).toEqual({ trashed: [] });
    aside.putBack();
    expect(read(MODEL)).toBe('better');
    expect(trashed()).toEqual({});
    nothingAside();
  });

  it('goes to the trash after success when the store lacks it', async () => {
    write(MODEL, 'by hand');
    write('data/train/1.csv', '1');
    await store(DATA);
    write('data/train/1.csv', 'changed by hand');
    const aside = await setAside(workspace, state, 'c1', moved(MODEL, DATA));
    write(MODEL, 'better');
    expect(await aside.discard()).toEqual({ trashed: [MODEL, DATA] });
    expect(trashed()).toEqual({ [MODEL]: 'by hand', 'data/train/1.csv': 'changed by hand' });
    expect(read(MODEL)).toBe('better');
    nothingAside();
  });

  it('leaves files that are never stored where they are', async () => {
    write('.mlopsignore', 'notes.txt\n');
    write('data/train/1.csv', '1');
    write('data/train/deep/notes.txt', 'mine');
    await store(DATA);
    const aside = await setAside(workspace, state, 'c1', moved(DATA));
    write('data/train/2.csv', '2');
    expect(await aside.discard()).toEqual({ trashed: [] });
    expect(read('data/train/deep/notes.txt')).toBe('mine');
    expect(read('data/train/2.csv')).toBe('2');
  });

  it('goes to the trash when files that are never stored have no place any more', async () => {
    write('data/train/.mlopsignore', 'notes.txt\n');
    write('data/train/notes.txt', 'mine');
    await store(DATA);
    const aside = await setAside(workspace, state, 'c1', moved(DATA));
    write('data/train/2.csv', '2');
    expect(await aside.discard()).toEqual({ trashed: [DATA] });
    expect(trashed()['data/train/notes.txt']).toBe('mine');
  });

  it('stays for a stage that goes on with it, and comes back all the same', async () => {
    write(MODEL, 'epoch 1');
    const aside = await setAside(workspace, state, 'c1', [{ path: MODEL, keep: true }]);
    expect(read(MODEL)).toBe('epoch 1');
    writeFileSync(join(folder.path, MODEL), ' half an epoch 2', { flag: 'a' });
    aside.putBack();
    expect(read(MODEL)).toBe('epoch 1');
    nothingAside();
  });
});

describe('after the process died', () => {
  it('while the stage ran, what was set aside comes back', async () => {
    write(MODEL, 'good');
    write('data/train/1.csv', '1');
    await setAside(workspace, state, 'c1', moved(MODEL, DATA));
    write(MODEL, 'half');
    expect(restoreAside(workspace, state, 'c1')).toEqual([MODEL, DATA]);
    expect([read(MODEL), read('data/train/1.csv')]).toEqual(['good', '1']);
    nothingAside();
  });

  it('while it set aside or restored, nothing is lost: done again, both end the same', async () => {
    write(MODEL, 'good');
    write('data/train/1.csv', '1');
    await setAside(workspace, state, 'c1', moved(MODEL, DATA));
    // As if it had died between the two.
    renameSync(join(state, 'aside/c1/outs', DATA), join(folder.path, DATA));
    restoreAside(workspace, state, 'c1');
    expect([read(MODEL), read('data/train/1.csv')]).toEqual(['good', '1']);
    expect(restoreAside(workspace, state, 'c1')).toEqual([]);
  });

  it('before anything was set aside, nothing happens', () => {
    write(MODEL, 'good');
    expect(restoreAside(workspace, state, 'c1')).toEqual([]);
    expect(read(MODEL)).toBe('good');
  });

  it('while it discarded, the new outs stay and the rest is kept in the trash', async () => {
    write(MODEL, 'old');
    await setAside(workspace, state, 'c1', moved(MODEL));
    write(MODEL, 'new');
    const dir = join(state, 'aside/c1');
    renameSync(join(dir, 'manifest.json'), join(dir, 'discarded.json'));
    expect(restoreAside(workspace, state, 'c1')).toEqual([]);
    expect(read(MODEL)).toBe('new');
    expect(trashed()).toEqual({ [MODEL]: 'old' });
    nothingAside();
  });

  it('a manifest cannot make it touch what lies outside', () => {
    mkdirSync(join(state, 'aside/c1'), { recursive: true });
    writeFileSync(
      join(state, 'aside/c1/manifest.json'),
      JSON.stringify({ v: 1, outs: [{ path: '../../etc', keep: false }] }),
    );
    expect(() => restoreAside(workspace, state, 'c1')).toThrow('..');
  });
});

describe('the trash', () => {
  it('keeps what was put there for 14 days', () => {
    const day = (n: number): Date => new Date(Date.UTC(2026, 10, n));
    write('a', '1');
    const place = moveToTrash(workspace.store.dir, join(folder.path, 'a'), repoPathOf('a'), day(1));
    expect(readFileSync(place, 'utf8')).toBe('1');
    emptyTrash(workspace.store.dir, day(15));
    expect(existsSync(place)).toBe(true);
    emptyTrash(workspace.store.dir, day(16));
    expect(existsSync(place)).toBe(false);
  });
});
