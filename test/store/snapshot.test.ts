import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import { save } from '../../src/store/save.ts';
import { snapshot } from '../../src/store/snapshot.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { at, failuresOf, folder, rig, TRUSTING } from './rig.ts';

describe('snapshot', () => {
  it('records a file, and that it is executable', async () => {
    const { ws, write } = rig();
    write({ 'a.txt': 'hello\n', run: { exec: '#!/bin/sh\n' } });
    expect((await snapshot(ws, at('a.txt')))?.artifact).toEqual({ bytes: 6, file: digestBytes('hello\n') });
    expect((await snapshot(ws, at('run')))?.artifact).toEqual({
      bytes: 10,
      file: digestBytes('#!/bin/sh\n'),
      exec: true,
    });
    expect(await snapshot(ws, at('absent'))).toBeUndefined();
    expect(await snapshot(ws, at('a.txt/below'))).toBeUndefined();
  });

  it('records a directory with modes, links and empty directories', async () => {
    const { ws, write } = rig();
    write({
      'd/a.txt': 'hello\n',
      'd/empty': null,
      'd/link': { link: 'a.txt' },
      'd/run.sh': { exec: '#!/bin/sh\n' },
    });
    expect((await snapshot(ws, at('d')))?.artifact).toEqual({
      bytes: 16,
      files: 3,
      tree: '6daa9edbd12b98af2fb21878e6d09cc6c14ef96af49a458f43f1d0aedf659d92',
    });
  });

  it('leaves out droppings and what the ignore files say, the deeper file winning', async () => {
    const { ws, write } = rig();
    write({
      '.mlopsignore': '*.log\n/d/top-only\n',
      '.gitignore': '/d/build\n*.o\n',
      'd/.mlopsignore': '!keep.log\n',
      'd/.DS_Store': '',
      'd/__pycache__/x.py': '',
      'd/a.pyc': '',
      'd/b.log': '',
      'd/keep.log': '',
      'd/top-only': '',
      'd/sub/top-only': '',
      'd/build/x': '',
      'd/c.o': '',
      'd/sub/deep.log': '',
    });
    const found = await snapshot(ws, at('d'));
    expect(found?.leaves.filter((leaf) => leaf.kind === 'file').map((leaf) => leaf.path)).toEqual([
      '.mlopsignore',
      'keep.log',
      'sub/top-only',
    ]);
  });

  it('does not ask .gitignore about a directory that Git ignores whole', async () => {
    const { ws, write } = rig();
    write({
      '.gitignore': '/data\n*.bin\n',
      'data/x.bin': '',
      'data/.gitignore': '*\n',
      'src/x.bin': '',
      'src/y': '',
    });
    const names = async (path: string) => (await snapshot(ws, at(path)))?.leaves.map((leaf) => leaf.path);
    expect(await names('data')).toEqual(['.gitignore', 'x.bin']);
    expect(await names('src')).toEqual(['y']);
  });

  it('follows a declared path that is a symlink, and refuses one among its parents that leads out', async () => {
    const { ws, write, path, again } = rig();
    const outside = folder();
    writeFileSync(`${outside}/x`, 'x');
    write({ 'real/x': 'x' });
    symlinkSync(outside, path('out'));
    symlinkSync('real', path('in'));
    expect((await snapshot(ws, at('out')))?.artifact).toEqual((await snapshot(ws, at('real')))?.artifact);
    expect((await snapshot(ws, at('in/x')))?.artifact).toEqual({ bytes: 1, file: digestBytes('x') });
    expect(await failuresOf(() => snapshot(ws, at('out/x')))).toEqual([
      `config: "out/x" leads out of the repository, to ${outside}`,
    ]);
    expect(await snapshot(again({ allowOutside: [outside] }), at('out/x'))).toBeDefined();
  });

  it('refuses by name what cannot be stored', async () => {
    const { ws, write, path, top } = rig();
    write({ 'd/a': '' });
    execFileSync('mkfifo', [path('d/pipe')]);
    expect(await failuresOf(() => snapshot(ws, at('d')))).toEqual([
      `config: ${top}/d/pipe is a FIFO, which cannot be stored`,
    ]);
    write({ 'd/.mlopsignore': 'pipe\n' });
    expect(await snapshot(ws, at('d'))).toBeDefined();
    writeFileSync(Buffer.concat([Buffer.from(`${path('d')}/`), Buffer.from([0x66, 0xff])]), '');
    expect(await failuresOf(() => snapshot(ws, at('d')))).toEqual([
      `config: ${top}/d holds a name that is not UTF-8: "f\u00ff"`,
    ]);
  });

  it('takes a name with the replacement character for what it is', async () => {
    const { ws, write } = rig();
    write({ 'd/\ufffd': 'x' });
    expect((await snapshot(ws, at('d')))?.artifact).toMatchObject({ files: 1 });
  });

  it('hashes only what changed', async () => {
    const { ws, write, path, again } = rig({ clock: TRUSTING });
    write({ 'd/a': 'one', 'd/b': 'two' });
    const first = await snapshot(ws, at('d'));
    // The bytes change behind the cache's back: same size, same times, same inode, as far as it was told.
    const table = ws.stat.directory(at('d'));
    expect(table.size).toBe(2);
    writeFileSync(path('d/b'), 'TWO');
    const second = await snapshot(again(), at('d'));
    expect(second?.artifact).not.toEqual(first?.artifact);
    const b = second?.leaves.find((leaf) => leaf.path === 'b');
    expect(b?.stat && again().stat.directory(at('d')).find('b', b.stat)).toBe(digestBytes('TWO'));
  });

  it('sees every change of a directory whose files it need not read', async () => {
    const { ws, write, path, again, remove } = rig({ clock: TRUSTING });
    write({ 'd/a': 'one', 'd/sub/b': 'two', 'd/l': { link: 'a' }, 'd/run': { exec: 'x' } });
    // With a second name its ctime is not looked at, so only its mode tells.
    linkSync(path('d/run'), path('other-name'));
    const edits: (() => void)[] = [
      () => {},
      () => mkdirSync(path('d/empty')),
      () => rmdirSync(path('d/empty')),
      () => chmodSync(path('d/run'), 0o644),
      () => chmodSync(path('d/run'), 0o755),
      () => {
        remove('d/l');
        write({ 'd/l': { link: 'sub/b' } });
      },
      () => renameSync(path('d/a'), path('d/c')),
      () => remove('d/c'),
      () => write({ 'd/sub/b': 'longer' }),
      () => remove('d/sub/b'),
    ];
    const seen = new Set<string>();
    for (const edit of edits) {
      edit();
      const cached = (await snapshot(again(), at('d')))!;
      const fresh = (await snapshot(again({ gitDir: folder() }), at('d')))!;
      expect(cached.artifact).toEqual(fresh.artifact);
      expect(cached.nodes).toEqual(fresh.nodes);
      seen.add(JSON.stringify(cached.artifact));
    }
    expect(seen.size).toBe(8); // two edits undo the one before
    expect((await snapshot(ws, at('d')))?.leaves.map((leaf) => leaf.path)).toEqual(['l', 'run', 'sub']);
  });

  it('hashes a file again whose bytes changed though size and mtime did not', async () => {
    const { write, path, again } = rig();
    write({ 'd/a': 'one' });
    utimesSync(path('d/a'), 1, 1);
    await snapshot(again(), at('d'));
    writeFileSync(path('d/a'), 'TWO');
    utimesSync(path('d/a'), 1, 1);
    const leaves = (await snapshot(again(), at('d')))?.leaves;
    expect(leaves?.[0]).toMatchObject({ digest: digestBytes('TWO') });
  });

  it('keeps single files in one table, whichever path leads there', async () => {
    const { ws, write, again, top } = rig({ clock: TRUSTING });
    write({ 'a/x': '1', 'b/y': '2' });
    for (const path of ['a/x', 'b/y']) await snapshot(ws, at(path));
    ws.stat.flush();
    expect(readdirSync(`${top}/.git/mlops/stat`)).toEqual(['files']);
    const found = await snapshot(again(), at('b/y'));
    expect(again().stat.file(at('b/y'), found!.leaves[0]!.stat!)).toBe(digestBytes('2'));
  });
});

describe('save', () => {
  it('puts every byte and every node into the store, once', async () => {
    const { ws, write } = rig();
    write({ 'd/a': 'same', 'd/b': 'same', 'd/sub/c': 'other' });
    const found = (await snapshot(ws, at('d')))!;
    await save(ws, found);
    expect(new Set(ws.store.list())).toEqual(
      new Set([digestBytes('same'), digestBytes('other'), ...found.nodes.keys()]),
    );
    const before = statSync(ws.store.pathOf(digestBytes('same'))).ino;
    await save(ws, found);
    expect(statSync(ws.store.pathOf(digestBytes('same'))).ino).toBe(before);
  });

  it('stores no node of a directory that changed since it was looked at', async () => {
    const { ws, write, path } = rig();
    write({ 'd/a': 'one', 'd/b': 'two' });
    const found = (await snapshot(ws, at('d')))!;
    write({ 'd/b': 'TWO' });
    expect(await failuresOf(() => save(ws, found))).toEqual([
      `refused: ${path('d/b')} changed while it was being stored`,
    ]);
    for (const node of found.nodes.keys()) expect(ws.store.has(node)).toBe(false);
    expect(readdirSync(`${ws.store.dir}/tmp`)).toEqual([]);
  });

  it('warns of names that another system cannot tell apart or hold', async () => {
    const { ws, write, warnings } = rig();
    write({ 'd/A/x': '', 'd/a/y': '', 'd/aux.txt': '' });
    await save(ws, (await snapshot(ws, at('d')))!);
    expect(warnings).toEqual([
      'd: "A" and "a" are one name on macOS and Windows',
      'd: Windows cannot hold a file named "aux.txt"',
    ]);
  });

  it('finds a directory that was renamed already stored', async () => {
    const { ws, write, path } = rig();
    write({ 'd/a': 'one' });
    const first = (await snapshot(ws, at('d')))!;
    await save(ws, first);
    mkdirSync(path('sub'));
    renameSync(path('d'), path('sub/e'));
    const second = (await snapshot(ws, at('sub/e')))!;
    expect(second.artifact).toEqual(first.artifact);
    expect(ws.store.missing(second.nodes.keys())).toEqual([]);
  });
});
