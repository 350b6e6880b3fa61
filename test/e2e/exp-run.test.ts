import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig, type StageCommand } from '../rig.ts';

const TRAIN = `stages:
  train:
    cmd: sh train.sh
    deps: [train.sh]
    params: [depth, trees]
    outs: [model.txt]
    metrics: [metrics.json]
`;
const SCRIPT = `grep depth params.yaml > model.txt
echo "{\\"depth\\": $(sed -n 's/depth: //p' params.yaml)}" > metrics.json
`;

/** A committed pipeline that ran once, with everything in Git. */
async function ready(files: { readonly [path: string]: string } = {}): Promise<Rig> {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': TRAIN,
    'train.sh': SCRIPT,
    'params.yaml': '# how\ndepth: 3\ntrees: 10\n',
    ...files,
  });
  const first = await rig.mlops('repro');
  expect(first.exit, first.stderr).toBe(0);
  await rig.commit('first');
  return rig;
}

/** A stage with a param, run step by step as the test says. */
async function stepped(params = 'depth: 3\n'): Promise<{ rig: Rig; train: StageCommand }> {
  const rig = await openRig();
  const train = rig.command('train');
  rig.write({
    'pipeline.yaml': `stages: {train: {cmd: ${train.cmd}, params: [depth], outs: [model.txt]}}\n`,
    'params.yaml': params,
  });
  await rig.commit('first');
  return { rig, train };
}

/** Everything of the user's that an experiment beside it must leave as it is: bytes, times, index, HEAD. */
function userState(rig: Rig): object {
  const look = (path: string): string => {
    const { mtimeNs, ino, size } = statSync(join(rig.path, path), { bigint: true });
    return `${mtimeNs} ${ino} ${size} ${readFileSync(join(rig.path, path)).toString('base64')}`;
  };
  return {
    files: Object.fromEntries(rig.files().map((path) => [path, look(path)])),
    index: look('.git/index'),
    head: look('.git/HEAD'),
    main: look('.git/refs/heads/main'),
  };
}

async function refs(rig: Rig): Promise<string[]> {
  return (await rig.git('for-each-ref', '--format=%(refname)', 'refs/mlops', 'refs/heads/mlops-exp'))
    .split('\n')
    .filter((ref) => ref !== '');
}

async function experiment(
  rig: Rig,
  name: string,
): Promise<{ commit: string; record: Record<string, unknown> }> {
  const ref = (await refs(rig)).find((each) => each.endsWith(`/${name}`))!;
  const commit = (await rig.git('rev-parse', ref)).trim();
  const lines = (await rig.git('log', '-1', '--format=%B', commit)).trimEnd().split('\n');
  return { commit, record: JSON.parse(lines.at(-1)!.replace('Mlops-Experiment: ', '')) };
}

async function expectDepths(rig: Rig, depths: { readonly [name: string]: number }): Promise<void> {
  for (const [name, depth] of Object.entries(depths)) {
    const { commit } = await experiment(rig, name);
    expect(await rig.git('show', `${commit}:params.yaml`)).toBe(`depth: ${depth}\n`);
  }
}

/** Work trees of experiments that are still there, by folder and by Git's word. */
function places(rig: Rig): string[] {
  return ['.git/mlops/exp', '.git/worktrees'].flatMap((dir) =>
    existsSync(join(rig.path, dir)) ? readdirSync(join(rig.path, dir)) : [],
  );
}

describe('isolated', () => {
  it('commits the result beside the user, whose files, index and HEAD stay as they are', async () => {
    const rig = await ready();
    rig.write({ 'train.sh': `${SCRIPT}# edited, not added\n`, 'notes.txt': 'mine' });
    const status = await rig.git('status', '--porcelain');
    const before = userState(rig);
    const ended = await rig.mlops('exp', 'run', '--isolated', '-n', 'deep', '-S', 'depth=9');
    expect(ended.exit, ended.stderr).toBe(0);
    expect(ended.stdout).toBe('experiment deep\n');
    expect(ended.stderr).toContain('next: mlops exp show, or mlops exp apply deep');
    expect(userState(rig)).toEqual(before);
    expect(await rig.git('status', '--porcelain')).toBe(status);
    const { commit, record } = await experiment(rig, 'deep');
    expect(await rig.git('show', `${commit}:params.yaml`)).toBe('# how\ndepth: 9\ntrees: 10\n');
    expect(await rig.git('show', `${commit}:metrics.json`)).toBe('{"depth": 9}\n');
    expect(await rig.git('show', `${commit}:train.sh`)).toContain('edited, not added');
    expect(await rig.git('ls-tree', '--name-only', commit)).not.toMatch(/notes|model/);
    const head = (await rig.git('rev-parse', 'HEAD')).trim();
    expect((await rig.git('rev-parse', `${commit}^`)).trim()).toBe(head);
    expect(record).toMatchObject({
      name: 'deep',
      baseline: head,
      baselineTree: (await rig.git('rev-parse', 'HEAD^{tree}')).trim(),
      overrides: [{ file: 'params.yaml', key: ['depth'], op: 'set', value: 9 }],
      ticket: null,
      sweep: null,
      ended: 'ok',
    });
    expect(await rig.git('log', '-1', '--format=%s', commit)).toBe('depth=9\n');
    expect(places(rig)).toEqual([]);
  });

  it('keeps nothing of a failed one, and says why', async () => {
    const rig = await ready();
    rig.write({ 'train.sh': 'exit 3\n' });
    const ended = await rig.mlops('exp', 'run', '--isolated', '-S', 'depth=9');
    expect(ended.exit).toBe(1);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toContain('no experiment was kept: train failed with exit code 3');
    expect(await refs(rig)).toEqual([]);
    expect(places(rig)).toEqual([]);
  });

  it('takes what the lock records out of the store', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': `data: {raw.csv: {}}
stages:
  prepare: {cmd: cat raw.csv > clean.csv, deps: [raw.csv], outs: [clean.csv]}
  train: {cmd: cat clean.csv params.yaml > model.txt, deps: [clean.csv], params: [depth], outs: [model.txt]}
`,
      'raw.csv': '1,2\n',
      'params.yaml': 'depth: 3\n',
    });
    expect(await rig.mlops('repro')).toMatchObject({ exit: 0 });
    await rig.commit('first');
    const ended = await rig.mlops('exp', 'run', '--isolated', '-n', 'deep', '-S', 'depth=9', '--json');
    expect(ended.exit, ended.stderr).toBe(0);
    const ran = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((event) => event.kind === 'start');
    expect(ran.map((event) => event.stage)).toEqual(['train']);
    const last = JSON.parse(ended.stdout.trim().split('\n').at(-1)!);
    expect(last).toMatchObject({ kind: 'experiment', name: 'deep', exit: 'ok' });
    const lock = JSON.parse(await rig.git('show', `${last.commit}:pipeline.lock`));
    expect(lock.stages.train.in.params['params.yaml']).toEqual({ depth: 9 });
  });

  it('records data that changed in the experiment alone, its bytes stored', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml':
        'data: {raw.csv: {}}\nstages: {train: {cmd: cat raw.csv > model.txt, deps: [raw.csv], outs: [model.txt]}}\n',
      'raw.csv': '1,2\n',
    });
    expect(await rig.mlops('repro')).toMatchObject({ exit: 0 });
    await rig.commit('first');
    rig.write({ 'raw.csv': '3,4,5\n' });
    const before = userState(rig);
    const ended = await rig.mlops('exp', 'run', '--isolated', '-n', 'new-rows');
    expect(ended.exit, ended.stderr).toBe(0);
    expect(userState(rig)).toEqual(before);
    const { commit } = await experiment(rig, 'new-rows');
    const lock = JSON.parse(await rig.git('show', `${commit}:pipeline.lock`));
    expect(lock.data['raw.csv'].bytes).toBe(6);
    expect(lock.stages.train.outs['model.txt'].bytes).toBe(6);
    await rig.git('stash', '-q');
    await rig.git('checkout', '-q', commit);
    expect(await rig.mlops('checkout', '--force')).toMatchObject({ exit: 0 });
    expect(rig.read('model.txt')).toBe('3,4,5\n');
    expect(rig.read('raw.csv')).toBe('3,4,5\n');
  });

  it('runs several values at once, one after the other, and dry none of them', async () => {
    const rig = await ready();
    const before = userState(rig);
    const dry = await rig.mlops('exp', 'run', '--dry', '-S', 'depth=5,6');
    expect(dry).toMatchObject({ exit: 2, stdout: '' });
    expect(dry.stderr).toContain('--dry is for one experiment');
    const ended = await rig.mlops('exp', 'run', '-n', 'two', '-S', 'depth=5,6');
    expect(ended.exit, ended.stderr).toBe(0);
    expect(userState(rig)).toEqual(before);
    for (const [name, depth] of [
      ['two-1', 5],
      ['two-2', 6],
    ] as const) {
      const { commit } = await experiment(rig, name);
      expect(await rig.git('show', `${commit}:metrics.json`)).toBe(`{"depth": ${depth}}\n`);
    }
    expect(places(rig)).toEqual([]);
  });

  it('names what Git does not track, and carries it where exp.carry says so', async () => {
    const rig = await ready();
    rig.write({
      'pipeline.yaml': TRAIN.replace('[train.sh]', '[train.sh, words.txt, src]').replace(
        'sh train.sh',
        'sh train.sh && cat words.txt src/b.txt >> model.txt && python3 helper.py',
      ),
      'words.txt': 'secret words\n',
      'src/a.txt': 'a\n',
      'helper.py': 'open("by-helper.txt", "w").write("x")\n',
    });
    await rig.git('add', 'src', 'pipeline.yaml');
    rig.write({ 'src/b.txt': 'b\n' });
    const refused = await rig.mlops('exp', 'run', '--isolated', '-n', 'carried');
    expect(refused.exit).toBe(4);
    expect(refused.stderr).toContain('train needs words.txt, which Git does not track');
    expect(refused.stderr).toContain('train needs src/b.txt, which Git does not track');
    expect(refused.stderr).toContain('train needs helper.py, which Git does not track');
    expect(refused.stderr).toContain('git add src/b.txt\n');
    const all = `mlops config exp.carry '["helper.py","src/b.txt","words.txt"]'`;
    expect(refused.stderr).toContain(`git add words.txt   or, for all of these: ${all}\n`);
    expect(await refs(rig)).toEqual([]);

    rig.write({ '.git/info/exclude': `${rig.read('.git/info/exclude')}words.txt\n` });
    expect(await rig.mlops('config', 'exp.carry', '["words.txt", "src", "*.py"]')).toMatchObject({ exit: 0 });
    const before = userState(rig);
    const ended = await rig.mlops('exp', 'run', '--isolated', '-n', 'carried');
    expect(ended.exit, ended.stderr).toBe(0);
    expect(userState(rig)).toEqual(before);
    const { commit } = await experiment(rig, 'carried');
    const files = (await rig.git('ls-tree', '-r', '--name-only', commit)).split('\n');
    expect(files).toContain('src/b.txt');
    expect(files).toContain('helper.py');
    // What Git ignores was there, and is no part of the result.
    expect(files).not.toContain('words.txt');
  });

  it('carries files that are named one by one, and says of what Git ignores how it is tracked', async () => {
    const rig = await ready();
    rig.write({
      'pipeline.yaml': TRAIN.replace('sh train.sh', 'sh train.sh && sh keys/set.sh'),
      '.git/info/exclude': `${rig.read('.git/info/exclude')}keys\n`,
      'keys/set.sh': 'true\n',
      'a b': '',
    });
    await rig.mlops('config', 'exp.carry', '["a b"]');
    const refused = await rig.mlops('exp', 'run', '--isolated');
    expect(refused.stderr).toContain(
      `mlops add keys/set.sh   or: mlops config exp.carry '["a b","keys/set.sh"]'\n`,
    );
    await rig.mlops('config', 'exp.carry', '["a b","keys/set.sh"]');
    const ended = await rig.mlops('exp', 'run', '--isolated', '-n', 'carried');
    expect(ended.exit, ended.stderr).toBe(0);
  });

  it('says which changes that are not committed an experiment beside the workspace starts with', async () => {
    const rig = await ready();
    const words = 'with your changes that are not committed: params.yaml\n';
    expect((await rig.mlops('exp', 'run', '--isolated', '-S', 'depth=4')).stderr).not.toContain(
      'not committed',
    );
    rig.write({ 'params.yaml': '# how\ndepth: 3\ntrees: 11\n' });
    expect((await rig.mlops('exp', 'run', '--isolated', '-S', 'depth=4')).stderr).toContain(words);
    expect((await rig.mlops('exp', 'run', '--queue', '-S', 'depth=5')).stderr).toContain(words);
  });

  it('says that a program of a virtual environment has to be called by its name', async () => {
    const rig = await ready();
    rig.write({
      'pipeline.yaml': TRAIN.replace('sh train.sh', '.venv/bin/sh train.sh'),
      '.gitignore': `.venv\n${rig.read('.gitignore')}`,
    });
    mkdirSync(join(rig.path, '.venv/bin'), { recursive: true });
    symlinkSync('/bin/sh', join(rig.path, '.venv/bin/sh'));
    const refused = await rig.mlops('exp', 'run', '--isolated');
    expect(refused.exit).toBe(4);
    expect(refused.stderr).toContain('train needs .venv/bin/sh, which Git does not track');
    expect(refused.stderr).toContain('activate that environment and call the program by its name alone');
  });

  it('goes on from what the lock records of outs that persist', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': `stages:
  train:
    cmd: cat params.yaml >> model.txt
    params: [depth]
    outs: [{model.txt: {persist: true}}]
`,
      'params.yaml': 'depth: 3\n',
    });
    expect(await rig.mlops('repro')).toMatchObject({ exit: 0 });
    await rig.commit('first');
    const ended = await rig.mlops('exp', 'run', '--isolated', '-n', 'on', '-S', 'depth=4');
    expect(ended.exit, ended.stderr).toBe(0);
    const { commit } = await experiment(rig, 'on');
    const lock = JSON.parse(await rig.git('show', `${commit}:pipeline.lock`));
    expect(lock.stages.train.outs['model.txt'].bytes).toBe('depth: 3\ndepth: 4\n'.length);
  });

  it('keeps files that Git tracks although it ignores them', async () => {
    const rig = await ready({ 'forced.log': 'kept\n', '.gitignore': '*.log\n' });
    await rig.git('add', '-f', 'forced.log');
    await rig.git('commit', '-q', '-m', 'forced');
    expect(await rig.mlops('exp', 'run', '--isolated', '-n', 'x')).toMatchObject({ exit: 0 });
    const { commit } = await experiment(rig, 'x');
    expect(await rig.git('show', `${commit}:forced.log`)).toBe('kept\n');
  });

  it('runs from a subfolder, whose names it understands, with every nested pipeline', async () => {
    const rig = await ready({
      'sub/pipeline.yaml':
        'stages: {judge: {cmd: cat params.yaml ../model.txt > judged.txt, deps: [../model.txt], params: [limit], outs: [judged.txt]}}\n',
      'sub/params.yaml': 'limit: 1\n',
    });
    const ended = await rig.mlopsWith(
      { cwd: 'sub' },
      ...[
        'exp',
        'run',
        '--isolated',
        '-n',
        'both',
        '-S',
        'params.yaml:limit=2',
        '-S',
        '../params.yaml:depth=4',
        'judge',
      ],
    );
    expect(ended.exit, ended.stderr).toBe(0);
    const { commit, record } = await experiment(rig, 'both');
    expect(await rig.git('show', `${commit}:sub/params.yaml`)).toBe('limit: 2\n');
    expect(await rig.git('show', `${commit}:metrics.json`)).toBe('{"depth": 4}\n');
    expect(record['overrides']).toMatchObject([{ file: 'sub/params.yaml' }, { file: 'params.yaml' }]);
  });

  it('runs equal stages of two experiments once', async () => {
    const rig = await openRig();
    const prepare = rig.command('prepare');
    rig.write({
      'pipeline.yaml': `stages:
  prepare: {cmd: ${prepare.cmd}, outs: [clean.txt]}
  train: {cmd: cat clean.txt params.yaml > model.txt, deps: [clean.txt], params: [depth], outs: [model.txt]}
`,
      'params.yaml': 'depth: 3\n',
    });
    await rig.commit('first');
    await rig.mlops('config', 'exp.carry', '[".rig"]');
    const one = rig.start('exp', 'run', '--isolated', '-n', 'one', '-S', 'depth=1');
    const call = await prepare.nextCall();
    expect(call.env['MLOPS_EXP_NAME']).toBe('one');
    expect(call.cwd).toMatch(/\.git\/mlops\/exp\//);
    const two = rig.start('exp', 'run', '--isolated', '-n', 'two', '-S', 'depth=2');
    await two.says(/prepare.*stage prepare \(pid/);
    await call.write('clean.txt', 'clean\n');
    await call.exit(0);
    expect(await one.done).toMatchObject({ exit: 0 });
    const second = await two.done;
    expect(second.exit, second.stderr).toBe(0);
    expect(second.stderr).toMatch(/prepare.*restored from the run cache/);
    await expectDepths(rig, { one: 1, two: 2 });
  });

  it('is stopped by Ctrl-C with all its processes, and leaves nothing', async () => {
    const rig = await openRig();
    const train = rig.command('train');
    rig.write({ 'pipeline.yaml': `stages: {train: {cmd: ${train.cmd}, outs: [model.txt]}}\n` });
    await rig.commit('first');
    await rig.mlops('config', 'exp.carry', '[".rig"]');
    const running = rig.start('exp', 'run', '--isolated');
    const call = await train.nextCall();
    const ended = await running.kill('SIGINT');
    await call.gone();
    expect(ended.exit).toBe(130);
    expect(await refs(rig)).toEqual([]);
    expect(places(rig)).toEqual([]);
  });

  it('killed in the middle, it costs nothing: the next one clears its place away', async () => {
    const rig = await openRig();
    const train = rig.command('train');
    rig.write({ 'pipeline.yaml': `stages: {train: {cmd: ${train.cmd}, outs: [model.txt]}}\n` });
    await rig.commit('first');
    await rig.mlops('config', 'exp.carry', '[".rig"]');
    const before = userState(rig);
    const running = rig.start('exp', 'run', '--isolated', '-n', 'again');
    const half = await train.nextCall();
    await running.kill('SIGKILL');
    await half.gone();
    expect(places(rig)).toHaveLength(2);
    expect(userState(rig)).toEqual(before);
    const again = rig.start('exp', 'run', '--isolated', '-n', 'again');
    const call = await train.nextCall();
    expect(places(rig)).toHaveLength(2);
    await call.write('model.txt', 'whole\n');
    await call.exit(0);
    expect(await again.done).toMatchObject({ exit: 0, stdout: 'experiment again\n' });
    expect(places(rig)).toEqual([]);
  });

  it('ends a stage that hangs, with its whole tree', async () => {
    const rig = await openRig();
    const child = rig.command('child');
    rig.write({
      'pipeline.yaml': `stages: {train: {cmd: "${child.cmd} & wait", outs: [model.txt], timeout: 1s}}\n`,
    });
    await rig.commit('first');
    await rig.mlops('config', 'exp.carry', '[".rig"]');
    const running = rig.start('exp', 'run', '--isolated');
    const call = await child.nextCall();
    const ended = await running.done;
    await call.gone();
    expect(ended.exit).toBe(1);
    expect(ended.stderr).toContain('no experiment was kept: train timed out after 1.0 s');
  });

  it('runs no hook of the user', async () => {
    const rig = await ready();
    const hooks = [
      'post-checkout',
      'pre-commit',
      'post-commit',
      'commit-msg',
      'post-index-change',
      'reference-transaction',
    ];
    for (const hook of hooks) {
      rig.write({ [`.git/hooks/${hook}`]: `#!/bin/sh\necho ${hook} >> "${rig.beside('hooks')}"\n` });
      chmodSync(join(rig.path, '.git/hooks', hook), 0o755);
    }
    rig.write({ 'train.sh': `${SCRIPT}# edited\n` });
    expect(await rig.mlops('exp', 'run', '--isolated', '-S', 'depth=9')).toMatchObject({ exit: 0 });
    expect(existsSync(rig.beside('hooks'))).toBe(false);
  });

  it('brings submodules from where the user has them', async () => {
    const rig = await ready();
    const library = await rig.clone('library');
    library.write({ 'lib.txt': 'v1\n', 'train.sh': null, 'pipeline.yaml': null });
    await library.commit('library');
    await rig.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.path, 'lib');
    rig.write({
      'pipeline.yaml':
        'stages: {train: {cmd: cat lib/lib.txt > model.txt, params: [depth], outs: [model.txt]}}\n',
    });
    await rig.commit('with a library');
    // A commit that is nowhere but here.
    rig.write({ 'lib/lib.txt': 'v2\n' });
    await rig.run('git', '-C', 'lib', 'commit', '-qam', 'only here');
    const before = userState(rig);
    const ended = await rig.mlops('exp', 'run', '--isolated', '-n', 'lib');
    expect(ended.exit, ended.stderr).toBe(0);
    expect(userState(rig)).toEqual(before);
    const { commit } = await experiment(rig, 'lib');
    const inside = (await rig.run('git', '-C', 'lib', 'rev-parse', 'HEAD')).stdout.trim();
    expect(await rig.git('ls-tree', commit, 'lib')).toContain(inside);
    expect(
      JSON.parse(await rig.git('show', `${commit}:pipeline.lock`)).stages.train.outs['model.txt'].bytes,
    ).toBe(3);
    expect(places(rig)).toEqual([]);
  });

  it('checks out no more than the sparse patterns of the user', async () => {
    const rig = await ready({ 'big/file.txt': 'far away\n', 'near/file.txt': 'near\n' });
    await rig.git('sparse-checkout', 'set', 'near');
    expect(rig.has('big/file.txt')).toBe(false);
    rig.write({ 'train.sh': `${SCRIPT}echo big* near* > seen.txt\n` });
    const ended = await rig.mlops('exp', 'run', '--isolated', '-n', 'sparse');
    expect(ended.exit, ended.stderr).toBe(0);
    const { commit } = await experiment(rig, 'sparse');
    expect(await rig.git('show', `${commit}:seen.txt`)).toBe('big* near\n');
    expect(await rig.git('show', `${commit}:big/file.txt`)).toBe('far away\n');
  });

  it('works in a linked work tree, on a detached HEAD, and without a Git identity', async () => {
    const rig = await ready();
    await rig.git('worktree', 'add', '-q', '--detach', rig.beside('linked'));
    const identity = {
      GIT_AUTHOR_NAME: '',
      GIT_AUTHOR_EMAIL: '',
      GIT_COMMITTER_NAME: '',
      GIT_COMMITTER_EMAIL: '',
    };
    const ended = await rig.mlopsWith(
      { cwd: '../linked', env: identity },
      ...['exp', 'run', '--isolated', '-n', 'linked', '-S', 'depth=5'],
    );
    expect(ended.exit, ended.stderr).toBe(0);
    const { commit } = await experiment(rig, 'linked');
    expect(await rig.git('log', '-1', '--format=%an <%ae>', commit)).toBe('mlops <mlops@localhost>\n');
    expect(await rig.git('show', `${commit}:metrics.json`)).toBe('{"depth": 5}\n');
  });

  it('works in a shallow clone', async () => {
    const rig = await ready();
    await rig.commit('second');
    await rig.git('clone', '-q', '--depth', '1', `file://${rig.path}`, rig.beside('shallow'));
    const ended = await rig.mlopsWith(
      { cwd: '../shallow' },
      'exp',
      'run',
      '--isolated',
      '-n',
      'deep',
      '-S',
      'depth=8',
    );
    expect(ended.exit, ended.stderr).toBe(0);
  });

  it('is not led astray by the variables of a hook or of git rebase --exec', async () => {
    const rig = await ready();
    const before = userState(rig);
    const env = {
      GIT_DIR: join(rig.path, '.git'),
      GIT_INDEX_FILE: join(rig.path, '.git/index'),
      GIT_WORK_TREE: rig.path,
    };
    const ended = await rig.mlopsWith({ env }, 'exp', 'run', '--isolated', '-n', 'x', '-S', 'depth=9');
    expect(ended.exit, ended.stderr).toBe(0);
    expect(userState(rig)).toEqual(before);
    const { commit } = await experiment(rig, 'x');
    expect(await rig.git('show', `${commit}:metrics.json`)).toBe('{"depth": 9}\n');
  });

  it('writes refs where exp.refs says', async () => {
    const rig = await ready();
    await rig.mlops('config', 'exp.refs', 'refs/heads/mlops-exp/');
    expect(await rig.mlops('exp', 'run', '--isolated', '-n', 'x')).toMatchObject({ exit: 0 });
    const head = (await rig.git('rev-parse', 'HEAD')).trim();
    expect(await refs(rig)).toEqual([`refs/heads/mlops-exp/${head}/x`]);
  });
});

describe('in the workspace', () => {
  it('keeps the overrides and the result, touches neither index nor HEAD, and says how to undo', async () => {
    const rig = await ready();
    rig.write({ 'notes.txt': 'mine' });
    const index = readFileSync(join(rig.path, '.git/index'));
    const head = await rig.git('rev-parse', 'HEAD');
    const ended = await rig.mlops('exp', 'run', '-n', 'deep', '-S', 'depth=9', '-m', 'a deep one');
    expect(ended.exit, ended.stderr).toBe(0);
    expect(ended.stdout).toBe('experiment deep\n');
    expect(ended.stderr).toContain('params.yaml keeps depth=9; undo: git restore params.yaml && mlops repro');
    expect(readFileSync(join(rig.path, '.git/index'))).toEqual(index);
    expect(await rig.git('rev-parse', 'HEAD')).toBe(head);
    expect(rig.read('params.yaml')).toBe('# how\ndepth: 9\ntrees: 10\n');
    expect(rig.read('model.txt')).toBe('depth: 9\n');
    const { commit } = await experiment(rig, 'deep');
    expect(await rig.git('show', `${commit}:notes.txt`)).toBe('mine');
    expect(await rig.git('log', '-1', '--format=%s', commit)).toBe('a deep one\n');
    expect(existsSync(join(rig.path, '.git/mlops/exp-here.json'))).toBe(false);
  });

  it('puts params files back when it fails, through links and with their mode', async () => {
    const rig = await ready();
    rig.write({ 'real.yaml': rig.read('params.yaml'), 'params.yaml': null, 'train.sh': 'exit 1\n' });
    symlinkSync('real.yaml', join(rig.path, 'params.yaml'));
    chmodSync(join(rig.path, 'real.yaml'), 0o600);
    const before = rig.read('params.yaml');
    const ended = await rig.mlops('exp', 'run', '-S', 'depth=9');
    expect(ended.exit).toBe(1);
    expect(ended.stderr).toContain('no experiment was kept: params.yaml is as before');
    expect(rig.read('params.yaml')).toBe(before);
    expect(statSync(join(rig.path, 'real.yaml')).mode & 0o777).toBe(0o600);
    expect((await rig.run('readlink', 'params.yaml')).stdout).toBe('real.yaml\n');
    expect(await refs(rig)).toEqual([]);
  });

  it('puts params files back after Ctrl-C, but not over what somebody typed meanwhile', async () => {
    const { rig, train } = await stepped();
    const first = rig.start('exp', 'run', '-S', 'depth=9');
    const call = await train.nextCall();
    expect(await call.read('params.yaml')).toBe('depth: 9\n');
    expect(call.env['MLOPS_EXP_NAME']).toMatch(/^[a-z]+-[a-z]+$/);
    const ended = await first.kill('SIGINT');
    await call.gone();
    expect(ended.exit).toBe(130);
    expect(rig.read('params.yaml')).toBe('depth: 3\n');

    const second = rig.start('exp', 'run', '-S', 'depth=9');
    await train.nextCall();
    rig.write({ 'params.yaml': 'depth: 77\n' });
    const stopped = await second.kill('SIGINT');
    expect(stopped.stderr).toContain('params.yaml was edited since, and left as it is');
    expect(rig.read('params.yaml')).toBe('depth: 77\n');
  });

  it('killed in the middle, the next one puts the params files back first and says so', async () => {
    const { rig, train } = await stepped('depth: 3\nold: 1\n');
    const running = rig.start('exp', 'run', '-n', 'dead', '-S', 'depth=9');
    const half = await train.nextCall();
    await running.kill('SIGKILL');
    await half.gone();
    expect(rig.read('params.yaml')).toContain('depth: 9');
    const again = rig.start('exp', 'run', '-S', 'old=2');
    const call = await train.nextCall();
    expect(await call.read('params.yaml')).toBe('depth: 3\nold: 2\n');
    await call.write('model.txt', 'x');
    await call.exit(0);
    const ended = await again.done;
    expect(ended.exit, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('experiment dead was killed: params.yaml is as before');
  });

  it('leaves overrides of a killed one that were committed since', async () => {
    const { rig, train } = await stepped();
    const running = rig.start('exp', 'run', '-S', 'depth=9');
    const half = await train.nextCall();
    await running.kill('SIGKILL');
    await half.gone();
    await rig.commit('nine it is');
    const again = rig.start('exp', 'run', '-n', 'next');
    const call = await train.nextCall();
    expect(await call.read('params.yaml')).toBe('depth: 9\n');
    await call.write('model.txt', 'x');
    await call.exit(0);
    expect(await again.done).toMatchObject({ exit: 0 });
  });

  it('warns of big files that Git does not track, before they are in its commit for ever', async () => {
    const rig = await ready();
    rig.write({ 'big.bin': Buffer.alloc(11 << 20) });
    for (const verb of [['run', '-S', 'depth=4'], ['save']]) {
      const ended = await rig.mlops('exp', ...verb);
      expect(ended.exit, ended.stderr).toBe(0);
      expect(ended.stderr).toContain(
        "big.bin (11.5 MB) is not tracked, and becomes part of the experiment's commit",
      );
    }
  });

  it('runs one at a time there: the next waits', async () => {
    const { rig, train } = await stepped();
    const one = rig.start('exp', 'run', '-n', 'one', '-S', 'depth=1');
    const first = await train.nextCall();
    const two = rig.start('exp', 'run', '-n', 'two', '-S', 'depth=2');
    await two.says(/waiting for experiment one \(pid/);
    await first.write('model.txt', await first.read('params.yaml'));
    await first.exit(0);
    expect(await one.done).toMatchObject({ exit: 0 });
    const second = await train.nextCall();
    expect(await second.read('params.yaml')).toBe('depth: 2\n');
    await second.write('model.txt', await second.read('params.yaml'));
    await second.exit(0);
    expect(await two.done).toMatchObject({ exit: 0 });
    await expectDepths(rig, { one: 1, two: 2 });
  });

  it('keeps an experiment whose gate said no', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': `stages:
  predict: {cmd: cat rows.csv > scored.csv, deps: [rows.csv], params: [depth], outs: [scored.csv]}
  judge:
    evaluate:
      data: scored.csv
      target: y
      predictions: {scores: p}
      labels: ["no", "yes"]
      positive: "yes"
      gates: {accuracy: {min: 0.9}}
`,
      'params.yaml': 'depth: 3\n',
      'rows.csv': 'id,y,p\n1,no,0.2\n2,yes,0.9\n3,no,0.6\n4,yes,0.7\n',
    });
    await rig.commit('first');
    for (const [name, ...mode] of [['beside', '--isolated'], ['here']] as const) {
      const ended = await rig.mlops('exp', 'run', ...mode, '-n', name, '-S', 'depth=9');
      expect(ended.exit, ended.stderr).toBe(3);
      expect(ended.stdout).toBe(`experiment ${name}\n`);
      const { commit, record } = await experiment(rig, name);
      expect(record['ended']).toBe('gate');
      expect(await rig.git('show', `${commit}:params.yaml`)).toBe('depth: 9\n');
      expect(await rig.git('ls-tree', '-r', '--name-only', commit)).toContain('reports/judge.json');
    }
    expect(rig.read('params.yaml')).toBe('depth: 9\n');
  });

  it('uses the store that local.yaml names, also in a work tree of its own', async () => {
    const rig = await ready();
    expect(await rig.mlops('config', '--local', 'store.dir', rig.beside('elsewhere'))).toMatchObject({
      exit: 0,
    });
    expect(await rig.mlops('exp', 'run', '--isolated', '-S', 'depth=9')).toMatchObject({ exit: 0 });
    expect(readdirSync(join(rig.beside('elsewhere'), 'objects'))).not.toEqual([]);
  });

  it('says what would run, and changes nothing', async () => {
    const rig = await ready();
    const before = userState(rig);
    const ended = await rig.mlops('exp', 'run', '--dry', '-S', 'depth=9');
    expect(ended.exit, ended.stderr).toBe(0);
    expect(ended.stderr).toMatch(/train\s+would run because params.yaml depth 3 → 9/);
    expect(userState(rig)).toEqual(before);
    expect(await refs(rig)).toEqual([]);
    expect(places(rig)).toEqual([]);
  });
});

describe('refused before anything changes', () => {
  const cases: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['an unknown key', ['-S', 'dept=9'], 2, /has no "dept"[\s\S]*did you mean depth/],
    ['another type', ['-S', 'depth=deep'], 2, /depth/],
    ['a name that cannot be', ['-n', '../x'], 2, /cannot be called/],
    ['an unknown stage', ['trian'], 4, /did you mean "train"/],
    ['jobs that are no number', ['-j', 'many'], 2, /not a number of jobs/],
  ];
  it.each(cases)('%s', async (_, args, exit, words) => {
    const rig = await ready();
    const before = userState(rig);
    for (const mode of [[], ['--isolated']]) {
      const ended = await rig.mlops('exp', 'run', ...mode, ...args);
      expect(ended.stderr).toMatch(words);
      expect(ended.exit).toBe(exit);
    }
    expect(userState(rig)).toEqual(before);
    expect(await refs(rig)).toEqual([]);
  });

  it('a bare repository, and a params file that Git does not track', async () => {
    const rig = await ready();
    await rig.git('clone', '-q', '--bare', rig.path, rig.beside('bare.git'));
    const bare = await rig.mlopsWith({ cwd: '../bare.git' }, 'exp', 'run');
    expect(bare.exit).toBe(4);
    expect(bare.stderr).toContain('has no work tree: it is a bare repository, or inside .git');
    rig.write({ 'more.yaml': 'a: 1\n' });
    const loose = await rig.mlops('exp', 'run', '--isolated', '-S', 'more.yaml:a=2');
    expect(loose.exit).toBe(4);
    expect(loose.stderr).toContain('an override needs more.yaml, which Git does not track');
    expect(rig.read('more.yaml')).toBe('a: 1\n');
  });

  it('a name that is taken, however it is spelt', async () => {
    const rig = await ready();
    expect(await rig.mlops('exp', 'run', '--isolated', '-n', 'Best', '-S', 'depth=4')).toMatchObject({
      exit: 0,
    });
    for (const verb of [['run', '-S', 'depth=5'], ['run', '--isolated'], ['save']]) {
      const ended = await rig.mlops('exp', ...verb, '-n', 'best');
      expect(ended.exit).toBe(7);
      expect(ended.stderr).toContain('there is an experiment Best already');
    }
    expect(rig.read('params.yaml')).toContain('depth: 3');
    expect(await rig.mlops('exp', 'run', '--queue', '-n', 'waits', '-S', 'depth=6')).toMatchObject({
      exit: 0,
    });
    expect(await rig.mlops('exp', 'save', '-n', 'Waits')).toMatchObject({ exit: 7 });
  });

  it('no commit yet, and a merge that is not resolved', async () => {
    const rig = await openRig();
    rig.write({ 'pipeline.yaml': TRAIN, 'train.sh': SCRIPT, 'params.yaml': 'depth: 3\ntrees: 1\n' });
    for (const mode of [['run'], ['run', '--isolated'], ['save']]) {
      const ended = await rig.mlops('exp', ...mode);
      expect(ended.exit).toBe(4);
      expect(ended.stderr).toContain('there is no commit yet that an experiment could start from');
    }
    await rig.commit('first');
    await rig.git('checkout', '-q', '-b', 'other');
    rig.write({ 'train.sh': 'theirs\n' });
    await rig.commit('theirs');
    await rig.git('checkout', '-q', 'main');
    rig.write({ 'train.sh': 'ours\n' });
    await rig.commit('ours');
    await rig.run('git', 'merge', '-q', 'other');
    for (const mode of [['run'], ['run', '--isolated'], ['save']]) {
      const ended = await rig.mlops('exp', ...mode);
      expect(ended.exit).toBe(4);
      expect(ended.stderr).toContain('train.sh is not merged yet');
    }
    expect(await refs(rig)).toEqual([]);
  });
});

describe('save', () => {
  it('keeps the workspace as it is, and says what is stale', async () => {
    const rig = await ready();
    rig.write({ 'params.yaml': '# how\ndepth: 4\ntrees: 10\n', 'notes.txt': 'mine' });
    const before = userState(rig);
    const ended = await rig.mlops('exp', 'save', '-n', 'by-hand', '-m', 'pruned');
    expect(ended.exit, ended.stderr).toBe(0);
    expect(ended.stdout).toBe('experiment by-hand\n');
    expect(ended.stderr).toContain('1 stage would not be fresh: train');
    expect(userState(rig)).toEqual(before);
    const { commit } = await experiment(rig, 'by-hand');
    expect(await rig.git('show', `${commit}:params.yaml`)).toContain('depth: 4');
    expect(await rig.git('show', `${commit}:notes.txt`)).toBe('mine');
  });

  it('refuses to lose an out that was changed by hand', async () => {
    const rig = await ready();
    rig.write({ 'model.txt': 'by hand\n' });
    const refused = await rig.mlops('exp', 'save', '-n', 'x');
    expect(refused.exit).toBe(7);
    expect(refused.stderr).toContain('model.txt is not what the lock records');
    expect(await refs(rig)).toEqual([]);
    expect(await rig.mlops('exp', 'save', '-n', 'x', '-f')).toMatchObject({ exit: 0 });
    expect(await rig.mlops('commit', 'train')).toMatchObject({ exit: 0 });
    expect(await rig.mlops('exp', 'save', '-n', 'y')).toMatchObject({ exit: 0 });
    const { commit } = await experiment(rig, 'y');
    expect(
      JSON.parse(await rig.git('show', `${commit}:pipeline.lock`)).stages.train.outs['model.txt'].bytes,
    ).toBe(8);
  });
});
