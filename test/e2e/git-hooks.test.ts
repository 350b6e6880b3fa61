// `mlops git install`: what real git commands do with it, and that uninstalling leaves no trace.
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, step, TWO_STAGES, words } from './story.ts';

async function ok(rig: Rig, ...args: readonly string[]): Promise<string> {
  return words(expectExit(await rig.mlops(...args), 0));
}

/** A git command, with what it and its hooks say. */
async function git(rig: Rig, ...args: readonly string[]): Promise<{ exit: number; said: string }> {
  const ended = await rig.run('git', ...args);
  return { exit: ended.exit, said: words(ended) };
}

/** A project with one data entry, a committed lock and a remote. */
async function project(): Promise<Rig> {
  const rig = await openRig();
  rig.write({ ...TWO_STAGES, 'raw/a.txt': 'one\n' });
  await ok(rig, 'init');
  await ok(rig, 'remote', 'add', '-d', 'origin', `file://${rig.beside('remote')}`);
  await ok(rig, 'add', 'raw');
  await ok(rig, 'repro');
  await rig.commit('first');
  return rig;
}

/** One data entry, committed: what a checkout has to follow. */
async function smallProject(): Promise<Rig> {
  const rig = await openRig();
  rig.write({ 'raw/a.txt': 'one\n', '.gitattributes': 'pipeline.lock merge=mlops\n' });
  await ok(rig, 'add', 'raw');
  await rig.commit('first');
  return rig;
}

const HOOKS = '.git/hooks';

function hookFile(rig: Rig, path: string, text: string, mode = 0o755): void {
  rig.write({ [path]: text });
  chmodSync(join(rig.path, path), mode);
}

describe('post-checkout', () => {
  it('puts the data of the branch in place and says so in one line', async () => {
    const rig = await project();
    await ok(rig, 'git', 'install');
    await rig.git('switch', '-q', '-c', 'deeper');
    rig.write({ 'params.yaml': 'train:\n  depth: 9\n', 'raw/a.txt': 'two\n' });
    await ok(rig, 'repro');
    await rig.commit('deeper');
    const there = await git(rig, 'switch', '-q', 'main');
    expect(there.exit).toBe(0);
    expect(there.said).toMatch(/^mlops: put \d files in place: raw, model\.txt\n$/);
    expect(rig.read('model.txt')).toBe('HELLO\ndepth 5\n');
    expect(rig.read('raw/a.txt')).toBe('one\n');
    expect((await git(rig, 'switch', '-q', '-c', 'same')).said).toBe('');
    expect((await git(rig, 'checkout', '-q', 'deeper', '--', 'in.txt')).said).toBe('');
  });

  it('keeps what was changed, places the rest, names what is not here, and never fails', async () => {
    const rig = await project();
    await ok(rig, 'git', 'install');
    await rig.git('switch', '-q', '-c', 'deeper');
    rig.write({ 'params.yaml': 'train:\n  depth: 9\n', 'raw/a.txt': 'two\n' });
    await ok(rig, 'repro');
    await rig.commit('deeper');
    rig.write({ 'raw/a.txt': 'mine, stored nowhere\n' });
    const back = await git(rig, 'switch', '-q', 'main');
    expect(back.exit).toBe(0);
    expect(back.said).toMatch(/^mlops: put 1 file in place: model\.txt; kept what you changed in raw .*\n$/);
    expect(rig.read('raw/a.txt')).toBe('mine, stored nowhere\n');

    rig.write({ '.git/mlops/store/objects': null, '.git/mlops/store/packs': null });
    const again = await git(rig, 'switch', '-q', 'deeper');
    expect(again.exit).toBe(0);
    expect(again.said).toMatch(/^mlops: .*model\.txt.* not here: mlops pull\n$/);
    rig.write({ 'pipeline.yaml': 'stages: [\n' });
    const broken = await git(rig, 'switch', '-q', '-c', 'other');
    expect(broken.exit).toBe(0);
    expect(broken.said).toMatch(/^mlops: data stayed as they are, .*\n$/);
  });

  it('leaves a rebase alone, and lets Git work when the program is gone', async () => {
    const rig = await project();
    await ok(rig, 'git', 'install');
    await rig.git('switch', '-q', '-c', 'side');
    rig.write({ 'note.txt': 'x' });
    await rig.commit('side');
    await rig.git('switch', '-q', 'main');
    rig.write({ 'other.txt': 'x' });
    await rig.commit('main');
    const rebased = await git(rig, 'rebase', '-q', 'main', 'side');
    expect(rebased).toEqual({ exit: 0, said: '' });
    const launcher = rig.read('.git/mlops/hook');
    rig.write({ '.git/mlops/hook': launcher.replace(/^mlops='.*'$/m, "mlops='/nowhere/mlops.js'") });
    const gone = await git(rig, 'switch', '-q', 'main');
    expect(gone.exit).toBe(0);
    expect(gone.said).toMatch(/^mlops: the program is gone .* mlops git install\n$/);
    expect(await ok(rig, 'git', 'status')).toMatch(/broken/);
    await rig.git('init', '-q', '--bare', rig.beside('bare'));
    const pushed = await git(rig, 'push', '-q', rig.beside('bare'), 'main');
    expect(pushed.exit).not.toBe(0);
    expect(pushed.said).toContain('git push --no-verify');
    await ok(rig, 'git', 'install');
    expect(await ok(rig, 'git', 'status')).not.toMatch(/broken|missing/);
  });

  it('works in linked worktrees, which share hooks and store', async () => {
    const rig = await project();
    await ok(rig, 'git', 'install');
    const added = await git(rig, 'worktree', 'add', '-q', '-b', 'w', rig.beside('with space/tree'));
    expect(added.exit).toBe(0);
    expect(added.said).toMatch(/put \d files in place: raw, prepared\.txt, model\.txt/);
    expect(readFileSync(join(rig.beside('with space/tree'), 'raw/a.txt'), 'utf8')).toBe('one\n');
  });
});

describe('pre-push', () => {
  async function withGitRemote(): Promise<Rig> {
    const rig = await project();
    await rig.git('init', '-q', '--bare', rig.beside('bare.git'));
    await rig.git('remote', 'add', 'origin', rig.beside('bare.git'));
    await ok(rig, 'git', 'install');
    return rig;
  }

  it('sends the bytes of the commits that are pushed, whatever is checked out', async () => {
    const rig = await withGitRemote();
    await rig.git('switch', '-q', '-c', 'empty');
    await rig.git('rm', '-q', '--cached', 'pipeline.lock');
    await rig.git('commit', '-q', '-m', 'no lock');
    rig.write({ 'pipeline.lock': null });
    const pushed = await git(rig, 'push', '-q', 'origin', 'main');
    expect(pushed.exit).toBe(0);
    expect(pushed.said).toMatch(/^mlops: pushed \d+ objects/m);
    await rig.git('switch', '-q', 'main');
    expect(await ok(rig, 'push')).toMatch(/nothing to push/);
    expect((await git(rig, 'push', '-q', 'origin', 'main:again', 'empty', ':main')).exit).toBe(0);
  });

  it('stops the push when bytes cannot be sent; --no-verify goes on', async () => {
    const rig = await withGitRemote();
    writeFileSync(rig.beside('remote'), 'a file, no folder');
    const stopped = await git(rig, 'push', '-q', 'origin', 'main');
    expect(stopped.exit).not.toBe(0);
    expect(stopped.said).toMatch(/error: Git's push was stopped/);
    expect(stopped.said).toContain('git push --no-verify');
    expect(await rig.git('ls-remote', 'origin')).toBe('');
    expect((await git(rig, 'push', '-q', '--no-verify', 'origin', 'main')).exit).toBe(0);
  });

  it('says so and goes on where there is no remote, and is silent where nothing is tracked', async () => {
    const rig = await withGitRemote();
    await ok(rig, 'remote', 'remove', 'origin');
    const pushed = await git(rig, 'push', '-q', 'origin', 'main');
    expect(pushed.exit).toBe(0);
    expect(pushed.said).toMatch(/^mlops: no remote is configured/m);
    const other = await openRig();
    await other.git('init', '-q', '--bare', other.beside('bare.git'));
    await other.commit('nothing');
    await ok(other, 'git', 'install');
    expect(await git(other, 'push', '-q', other.beside('bare.git'), 'main')).toEqual({ exit: 0, said: '' });
  });

  it('lets half a pipeline through, and says that none of its bytes went along', async () => {
    const rig = await withGitRemote();
    rig.write({ 'pipeline.yaml': 'stages: {train: {}}\n' });
    await rig.commit('half done');
    const pushed = await git(rig, 'push', '-q', 'origin', 'main');
    expect(pushed.exit).toBe(0);
    expect(pushed.said).toMatch(/^mlops: the pipeline of [0-9a-f]{7} does not load/m);
  });

  it("gives the user's own hook the same words on standard input", async () => {
    const rig = await withGitRemote();
    hookFile(rig, `${HOOKS}/pre-push`, '#!/bin/sh\ncat > "$PWD/.rig/refs"\necho "$1" >> "$PWD/.rig/refs"\n');
    const before = rig.read(`${HOOKS}/pre-push`);
    await ok(rig, 'git', 'install');
    expect((await git(rig, 'push', '-q', 'origin', 'main')).exit).toBe(0);
    const head = (await rig.git('rev-parse', 'HEAD')).trim();
    expect(rig.read('.rig/refs')).toBe(`refs/heads/main ${head} refs/heads/main ${'0'.repeat(40)}\norigin\n`);
    expect((await git(rig, 'push', '-q', 'origin', 'main')).exit).toBe(0);
    expect(rig.read('.rig/refs')).toBe('origin\n');
    await ok(rig, 'git', 'uninstall');
    expect(rig.read(`${HOOKS}/pre-push`)).toBe(before);
  });
});

describe('post-merge', () => {
  it('puts in place what a merge brought, so that repro does not record the bytes of before', async () => {
    const rig = await smallProject();
    await ok(rig, 'git', 'install');
    await rig.git('switch', '-q', '-c', 'side');
    rig.write({ 'raw/b.txt': 'theirs\n' });
    await ok(rig, 'add', 'raw');
    await rig.commit('theirs');
    await rig.git('switch', '-q', 'main');
    expect(rig.has('raw/b.txt')).toBe(false);
    const { exit, said } = await git(rig, 'merge', '-q', 'side');
    expect([exit, said]).toEqual([0, 'mlops: put 1 file in place: raw\n']);
    expect(rig.read('raw/b.txt')).toBe('theirs\n');
    await ok(rig, 'repro');
    expect(await rig.git('status', '--porcelain')).toBe('');
  });

  it('without the hook repro says that it records what the lock does not have', async () => {
    const rig = await smallProject();
    rig.write({ 'raw/b.txt': 'mine\n' });
    const said = await ok(rig, 'repro');
    expect(said).toContain('raw differs from the lock: recorded as the workspace holds it');
    expect(said).toContain('git restore pipeline.lock && mlops checkout raw');
    expect(await ok(rig, 'repro')).not.toContain('differs');
  });
});

describe('install and uninstall', () => {
  /** Everything that installing may touch. */
  function state(rig: Rig, folder = HOOKS): unknown {
    const hooks = ['post-checkout', 'post-merge', 'pre-push'];
    const files = [...hooks, ...hooks.map((name) => `${name}.before-mlops`)];
    return [
      rig.has('.git/mlops/hook'),
      rig.read('.git/config'),
      ...files.map((name) => {
        const path = join(folder, name);
        return rig.has(path) ? [rig.read(path), statSync(join(rig.path, path)).mode] : null;
      }),
    ];
  }

  it.each([
    ['no hook', {}],
    ['a shell script', { text: '#!/bin/bash\necho mine\nexit 0' }],
    ['a shell script of one line', { text: '#!/bin/sh' }],
    ['a script of Node', { text: '#!/usr/bin/env node\nconsole.log("mine")\n' }],
    ['a hook that is switched off', { text: '#!/bin/sh\nexit 1\n', mode: 0o644 }],
  ])('%s comes back byte for byte', async (what, { text, mode }: { text?: string; mode?: number }) => {
    const rig = await smallProject();
    for (const name of ['post-checkout', 'post-merge', 'pre-push'])
      if (text !== undefined) hookFile(rig, `${HOOKS}/${name}`, text, mode);
    const before = state(rig);
    await ok(rig, 'git', 'install');
    const installed = state(rig);
    expect(await ok(rig, 'git', 'install')).toContain('nothing was changed');
    expect(state(rig)).toEqual(installed);
    rig.write({ 'raw/a.txt': 'two\n' });
    await ok(rig, 'add', 'raw');
    await rig.commit('two');
    const { exit, said } = await git(rig, 'checkout', '-q', 'HEAD~1');
    expect(exit).toBe(0);
    expect(said).toMatch(/mlops: put 1 file in place: raw/);
    expect(said.includes('mine')).toBe(text?.includes('mine') ?? false);
    expect(JSON.parse((await rig.mlops('git', 'status', '--json')).stdout)).toMatchObject(
      Array(5).fill({ state: 'installed' }),
    );
    await ok(rig, 'git', 'uninstall');
    expect(state(rig), what).toEqual(before);
    expect(await ok(rig, 'git', 'uninstall')).toBe('nothing was installed\n');
  });

  it('a link to a hook elsewhere is not written through', async () => {
    const rig = await smallProject();
    hookFile(rig, 'tools/hook.sh', '#!/bin/sh\necho mine\n');
    symlinkSync('../../tools/hook.sh', join(rig.path, HOOKS, 'post-checkout'));
    await ok(rig, 'git', 'install');
    expect(rig.read('tools/hook.sh')).toBe('#!/bin/sh\necho mine\n');
    expect((await git(rig, 'switch', '-q', '-c', 'x')).said).toBe('mine\n');
    await ok(rig, 'git', 'uninstall');
    expect((await git(rig, 'switch', '-q', 'main')).said).toBe('mine\n');
  });

  it('core.hooksPath and husky are followed', async () => {
    const rig = await project();
    rig.write({ 'my hooks/.keep': '' });
    await rig.git('config', 'core.hooksPath', 'my hooks');
    await ok(rig, 'git', 'install');
    expect(rig.has('my hooks/post-checkout')).toBe(true);
    await ok(rig, 'git', 'uninstall');
    expect(rig.has('my hooks/post-checkout')).toBe(false);

    // As husky 9 lays them out: what Git runs is generated, and runs the file beside it with `sh -e`.
    const generated =
      '#!/usr/bin/env sh\ns="$(dirname "$(dirname "$0")")/$(basename "$0")"\n[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\nexit $?\n';
    hookFile(rig, '.husky/_/post-checkout', generated);
    hookFile(rig, '.husky/_/pre-push', generated);
    hookFile(rig, '.husky/pre-push', 'echo mine\n', 0o644);
    await rig.git('config', 'core.hooksPath', '.husky/_');
    await ok(rig, 'git', 'install');
    expect(rig.read('.husky/_/pre-push')).toBe(generated);
    expect(statSync(join(rig.path, '.husky/pre-push')).mode & 0o777).toBe(0o644);
    await rig.git('init', '-q', '--bare', rig.beside('bare.git'));
    const { exit, said } = await git(rig, 'push', '-q', rig.beside('bare.git'), 'main');
    expect(exit).toBe(0);
    expect(said).toMatch(/^mlops: pushed /m);
    expect(said).toMatch(/^mine$/m);
    await ok(rig, 'git', 'uninstall');
    expect(rig.read('.husky/pre-push')).toBe('echo mine\n');
    expect(rig.has('.husky/post-checkout')).toBe(false);
  });

  it('a repository that moved, with a space and a quote in its new name, goes on', async () => {
    const rig = await project();
    await ok(rig, 'push');
    rig.write({ 'raw/a.txt': 'two\n' });
    await ok(rig, 'add', 'raw');
    await rig.commit('two');
    await ok(rig, 'push');
    const clone = await rig.clone('clone');
    await ok(clone, 'pull');
    await ok(clone, 'git', 'install');
    mkdirSync(rig.beside("it's"), { recursive: true });
    renameSync(clone.path, rig.beside("it's/a repo"));
    const ended = await rig.run('git', '-C', rig.beside("it's/a repo"), 'checkout', '-q', 'HEAD~1');
    expect(ended).toMatchObject({ exit: 0, stderr: 'mlops: the bytes of raw are not here: mlops pull\n' });
  });
});

describe('the merge of locks', () => {
  const MORE = `  count:
    cmd: ${step('count', 'wc -l < in.txt > count.txt')}
    deps: [in.txt]
    outs: [count.txt]
`;

  /** Two branches that grow and change stages side by side. */
  async function diverged(): Promise<Rig> {
    const rig = await project();
    await ok(rig, 'git', 'install');
    await rig.git('switch', '-q', '-c', 'side');
    rig.write({ 'pipeline.yaml': `${rig.read('pipeline.yaml')}${MORE}` });
    await ok(rig, 'repro');
    await rig.commit('count');
    await rig.git('switch', '-q', 'main');
    rig.write({ 'params.yaml': 'train:\n  depth: 9\n' });
    await ok(rig, 'repro');
    await rig.commit('deeper');
    return rig;
  }

  it.each([
    ['merge', ['merge', '-q', '--no-edit', 'side']],
    ['rebase', ['rebase', '-q', 'side']],
    ['cherry-pick', ['cherry-pick', 'side']],
  ])('is clean with git %s, and nothing has to run', async (_what, command) => {
    const rig = await diverged();
    const { exit, said } = await git(rig, ...command);
    expect(exit, said).toBe(0);
    await ok(rig, 'checkout');
    expect(await ok(rig, 'repro')).toMatch(/3 fresh/);
    expect(await rig.git('status', '--porcelain')).toBe('');
  });

  it('leaves a stage that both changed to repro, and asks about data that both changed', async () => {
    const rig = await project();
    await ok(rig, 'git', 'install');
    await rig.git('switch', '-q', '-c', 'side');
    rig.write({ 'raw/a.txt': 'theirs\n', 'in.txt': 'theirs\n' });
    await ok(rig, 'add', 'raw');
    await ok(rig, 'repro');
    await rig.commit('theirs');
    await rig.git('switch', '-q', 'main');
    rig.write({ 'raw/a.txt': 'ours\n', 'params.yaml': 'train:\n  depth: 7\n' });
    await ok(rig, 'add', 'raw');
    await ok(rig, 'repro');
    await rig.commit('ours');
    const { exit, said } = await git(rig, 'merge', '-q', '--no-edit', 'side');
    expect(exit).toBe(1);
    expect(said).toContain('mlops: pipeline.lock: train changed on both sides; repro settles it');
    expect(said).toContain('mlops: pipeline.lock: raw changed on both sides: keep one of the two lines');
    expect(rig.read('pipeline.lock').match(/^[<=>]{7}/gm)).toEqual(['<<<<<<<', '=======', '>>>>>>>']);
    const status = await rig.mlops('status');
    expect(words(status)).toMatch(/pipeline\.lock has conflict markers; ignored in it: raw/);
    const found = words(await rig.mlops('fsck'));
    expect(found).toContain('git checkout --ours pipeline.lock');
    expect(found, 'does nothing to a file that is unmerged').not.toContain('git restore');
    rig.write({
      'pipeline.lock': rig.read('pipeline.lock').replace(/<{7}.*\n.*\n={7}\n(.*\n)>{7}.*\n/, '$1'),
    });
    await ok(rig, 'checkout', 'raw');
    expect(rig.read('raw/a.txt')).toBe('theirs\n');
    expect(await ok(rig, 'repro')).toMatch(/1 ran/);
    expect(rig.read('model.txt')).toBe('THEIRS\ndepth 7\n');
  });

  it('is left to Git where a lock is from a later version or cut', async () => {
    const rig = await diverged();
    const lock = rig.read('pipeline.lock');
    rig.write({ 'pipeline.lock': lock.replace('"version": 1', '"version": 2') });
    await rig.commit('from the future');
    const { exit } = await git(rig, 'merge', '-q', '--no-edit', 'side');
    const merged = rig.read('pipeline.lock');
    if (exit === 0) expect(merged).toContain('"version": 2');
    else expect(merged).toMatch(/^<{7}/m);
    expect(merged).toContain('"count"');
    expect(merged).toContain('"version": 2');
  });
});
