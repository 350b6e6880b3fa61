// One sweep on several machines: each queues it whole, runs its share and pushes that; together they ran it once.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, words } from './story.ts';

const PIPELINE = `stages:
  train:
    cmd: cp params.yaml model.txt && echo "{\\"score\\":$(sed s/n:.// params.yaml)}" > metrics.json
    deps: [params.yaml]
    outs: [model.txt]
    metrics: [metrics.json]
`;

async function server(): Promise<Rig> {
  const rig = await openRig();
  await rig.git('init', '-q', '--bare', '-b', 'main', rig.beside('server.git'));
  await rig.git('remote', 'add', 'origin', rig.beside('server.git'));
  expectExit(await rig.mlops('init'), 0);
  expectExit(await rig.mlops('remote', 'add', '-d', 'data', rig.beside('data')), 0);
  rig.write({ 'pipeline.yaml': PIPELINE, 'params.yaml': 'n: 1\n' });
  await rig.commit('base');
  await rig.git('push', '-q', 'origin', 'main');
  return rig;
}

async function machine(rig: Rig, name: string): Promise<Rig> {
  const clone = await rig.clone(name);
  await clone.git('remote', 'set-url', 'origin', rig.beside('server.git'));
  return clone;
}

interface Listed {
  readonly baselines: readonly { readonly experiments: readonly { readonly name: string }[] }[];
}

async function names(rig: Rig, ...where: readonly string[]): Promise<string[]> {
  const { baselines } = JSON.parse(
    expectExit(await rig.mlops('exp', 'list', ...where, '--json'), 0).stdout,
  ) as Listed;
  return baselines.flatMap(({ experiments }) => experiments.map(({ name }) => name)).sort();
}

async function waiting(rig: Rig): Promise<string[]> {
  const { stdout } = expectExit(await rig.mlops('exp', 'queue', 'status', '--json'), 0);
  return (JSON.parse(stdout) as { waiting: { name: string }[] }).waiting.map(({ name }) => name).sort();
}

describe('exp run --all --shard', () => {
  it('runs a sweep once on three machines, whichever comes first, and brings it together', async () => {
    const rig = await server();
    const shares: string[][] = [];
    const wholes: string[][] = [];
    for (const share of [3, 1, 2]) {
      const clone = await machine(rig, `machine-${share}`);
      // One of them has an experiment of its own and one queued in two steps: neither changes whose share is what.
      const sweep = ['-S', 'n=1,2,3,4,5,6,7'];
      if (share === 1) expectExit(await clone.mlops('exp', 'run', '--queue', ...sweep), 0);
      const run = await clone.mlops(
        ...['exp', 'run', '--all', '--shard', `${share}/3`, ...(share === 1 ? [] : sweep)],
      );
      expectExit(run, 0);
      const own = await names(clone);
      const left = await waiting(clone);
      expect(words(run)).toContain(
        `${left.length} experiments of other shares than ${share}/3 still queued here; mlops exp queue remove --waiting`,
      );
      shares.push(own);
      wholes.push([...own, ...left].sort());
      expectExit(await clone.mlops('exp', 'push', 'origin', '--all'), 0);
    }
    expect(wholes[1], 'all machines call them alike').toEqual(wholes[0]);
    expect(wholes[2]).toEqual(wholes[0]);
    expect(shares.map(({ length }) => length)).toEqual([2, 3, 2]);
    expect(shares.flat().sort(), 'each ran exactly once').toEqual(wholes[0]);

    const last = await machine(rig, 'last');
    expectExit(await last.mlops('exp', 'pull', 'origin'), 0);
    const shown = expectExit(
      await last.mlops('exp', 'show', '--md', '--sort', 'score', '--hide-workspace'),
      0,
    );
    const scores = [...shown.stdout.matchAll(/^\| ([a-z]+-[a-z]+) \| /gm)].map(([, name]) => name!);
    expect(scores.sort()).toEqual(wholes[0]);
    for (const score of [1, 2, 3, 4, 5, 6, 7]) expect(shown.stdout).toContain(`| ${score} `);
  });

  it('refuses what is no share, what does not run now, and searches that learn, before anything is queued', async () => {
    const rig = await server();
    for (const [args, said] of [
      [['--shard', '0/3', '-S', 'n=1,2'], '--shard 0/3 is no share of a sweep'],
      [['--shard', '4/3', '-S', 'n=1,2'], 'no share'],
      [['--shard', '1', '-S', 'n=1,2'], 'no share'],
      [['--shard', '-1/3', '-S', 'n=1,2'], 'no share'],
      [['--shard', '1/3', '--queue', '-S', 'n=1,2'], '--shard is of what runs now'],
      [
        '--shard 1/3 --search tpe --objective metrics.json:score --direction max --trials 4 -S n=int(1,9)'.split(
          ' ',
        ),
        'a tpe search cannot be shared out',
      ],
    ] as const) {
      const run = await rig.mlops('exp', 'run', ...args);
      expect([run.exit, run.stderr]).toEqual([2, expect.stringContaining(said)]);
    }
    expect(await waiting(rig)).toEqual([]);
  });

  it('leaves a search under way to a machine that runs all of it', async () => {
    const rig = await server();
    const search =
      '--search tpe --objective metrics.json:score --direction max --trials 2 -S n=int(1,9)'.split(' ');
    expectExit(await rig.mlops('exp', 'run', '--queue', ...search), 0);
    const run = expectExit(await rig.mlops('exp', 'run', '--all', '--shard', '1/1'), 0);
    expect(words(run)).toContain(
      'a search under way is shared out to nobody: mlops exp run --all goes on with it',
    );
    expect(await names(rig)).toEqual([]);
    expectExit(await rig.mlops('exp', 'run', '--all'), 0);
    expect(await names(rig)).toHaveLength(2);
  });
});

it('is told in the guide as a test types it', () => {
  expect(readFileSync('docs/guides/sweeps.md', 'utf8')).toContain('mlops exp run --all --shard 2/3 -S');
});
