// Experiments between two clones through a bare Git repository and a folder of data.
import { mkdirSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { experimentHere, experimentWith } from '../experiments/rig.ts';
import { openRig, type Rig } from '../rig.ts';

const PIPELINE = `stages:
  train:
    cmd: cp params.yaml model.txt && echo ran >> runs.log
    deps: [params.yaml]
    outs: [model.txt]
`;

interface Team {
  readonly ada: Rig;
  readonly bob: Rig;
}

/** Two clones of one server, whose pipeline ran in Ada's; two experiments there that nobody else has. */
async function team(): Promise<Team> {
  const ada = await openRig();
  await ada.git('init', '-q', '--bare', '-b', 'main', ada.beside('server.git'));
  await ada.git('remote', 'add', 'origin', ada.beside('server.git'));
  await ada.mlops('init');
  await ada.mlops('remote', 'add', '-d', 'data', ada.beside('data'));
  ada.write({ 'pipeline.yaml': PIPELINE, 'params.yaml': 'trees: 1\n', '.gitignore': 'runs.log\n' });
  expect(await ada.mlops('repro')).toMatchObject({ exit: 0 });
  await ada.commit('base');
  await ada.git('push', '-q', 'origin', 'main');
  expect(await ada.mlops('push')).toMatchObject({ exit: 0 });
  for (const [name, trees] of [
    ['calm-otter', 2],
    ['brave-lynx', 3],
  ] as const) {
    ada.write({ 'params.yaml': `trees: ${trees}\n` });
    expect(await ada.mlops('repro')).toMatchObject({ exit: 0 });
    experimentHere(ada, name, { words: `trees=${trees}` });
  }
  await ada.git('reset', '-q', '--hard');
  expect(await ada.mlops('checkout')).toMatchObject({ exit: 0 });
  const bob = await ada.clone('bob');
  await bob.git('remote', 'set-url', 'origin', ada.beside('server.git'));
  return { ada, bob };
}

async function names(rig: Rig, ...where: readonly string[]): Promise<string[]> {
  const { stdout } = await rig.mlops('exp', 'list', ...where, '--json');
  const { baselines } = JSON.parse(stdout) as { baselines: { experiments: { name: string }[] }[] };
  return baselines.flatMap(({ experiments }) => experiments.map(({ name }) => name)).sort();
}

describe('exp push and pull', () => {
  it('carry an experiment with its model to a colleague, whose repro has nothing to do', async () => {
    const { ada, bob } = await team();
    const pushed = await ada.mlops('exp', 'push', 'origin', 'calm-otter');
    expect(pushed).toMatchObject({ exit: 0 });
    expect(pushed.stdout).toMatch(
      /^pushed 1 object, 9 B, and 1 run to .*data\npushed 1 experiment to origin: calm-otter\n$/,
    );
    expect(await names(bob, 'origin')).toEqual(['calm-otter']);
    expect(await names(bob)).toEqual([]);

    const pulled = await bob.mlops('exp', 'pull', 'origin');
    expect(pulled).toMatchObject({ exit: 0 });
    expect(pulled.stdout).toContain('pulled 1 experiment from origin: calm-otter');
    expect(await names(bob)).toEqual(['calm-otter']);
    expect(await bob.mlops('exp', 'apply', 'calm-otter')).toMatchObject({ exit: 0 });
    expect(bob.read('model.txt')).toBe('trees: 2\n');
    expect((await bob.mlops('repro')).stderr).toContain('fresh, nothing to do');

    // The same values typed by hand: the run came along.
    await bob.git('reset', '-q', '--hard');
    bob.write({ 'params.yaml': 'trees: 2\n', 'model.txt': null });
    expect(await bob.mlops('repro', '--pull')).toMatchObject({ exit: 0 });
    expect(bob.read('model.txt')).toBe('trees: 2\n');
    expect(bob.has('runs.log')).toBe(false);

    const again = await ada.mlops('exp', 'push', 'origin', '--all');
    expect(again.stdout).toContain('pushed 1 experiment to origin: brave-lynx; 1 experiment there already');
    expect((await bob.mlops('exp', 'pull', 'origin')).stdout).toContain(
      'pulled 1 experiment from origin: brave-lynx; 1 experiment here already',
    );
  });

  it('refuse a name that means another experiment on the other side, unless forced', async () => {
    const { ada, bob } = await team();
    await experimentWith(bob, 'Calm-Otter', { 'note.txt': 'another\n' });
    expect(await ada.mlops('exp', 'push', 'origin', '--all')).toMatchObject({ exit: 0 });
    const refused = await bob.mlops('exp', 'push', 'origin', '--all');
    expect(refused.exit).toBe(7);
    expect(refused.stderr).toContain('there is another experiment Calm-Otter on the other side');
    const pull = await bob.mlops('exp', 'pull', 'origin');
    expect(pull.exit).toBe(7);
    expect(pull.stderr).toContain('there is another experiment calm-otter here');
    expect(await names(bob)).toEqual(['Calm-Otter']);
    await bob.mlops('exp', 'rename', 'Calm-Otter', 'calm-otter');
    const own = (await bob.git('for-each-ref', '--format=%(objectname)', 'refs/mlops/exp')).trim();
    expect(await bob.mlops('exp', 'push', 'origin', 'calm-otter', '--force')).toMatchObject({ exit: 0 });
    expect(await bob.git('ls-remote', 'origin', 'refs/mlops/exp/*')).toContain(`${own}\trefs/mlops/exp/`);
    expect(await ada.mlops('exp', 'pull', 'origin', 'calm-otter')).toMatchObject({ exit: 7 });
    expect(await ada.mlops('exp', 'pull', 'origin', 'calm-otter', '--force')).toMatchObject({ exit: 0 });
    expect(await ada.git('for-each-ref', '--format=%(objectname)', 'refs/mlops/exp')).toContain(own);
  });

  it('send no ref whose data could not be sent', async () => {
    const { ada, bob } = await team();
    // A file where the folder of data should be.
    rmSync(ada.beside('data'), { recursive: true });
    ada.write({ '../data': 'in the way\n' });
    expect((await ada.mlops('exp', 'push', 'origin', '--all')).exit).not.toBe(0);
    expect(await names(bob, 'origin')).toEqual([]);
    rmSync(ada.beside('data'));
    mkdirSync(ada.beside('data'));
    // Lost here, and never sent: that one stays, the other goes.
    const digest = await digestOf(ada, 'calm-otter');
    rmSync(`${ada.path}/.git/mlops/store/objects/${digest.slice(0, 2)}/${digest.slice(2)}`);
    const partial = await ada.mlops('exp', 'push', 'origin', '--all');
    expect(partial.exit).toBe(5);
    expect(partial.stderr).toContain('calm-otter was not pushed: some of its data is neither here nor there');
    expect(partial.stdout).toContain('pushed 1 experiment to origin: brave-lynx');
    expect(await names(bob, 'origin')).toEqual(['brave-lynx']);
    expect(await ada.mlops('exp', 'push', 'origin', '--all', '--no-data')).toMatchObject({ exit: 0 });
    const pulled = await bob.mlops('exp', 'pull', 'origin');
    expect(pulled.exit).toBe(5);
    expect(await names(bob)).toEqual(['brave-lynx', 'calm-otter']);
  });

  it('say which refs a host refused, and how branches get around that', async () => {
    const { ada, bob } = await team();
    const server = ada.beside('server.git');
    await ada.git('-C', server, 'config', 'receive.hideRefs', 'refs/mlops');
    const refused = await ada.mlops('exp', 'push', 'origin', '--all');
    expect(refused.exit).toBe(6);
    expect(refused.stderr).toContain('calm-otter was refused: deny updating a hidden ref');
    expect(refused.stderr).toContain('mlops config exp.refs refs/heads/mlops-exp/');
    expect(await ada.mlops('config', 'exp.refs', 'refs/heads/mlops-exp/')).toMatchObject({ exit: 0 });
    expect(await ada.mlops('exp', 'push', 'origin', '--all')).toMatchObject({ exit: 0 });
    expect(await bob.mlops('exp', 'pull', 'origin')).toMatchObject({ exit: 0 });
    expect(await names(bob)).toEqual(['brave-lynx', 'calm-otter']);
    expect(await bob.git('branch', '--list')).not.toContain('mlops-exp');
    expect((await ada.mlops('exp', 'push', 'origin', '--all')).stdout).toContain(
      '2 experiments there already',
    );
  });

  it('take what was allowed when a hook of the host refuses some', async () => {
    const { ada, bob } = await team();
    const hook = ada.beside('server.git/hooks/update');
    ada.write({ '../server.git/hooks/update': '#!/bin/sh\ncase "$1" in */calm-otter) exit 1;; esac\n' });
    await ada.run('chmod', '+x', hook);
    const partial = await ada.mlops('exp', 'push', 'origin', '--all');
    expect(partial.exit).toBe(6);
    expect(partial.stdout).toContain('pushed 1 experiment to origin: brave-lynx');
    expect(partial.stderr).toContain('calm-otter was refused: hook declined');
    expect(await names(bob, 'origin')).toEqual(['brave-lynx']);
  });

  it('go to a URL that is no remote of Git here, and gc of the data asks there too', async () => {
    const { ada } = await team();
    const fork = ada.beside('fork.git');
    await ada.git('clone', '-q', '--bare', ada.beside('server.git'), fork);
    expect(await ada.mlops('exp', 'push', fork, 'calm-otter')).toMatchObject({ exit: 0 });
    expect(await names(ada, `file://${fork}`)).toEqual(['calm-otter']);
    const { stdout } = await ada.mlops('gc', '--remote', '--json');
    expect((JSON.parse(stdout) as { asked: string[] }).asked).toContain(fork);
  });

  it('leave alone the hook that sends bytes before a push, and other hooks run', async () => {
    const { ada } = await team();
    ada.write({ '.git/hooks/pre-push': '#!/bin/sh\necho mine > own-hook-ran\n' });
    await ada.run('chmod', '+x', '.git/hooks/pre-push');
    expect(await ada.mlops('git', 'install')).toMatchObject({ exit: 0 });
    expect(await ada.mlops('exp', 'push', 'origin', 'calm-otter', '--no-data')).toMatchObject({ exit: 0 });
    expect(ada.has('own-hook-ran')).toBe(true);
    expect((await ada.mlops('verify', '--remote', '--rev', await refOf(ada, 'calm-otter'))).exit).toBe(5);
    // Pushed by hand, the hook sends its bytes as those of any commit.
    const ref = await refOf(ada, 'brave-lynx');
    await ada.git('push', '-q', 'origin', ref);
    expect(await ada.mlops('verify', '--remote', '--rev', ref)).toMatchObject({ exit: 0 });
  });

  it('say what was mistyped', async () => {
    const { ada } = await team();
    expect((await ada.mlops('exp', 'push', 'origin')).exit).toBe(2);
    const wrong = await ada.mlops('exp', 'push', 'orign', '--all');
    expect(wrong.exit).toBe(6);
    expect(wrong.stderr).toContain('a remote of Git is meant: origin, or a URL');
    expect((await ada.mlops('exp', 'pull', 'origin', 'nobody')).exit).toBe(4);
    expect((await ada.mlops('exp', 'list', '--upload-pack=touch x')).exit).toBe(2);
  });
});

async function refOf(rig: Rig, name: string): Promise<string> {
  const refs = (await rig.git('for-each-ref', '--format=%(refname)', 'refs/mlops/exp')).split('\n');
  return refs.find((ref) => ref.endsWith(`/${name}`))!;
}

async function digestOf(rig: Rig, name: string): Promise<string> {
  const lock = await rig.git('show', `${await refOf(rig, name)}:pipeline.lock`);
  return /"model.txt": \{[^}]*"file": "([0-9a-f]{64})"/.exec(lock)![1]!;
}
