// What would be lost, run twice or deleted where experiments meet: each of these happened once.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';

/** A committed pipeline of one stage with that command. */
async function withStage(cmd: string, more = ''): Promise<Rig> {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': `stages:\n  train:\n    cmd: ${JSON.stringify(cmd)}\n    params: [n]\n    metrics: [metrics.json]\n${more}`,
    'params.yaml': 'n: 0\n',
  });
  await rig.commit('first');
  return rig;
}

async function names(rig: Rig): Promise<string[]> {
  const listed = await rig.git('for-each-ref', '--format=%(refname)', 'refs/mlops/exp');
  return listed.split('\n').flatMap((ref) => (ref === '' ? [] : ref.split('/').at(-1)!));
}

describe('a name that is taken while it runs', () => {
  it('costs an experiment of the queue no result, and says so', async () => {
    const rig = await openRig();
    const train = rig.command('train');
    rig.write({
      'pipeline.yaml': `stages: {train: {cmd: node ${rig.path}/.rig/command.mjs train, params: [n], outs: [model.txt]}}`,
      'params.yaml': 'n: 0\n',
    });
    await rig.commit('first');
    await rig.mlops('exp', 'run', '--queue', '-n', 'deep', '-S', 'n=1');
    const all = rig.start('exp', 'run', '--all');
    const call = await train.nextCall();
    const head = (await rig.git('rev-parse', 'HEAD')).trim();
    await rig.git('update-ref', `refs/mlops/exp/${head}/deep`, head); // as a pull would
    await call.write('model.txt', 'v1');
    await call.exit(0);
    const ended = await all.done;
    expect(ended.exit, ended.stderr).toBe(0);
    expect(await names(rig)).toEqual(['deep', 'deep-2']);
    expect((await rig.mlops('exp', 'queue', 'logs', 'deep-2')).stdout).toContain('the name deep was taken');
    expect((await rig.mlops('exp', 'show', 'deep-2')).exit).toBe(0);
  });

  it('costs neither of two that were started under one name', async () => {
    const rig = await openRig();
    const train = rig.command('train');
    rig.write({
      'pipeline.yaml': `stages: {train: {cmd: node ${rig.path}/.rig/command.mjs train, params: [n], metrics: [metrics.json]}}`,
      'params.yaml': 'n: 0\n',
    });
    await rig.commit('first');
    const both = ['1', '2'].map((n) => rig.start('exp', 'run', '--isolated', '-n', 'deep', '-S', `n=${n}`));
    for (const call of [await train.nextCall(), await train.nextCall()]) {
      await call.write('metrics.json', '{}');
      await call.exit(0);
    }
    const ended = await Promise.all(both.map(({ done }) => done));
    expect(ended.map(({ exit }) => exit)).toEqual([0, 0]);
    expect(ended.map(({ stdout }) => stdout).sort()).toEqual(['experiment deep\n', 'experiment deep-2\n']);
    expect(await names(rig)).toEqual(['deep', 'deep-2']);
  });

  it('is refused to one that is renamed, also when it only waits', async () => {
    const rig = await withStage("echo '{}' > metrics.json");
    await rig.mlops('exp', 'run', '--isolated', '-n', 'one');
    await rig.mlops('exp', 'run', '--queue', '-n', 'waits', '-S', 'n=1');
    expect(await rig.mlops('exp', 'rename', 'one', 'Waits')).toMatchObject({ exit: 7 });
    expect(await rig.mlops('exp', 'rename', 'one', 'One')).toMatchObject({ exit: 0 });
  });
});

describe('a command that writes over .git of its work tree', () => {
  it('makes nothing go that this file names', async () => {
    const rig = await openRig();
    rig.write({ 'keep.txt': 'mine\n' });
    rig.write({
      'pipeline.yaml': `stages: {train: {cmd: 'echo "gitdir: ${rig.beside('mine')}" > .git && echo 1 > o', outs: [o]}}`,
    });
    await rig.commit('first');
    await rig.run('mkdir', '-p', rig.beside('mine/deep'));
    const ended = await rig.mlops('exp', 'run', '--isolated');
    expect(ended).toMatchObject({ exit: 4 });
    expect(existsSync(rig.beside('mine/deep'))).toBe(true);
    expect(readdirSync(join(rig.path, '.git/mlops/exp'))).toEqual([]);
    expect((await rig.git('worktree', 'list')).trim().split('\n')).toHaveLength(1);
  });

  it('stops no experiment after it', async () => {
    const rig = await withStage(
      "if grep -q 1 params.yaml; then rm .git && git init -q .; fi; echo '{}' > metrics.json",
    );
    await rig.mlops('exp', 'run', '--queue', '-S', 'n=1,2', '-n', 'try');
    const ended = await rig.mlops('exp', 'run', '--all');
    expect(ended).toMatchObject({ exit: 4 });
    expect(ended.stderr).toContain('1 done, 1 failed');
    expect(await names(rig)).toEqual(['try-2']);
    expect(readdirSync(join(rig.path, '.git/mlops/exp'))).toEqual([]);
  });
});

describe('an experiment of somebody else whose record lies', () => {
  const LIES: { readonly [name: string]: object } = {
    overrides: { overrides: [1, null, { file: 5 }] },
    few: { baselineTree: undefined, ended: undefined, started: undefined },
    namesake: { name: 'good', ms: 7 },
    elsewhere: { baseline: '--output=here' },
    types: { ms: 'long', started: 5, patch: 8 },
  };

  /** A repository with the experiment `good`, and one for each of the lies. */
  async function withLies(): Promise<Rig> {
    const rig = await withStage("echo '{}' > metrics.json");
    expect((await rig.mlops('exp', 'run', '--isolated', '-n', 'good')).exit).toBe(0);
    const head = (await rig.git('rev-parse', 'HEAD')).trim();
    const good = `refs/mlops/exp/${head}/good`;
    const text = await rig.git('log', '-1', '--format=%B', good);
    const [words, record] = text.trimEnd().split('Mlops-Experiment: ') as [string, string];
    for (const [name, lie] of Object.entries(LIES)) {
      const said = JSON.stringify({ ...JSON.parse(record), name, ...lie });
      rig.write({ '../message': `${words}Mlops-Experiment: ${said}\n` });
      const commit = await rig.git('commit-tree', `${good}^{tree}`, '-p', head, '-F', '../message');
      await rig.git('update-ref', `refs/mlops/exp/${head}/${name}`, commit.trim());
    }
    return rig;
  }

  it('is passed over, and stops no command', async () => {
    const rig = await withLies();
    for (const args of [['show'], ['show', '--csv'], ['show', 'good'], ['log', 'good'], ['apply', 'good']]) {
      const ended = await rig.mlops('exp', ...args);
      expect(ended.exit, `${args.join(' ')}: ${ended.stderr}`).toBe(0);
    }
    expect((await rig.mlops('exp', 'show', 'types')).stderr).toContain('no experiment or commit is called');
    expect((await rig.mlops('exp', 'remove', '--all')).stdout).toMatch(/^removed good .*\n$/);
  });

  it('stays where it is, and a pull says so', async () => {
    const rig = await withLies();
    await rig.git('init', '-q', '--bare', rig.beside('server.git'));
    await rig.git('push', '-q', rig.beside('server.git'), 'main', 'refs/mlops/*:refs/mlops/*');
    await rig.git('for-each-ref', '--format=delete %(refname)', 'refs/mlops').then((lines) =>
      lines
        .trim()
        .split('\n')
        .reduce(
          (done, line) => done.then(() => rig.git('update-ref', '-d', line.slice(7))),
          Promise.resolve(''),
        ),
    );
    const all = await rig.mlops('exp', 'pull', rig.beside('server.git'));
    expect(all.exit, all.stderr).toBe(0);
    for (const name of Object.keys(LIES)) expect(all.stderr).toContain(`${name} is no experiment`);
    expect(await names(rig)).toEqual(['good']);
    const named = await rig.mlops('exp', 'pull', rig.beside('server.git'), 'types');
    expect(named).toMatchObject({ exit: 8 });
  });
});

describe('a metric', () => {
  it('that diverged hides no experiment from what shows, compares, exports and clears', async () => {
    const rig = await withStage(`echo '{"loss": '\${n}'}' > metrics.json`.replaceAll('\\', ''));
    for (const [name, n] of [
      ['good', '1'],
      ['diverged', '"1e999"'],
    ])
      expect((await rig.mlops('exp', 'run', '--isolated', '-n', name!, '-S', `n:=${n}`)).exit).toBe(0);
    for (const args of [
      ['show'],
      ['show', 'diverged'],
      ['diff', 'good', 'diverged'],
      ['export', 'mlflow'],
      ['export', 'tensorboard'],
      ['remove', '--keep-best', '1', '--by', 'metrics.json:loss', '--dry'],
    ]) {
      const ended = await rig.mlops('exp', ...args);
      expect(ended.exit, `${args.join(' ')}: ${ended.stderr}`).toBe(0);
      expect(ended.stderr).toMatch(/1e999 is no number|without metrics.json:loss/);
    }
  });

  it('with a hostile name sends the terminal no escape sequence', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml':
        'stages: {train: {cmd: cp seed.json metrics.json, deps: [seed.json], metrics: [metrics.json]}}',
      'seed.json': { '\u001b[31mred': 1, 'two\nlines': 2, '\u009b2J': 3 },
    });
    await rig.commit('\u001b]0;title\u0007 first');
    await rig.mlops('exp', 'run', '--isolated', '-n', 'a', '-m', 'red \u001b[31m');
    for (const args of [
      ['show'],
      ['show', 'a'],
      ['show', '--md'],
      ['log', 'a'],
      ['list', '.'],
      ['diff', 'a'],
    ]) {
      const { stdout, stderr } = await rig.mlops('exp', ...args);
      expect(`${stdout}${stderr}`, args.join(' ')).not.toMatch(/[^\P{Cc}\n]/u);
    }
    expect((await rig.mlops('exp', 'show')).stdout.trimEnd().split('\n')).toHaveLength(4);
  });
});

describe('secrets that are carried', () => {
  it('are there, and in no commit of an experiment, whichever .gitignore hides them', async () => {
    const rig = await withStage(
      'cat .env secrets/key > model.txt && echo "{}" > metrics.json',
      '    outs: [model.txt]\n',
    );
    rig.write({
      '.gitignore': '.env\n/model.txt\n',
      'secrets/.gitignore': '*\n',
      '.env': 'TOKEN=one\n',
      'secrets/key': 'two\n',
    });
    await rig.commit('ignore rules');
    await rig.mlops('config', 'exp.carry', '[".env", "secrets/key"]');
    expect((await rig.mlops('exp', 'run', '--isolated', '-n', 'a')).exit).toBe(0);
    await rig.mlops('exp', 'run', '--queue', '-n', 'b', '-S', 'n=1');
    expect((await rig.mlops('exp', 'run', '--all')).exit).toBe(0);
    expect((await rig.mlops('exp', 'run', '-n', 'c', '-S', 'n=2')).exit).toBe(0);
    expect(await names(rig)).toEqual(['a', 'b', 'c']);
    const refs = (await rig.git('for-each-ref', '--format=%(refname)', 'refs/mlops/exp')).trim().split('\n');
    for (const ref of refs)
      expect(await rig.git('ls-tree', '-r', '--name-only', ref)).not.toMatch(/^(\.env|secrets)/m);
    expect((await rig.mlops('exp', 'apply', 'b', '--force')).exit).toBe(0);
    expect(rig.read('model.txt')).toBe('TOKEN=one\ntwo\n');
  });
});

it('undoes nothing by a record that none of ours wrote', async () => {
  const rig = await withStage("echo '{}' > metrics.json");
  rig.write({ '../outside.txt': 'mine\n' });
  await rig.mlops('exp', 'run', '--isolated', '-n', 'a', '-S', 'n=1');
  const outside = {
    v: 1,
    did: 'apply',
    name: 'a',
    outs: [{ path: '../outside.txt', before: null, after: null }],
  };
  for (const record of ['{"v":1', JSON.stringify(outside), '{"v":1,"name":"a","did":"apply"}']) {
    rig.write({ '../message': `x\n\nMlops-Apply: ${record}\n` });
    const commit = await rig.git('commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-F', '../message');
    await rig.git('update-ref', 'refs/mlops/apply/main-worktree', commit.trim());
    rig.write({ '.git/mlops/exp-here.json': '{"v":1}' });
    expect(await rig.mlops('exp', 'apply', '--undo')).toMatchObject({ exit: 5 });
    expect(rig.read('../outside.txt')).toBe('mine\n');
  }
  expect((await rig.mlops('exp', 'apply', 'a')).exit).toBe(0);
  rig.write({ '.git/mlops/exp-here.json': '{"v":1}' });
  expect((await rig.mlops('exp', 'run', '-S', 'n=2')).exit).toBe(0);
});
