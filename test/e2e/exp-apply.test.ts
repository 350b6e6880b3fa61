// What `exp apply` brings, what it refuses to lose, and that all of it can be taken back.
import { lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { experimentHere, experimentWith } from '../experiments/rig.ts';
import { openRig, type Rig } from '../rig.ts';

const PIPELINE = `stages:
  train:
    cmd: mkdir -p models && cp params.yaml models/m.txt && grep trees params.yaml > metrics.txt
    deps: [params.yaml]
    outs: [models/m.txt]
    metrics: [metrics.txt]
`;

/** A pipeline that ran and is committed, and an experiment `calm-otter` with trees=200 that is not in the workspace any more. */
async function withExperiment(): Promise<Rig> {
  const rig = await openRig();
  await rig.mlops('init');
  rig.write({ 'pipeline.yaml': PIPELINE, 'params.yaml': 'trees: 100\n', 'notes.md': 'one\n' });
  expect(await rig.mlops('repro')).toMatchObject({ exit: 0 });
  await rig.commit('base');
  rig.write({ 'params.yaml': 'trees: 200\n', 'extra/new.py': 'new\n' });
  expect(await rig.mlops('repro')).toMatchObject({ exit: 0 });
  experimentHere(rig, 'calm-otter', { words: 'trees=200' });
  await back(rig);
  return rig;
}

/** As HEAD and its lock have it. */
async function back(rig: Rig): Promise<void> {
  await rig.git('reset', '-q', '--hard');
  await rig.git('clean', '-fdq');
  expect(await rig.mlops('checkout')).toMatchObject({ exit: 0 });
}

/** Every file of the workspace with what it holds. */
function state(rig: Rig): { [path: string]: string } {
  return Object.fromEntries(rig.files().map((path) => [path, rig.read(path)]));
}

const head = async (rig: Rig): Promise<string> => await rig.git('rev-parse', 'HEAD');

describe('exp apply', () => {
  it('brings files and outs without moving HEAD or touching the index, and takes them back', async () => {
    const rig = await withExperiment();
    const before = state(rig);
    const [at, index] = [await head(rig), await rig.git('ls-files', '-s')];
    const dry = await rig.mlops('exp', 'apply', 'calm-otter', '--dry');
    expect(dry.stdout).toContain('would apply calm-otter: 4 files and 1 out, 11 B');
    expect(state(rig)).toEqual(before);

    const applied = await rig.mlops('exp', 'apply', 'calm-otter');
    expect(applied.exit).toBe(0);
    expect(applied.stdout).toBe(
      [
        'applied calm-otter: 4 files and 1 out, 11 B',
        '  + extra/new.py',
        '  ~ metrics.txt',
        '  ~ params.yaml',
        '  ~ pipeline.lock',
        '  ~ models/m.txt',
        'next: git add extra/new.py metrics.txt params.yaml pipeline.lock && git commit -m trees=200   (or mlops exp apply --undo)',
        '',
      ].join('\n'),
    );
    expect(rig.read('models/m.txt')).toBe('trees: 200\n');
    expect(rig.read('extra/new.py')).toBe('new\n');
    expect([await head(rig), await rig.git('ls-files', '-s')]).toEqual([at, index]);
    expect((await rig.mlops('repro')).stderr).toContain('fresh, nothing to do');
    // All but what Git does not track yet.
    expect(await rig.git('diff', '--name-only', `refs/mlops/exp/${at.trim()}/calm-otter`)).toBe(
      'extra/new.py\n',
    );

    const undone = await rig.mlops('exp', 'apply', '--undo');
    expect(undone).toMatchObject({ exit: 0 });
    expect(undone.stdout).toContain('undid calm-otter: 4 files and 1 out, 11 B\n  - extra/new.py\n');
    expect(state(rig)).toEqual(before);
    expect(await rig.git('status', '--porcelain')).toBe('');

    const redone = await rig.mlops('exp', 'apply', '--undo');
    expect(redone).toMatchObject({ exit: 0 });
    expect(redone.stdout).toContain('applied calm-otter again: 4 files and 1 out');
    expect(redone.stdout).toContain('to take it back: mlops exp apply --undo');
    expect(rig.read('models/m.txt')).toBe('trees: 200\n');
    expect((await rig.mlops('exp', 'apply', 'calm-otter')).stdout).toBe(
      'the workspace is as calm-otter has it\n',
    );
  });

  it('refuses to go over uncommitted work, names it, and leaves work elsewhere alone', async () => {
    const rig = await withExperiment();
    rig.write({ 'params.yaml': 'trees: 150\n', 'extra/new.py': 'mine\n', 'notes.md': 'two\n' });
    rmSync(join(rig.path, 'models/m.txt'));
    rig.write({ 'models/m.txt': 'made by hand\n' });
    const mine = state(rig);
    const refused = await rig.mlops('exp', 'apply', 'calm-otter');
    expect(refused.exit).toBe(7);
    expect(refused.stderr).toContain(
      'mlops exp apply calm-otter would overwrite work that is not committed:\n  extra/new.py\n  params.yaml\n  models/m.txt\n',
    );
    expect(refused.stderr).toContain('git stash');
    expect(refused.stderr).toContain('--force');
    expect(state(rig)).toEqual(mine);
    expect((await rig.mlops('exp', 'apply', 'calm-otter', '--dry')).exit).toBe(7);

    const forced = await rig.mlops('exp', 'apply', 'calm-otter', '--force');
    expect(forced).toMatchObject({ exit: 0 });
    expect(forced.stdout).toContain('  ~ params.yaml  over uncommitted work');
    expect(rig.read('params.yaml')).toBe('trees: 200\n');
    expect(rig.read('models/m.txt')).toBe('trees: 200\n');
    expect(rig.read('notes.md')).toBe('two\n');

    // Also after a gc of both: what stood there is kept by the record.
    await rig.git('gc', '-q', '--prune=now');
    expect(await rig.mlops('gc', '--yes', '--keep-days', '0')).toMatchObject({ exit: 0 });
    expect(await rig.mlops('gc', '--yes', '--keep-days', '0', '--empty-trash')).toMatchObject({ exit: 0 });
    expect(await rig.mlops('exp', 'apply', '--undo')).toMatchObject({ exit: 0 });
    expect(state(rig)).toEqual(mine);
  });

  it('refuses to undo what was changed since, unless forced, and then that can be had again too', async () => {
    const rig = await withExperiment();
    const before = state(rig);
    expect(await rig.mlops('exp', 'apply', 'calm-otter')).toMatchObject({ exit: 0 });
    rig.write({ 'params.yaml': 'trees: 300\n' });
    const changed = state(rig);
    const refused = await rig.mlops('exp', 'apply', '--undo');
    expect(refused).toMatchObject({ exit: 7 });
    expect(refused.stderr).toContain('would overwrite work that is not committed:\n  params.yaml\n');
    expect(state(rig)).toEqual(changed);
    expect(await rig.mlops('exp', 'apply', '--undo', '--force')).toMatchObject({ exit: 0 });
    expect(state(rig)).toEqual(before);
    expect(await rig.mlops('exp', 'apply', '--undo')).toMatchObject({ exit: 0 });
    expect(state(rig)).toEqual(changed);
  });

  it('gives way to another experiment that is applied after it', async () => {
    const rig = await withExperiment();
    await experimentWith(rig, 'brave-lynx', { 'notes.md': 'lynx\n' });
    expect(await rig.mlops('exp', 'apply', 'calm-otter')).toMatchObject({ exit: 0 });
    expect(await rig.mlops('exp', 'apply', 'brave-lynx')).toMatchObject({ exit: 0 });
    expect(rig.read('notes.md')).toBe('lynx\n');
    expect(rig.read('params.yaml')).toBe('trees: 100\n');
    expect(rig.read('models/m.txt')).toBe('trees: 100\n');
    expect(await rig.git('status', '--porcelain')).toBe(' M notes.md\n');
    expect(await rig.mlops('exp', 'apply', '--undo')).toMatchObject({ exit: 0 });
    expect(rig.read('notes.md')).toBe('one\n');
    expect(rig.read('models/m.txt')).toBe('trees: 200\n');
    // Once committed, it is history: another one does not take it away.
    await rig.commit('the otter');
    rig.write({ 'notes.md': 'three\n' });
    await rig.commit('notes');
    await back(rig);
    const clash = await rig.mlops('exp', 'apply', 'brave-lynx');
    expect(clash.exit).toBe(7);
    expect(rig.read('params.yaml')).toBe('trees: 200\n');
  });

  it('goes over what an experiment that ran here left, as that can be had again', async () => {
    const rig = await withExperiment();
    rig.write({ 'params.yaml': 'trees: 300\n', 'notes.md': 'of lynx\n' });
    expect(await rig.mlops('repro')).toMatchObject({ exit: 0 });
    experimentHere(rig, 'brave-lynx');
    expect(await rig.mlops('exp', 'apply', 'calm-otter')).toMatchObject({ exit: 0 });
    expect(rig.read('models/m.txt')).toBe('trees: 200\n');
    expect(rig.read('notes.md')).toBe('one\n');
    expect(await rig.mlops('exp', 'apply', '--undo')).toMatchObject({ exit: 0 });
    expect(rig.read('models/m.txt')).toBe('trees: 300\n');
    expect(rig.read('notes.md')).toBe('of lynx\n');
    // An edit since is work that nothing else keeps.
    rig.write({ 'params.yaml': 'trees: 301\n' });
    expect(await rig.mlops('exp', 'apply', 'calm-otter')).toMatchObject({ exit: 7 });
  });

  it('brings only what the experiment changed onto another commit, merging files and locks', async () => {
    const rig = await withExperiment();
    rig.write({
      'pipeline.yaml': `${PIPELINE}  note:\n    cmd: cp notes.md copy.md\n    deps: [notes.md]\n    outs: [copy.md]\n`,
    });
    rig.write({ 'notes.md': 'zero\none\n' });
    expect(await rig.mlops('repro')).toMatchObject({ exit: 0 });
    await rig.commit('another stage');
    const applied = await rig.mlops('exp', 'apply', 'calm-otter');
    expect(applied).toMatchObject({ exit: 0 });
    expect(rig.read('notes.md')).toBe('zero\none\n');
    expect(rig.read('models/m.txt')).toBe('trees: 200\n');
    expect((await rig.mlops('repro')).stderr).toContain('fresh, nothing to do');
  });

  it('says what conflicts, changes nothing then, and Git can merge it', async () => {
    const rig = await withExperiment();
    rig.write({ 'params.yaml': 'trees: 50\n' });
    expect(await rig.mlops('repro')).toMatchObject({ exit: 0 });
    await rig.commit('fifty');
    const before = state(rig);
    const refused = await rig.mlops('exp', 'apply', 'calm-otter');
    expect(refused.exit).toBe(7);
    expect(refused.stderr).toMatch(
      /calm-otter started from [0-9a-f]{7}, and HEAD changed the same since:\n {2}metrics.txt\n {2}params.yaml\n/,
    );
    expect(refused.stderr).toContain('mlops exp branch calm-otter BRANCH');
    expect(state(rig)).toEqual(before);
  });

  it('never goes over a folder or through a symlink, forced or not', async () => {
    const rig = await withExperiment();
    mkdirSync(rig.beside('elsewhere'));
    symlinkSync(rig.beside('elsewhere'), join(rig.path, 'extra'));
    for (const flags of [[], ['--force']]) {
      const refused = await rig.mlops('exp', 'apply', 'calm-otter', ...flags);
      expect(refused.exit).toBe(7);
      expect(refused.stderr).toContain('stands in the way of extra/new.py');
    }
    rmSync(join(rig.path, 'extra'));
    rig.write({ 'extra/new.py/precious.txt': 'mine\n' });
    expect(await rig.mlops('exp', 'apply', 'calm-otter', '--force')).toMatchObject({ exit: 7 });
    expect(rig.read('extra/new.py/precious.txt')).toBe('mine\n');
    expect(rig.read('params.yaml')).toBe('trees: 100\n');
    expect(readdirSync(rig.beside('elsewhere'))).toEqual([]);
  });

  it('sets aside in the trash what no store can keep', async () => {
    const rig = await withExperiment();
    rmSync(join(rig.path, 'models/m.txt'));
    rig.write({ 'kept.txt': 'kept\n' });
    symlinkSync('../kept.txt', join(rig.path, 'models/m.txt'));
    expect(await rig.mlops('exp', 'apply', 'calm-otter')).toMatchObject({ exit: 7 });
    const forced = await rig.mlops('exp', 'apply', 'calm-otter', '--force');
    expect(forced).toMatchObject({ exit: 0 });
    const place = /what could not be stored is in (.+)/.exec(forced.stdout)?.[1];
    expect(lstatSync(place!).isSymbolicLink()).toBe(true);
    expect(rig.read('kept.txt')).toBe('kept\n');
    expect(rig.read('models/m.txt')).toBe('trees: 200\n');
  });

  it('applies what it can where bytes are missing, and says which', async () => {
    const rig = await withExperiment();
    const clone = await rig.clone('clone');
    await clone.git('fetch', '-q', 'origin', '+refs/mlops/*:refs/mlops/*');
    const applied = await clone.mlops('exp', 'apply', 'calm-otter');
    expect(applied.exit).toBe(5);
    expect(applied.stderr).toContain('the bytes of models/m.txt are not in the store');
    expect(clone.read('params.yaml')).toBe('trees: 200\n');
    expect(clone.has('models/m.txt')).toBe(false);
    expect(await clone.mlops('repro')).toMatchObject({ exit: 0 });
    expect(clone.read('models/m.txt')).toBe('trees: 200\n');
  });

  it('brings folders for files, symlinks, modes and line ends as Git checks them out', async () => {
    const rig = await openRig();
    await rig.mlops('init');
    rig.write({
      'pipeline.yaml': 'stages: {}\n',
      'to-folder': 'file\n',
      'to-file/a': 'a\n',
      'run.sh': 'run\n',
    });
    rig.write({ '.gitattributes': '*.txt text eol=crlf\n', 'a.txt': 'one\r\n', link: 'file\n' });
    await rig.commit('base');
    await back(rig);
    const before = state(rig);
    rig.write({ 'to-folder': null, 'to-file': null, link: null });
    rig.write({ 'to-folder/in/a': 'a\n', 'to-file': 'file\n', 'a.txt': 'one\r\ntwo\r\n' });
    symlinkSync('run.sh', join(rig.path, 'link'));
    await rig.run('chmod', '+x', 'run.sh');
    experimentHere(rig, 'shapes');
    const after = state(rig);
    await back(rig);
    expect(await rig.mlops('exp', 'apply', 'shapes')).toMatchObject({ exit: 0 });
    expect(state(rig)).toEqual(after);
    expect(lstatSync(join(rig.path, 'link')).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(rig.path, 'run.sh')).mode & 0o111).not.toBe(0);
    expect(await rig.mlops('exp', 'apply', '--undo')).toMatchObject({ exit: 0 });
    expect(state(rig)).toEqual(before);
    expect(await rig.git('status', '--porcelain')).toBe('');
  });

  it('can be taken back when it was killed half-way', async () => {
    const rig = await withExperiment();
    rig.write({ 'params.yaml': 'trees: 150\n', '.git/info/attributes': 'params.yaml filter=deadly\n' });
    const before = state(rig);
    // As it writes params.yaml, Git asks this; its parent's parent is the program.
    await rig.git('config', 'filter.deadly.smudge', 'kill -9 $(ps -o ppid= -p $PPID); cat');
    const killed = await rig.mlops('exp', 'apply', 'calm-otter', '--force');
    expect(killed.exit).toBe(137);
    await rig.git('config', '--unset', 'filter.deadly.smudge');
    expect(rig.read('models/m.txt')).toBe('trees: 100\n');
    expect(await rig.mlops('exp', 'apply', '--undo', '--force')).toMatchObject({ exit: 0 });
    expect(state(rig)).toEqual(before);
  });

  it('says what to type in the folder that one is in', async () => {
    const rig = await withExperiment();
    rig.write({ 'deep/er/here.txt': 'here\n' });
    const applied = await rig.mlopsWith({ cwd: 'deep/er' }, 'exp', 'apply', 'calm-otter');
    const line = /^next: (.+?) {3}/m.exec(applied.stdout)![1]!;
    expect(line).toContain('git add ../../extra/new.py');
    expect(await rig.run('sh', '-c', `cd deep/er && ${line}`)).toMatchObject({ exit: 0 });
    expect(await rig.git('status', '--porcelain')).toBe('?? deep/\n');
    expect(await rig.git('log', '-1', '--format=%s')).toBe('trees=200\n');
  });

  it('does nothing in the middle of a merge', async () => {
    const rig = await withExperiment();
    await rig.git('switch', '-q', '-c', 'side');
    rig.write({ 'notes.md': 'side\n' });
    await rig.commit('side');
    await rig.git('switch', '-q', 'main');
    rig.write({ 'notes.md': 'main\n' });
    await rig.commit('main');
    await expect(rig.git('merge', '-q', 'side')).rejects.toThrow();
    const before = state(rig);
    const refused = await rig.mlops('exp', 'apply', 'calm-otter');
    expect(refused.exit).toBe(4);
    expect(refused.stderr).toContain('notes.md is not merged yet');
    expect(state(rig)).toEqual(before);
  });

  it('has one record for every worktree', async () => {
    const rig = await withExperiment();
    await rig.git('worktree', 'add', '-q', '../other', '-b', 'other');
    const inOther = (...args: readonly string[]) => rig.mlopsWith({ cwd: '../other' }, ...args);
    expect(await inOther('exp', 'apply', 'calm-otter')).toMatchObject({ exit: 0 });
    expect(await rig.mlops('exp', 'apply', '--undo')).toMatchObject({ exit: 5 });
    expect(await inOther('exp', 'apply', '--undo')).toMatchObject({ exit: 0 });
    expect(rig.read('params.yaml')).toBe('trees: 100\n');
  });

  it('says what was mistyped', async () => {
    const rig = await withExperiment();
    expect((await rig.mlops('exp', 'apply', 'calm-oter')).stderr).toContain('did you mean calm-otter?');
    expect(await rig.mlops('exp', 'apply')).toMatchObject({ exit: 2 });
    expect(await rig.mlops('exp', 'apply', 'calm-otter', '--undo')).toMatchObject({ exit: 2 });
    expect(await rig.mlops('exp', 'apply', '--undo')).toMatchObject({ exit: 5 });
  });
});
