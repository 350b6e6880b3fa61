import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Call, openRig, type Rig, type StageCommand } from '../rig.ts';

/** A committed pipeline of one stage whose runs the test steps through; `n` comes as its argument. */
async function stepped(more = ''): Promise<{ rig: Rig; train: StageCommand }> {
  const rig = await openRig();
  const train = rig.command('train');
  rig.write({
    'pipeline.yaml': `stages:
  train:
    cmd: node ${rig.path}/.rig/command.mjs train \${n}
    params: [n]
    metrics: [metrics.json]
${more}`,
    'params.yaml': 'n: 0\n',
  });
  await rig.commit('first');
  return { rig, train };
}

/** A committed pipeline whose runs note themselves outside of the repository, in one write each. */
async function noting(): Promise<{ rig: Rig; noted: () => string[] }> {
  const rig = await openRig();
  const file = rig.beside('noted');
  rig.write({
    'pipeline.yaml': `stages:
  train:
    cmd: echo \${n} >> ${file} && echo '{"n":\${n}}' > metrics.json
    params: [n]
    metrics: [metrics.json]
`,
    'params.yaml': 'n: 0\n',
  });
  await rig.commit('first');
  return {
    rig,
    noted: () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []),
  };
}

async function finishes(call: Call, metrics = '{}'): Promise<void> {
  await call.write('metrics.json', metrics);
  await call.exit(0);
}

interface Status {
  readonly waiting: readonly { readonly name: string }[];
  readonly running: readonly { readonly name: string; readonly slot: number; readonly pid: number }[];
  readonly ended: readonly {
    readonly name: string;
    readonly state: string;
    readonly failure: string | null;
  }[];
}

async function status(rig: Rig): Promise<Status> {
  return JSON.parse((await rig.mlops('exp', 'queue', 'status', '--json')).stdout) as Status;
}

async function queued(rig: Rig, ...args: readonly string[]): Promise<string[]> {
  const run = await rig.mlops('exp', 'run', '--queue', '--json', ...args);
  expect(run.exit, run.stderr).toBe(0);
  return (JSON.parse(run.stdout) as { name: string }[]).map(({ name }) => name);
}

/** Nothing of what ran is left but results: no worktree, no queue ref, no claim, no process. */
async function isTidy(rig: Rig): Promise<void> {
  expect((await rig.git('worktree', 'list')).trim().split('\n')).toHaveLength(1);
  expect(await rig.git('for-each-ref', 'refs/mlops/queue')).toBe('');
  expect(readdirSync(join(rig.path, '.git/mlops/queue/waiting'))).toEqual([]);
  expect(
    readdirSync(join(rig.path, '.git/mlops/queue/claims')).filter(
      (name) => !/^(table|sweep%3A.*)-/.test(name),
    ),
  ).toEqual([]);
  expect(await rig.git('fsck', '--no-progress', '--strict')).toBe('');
}

describe('exp run --queue', () => {
  it('queues every combination, and --all runs them at once in slots', async () => {
    const { rig, train } = await stepped();
    expect(await queued(rig, '-S', 'n=1,2,3', '-n', 'try')).toEqual(['try-1', 'try-2', 'try-3']);
    const all = rig.start('exp', 'run', '--all', '-j', '2');
    const first = [await train.nextCall(), await train.nextCall()];
    expect(first.map(({ argv }) => argv[0]).sort()).toEqual(['1', '2']);
    expect(first.map(({ env }) => env['MLOPS_SLOT']).sort()).toEqual(['0', '1']);
    expect(await status(rig)).toMatchObject({
      waiting: [{ name: 'try-3' }],
      running: [{ pid: all.pid }, { pid: all.pid }],
    });
    for (const call of first) await finishes(call, `{"n":${call.argv[0]}}`);
    await finishes(await train.nextCall(), '{"n":3}');
    const ended = await all.done;
    expect(ended.exit, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('3 done');
    const refs = (await rig.git('for-each-ref', '--format=%(refname)', 'refs/mlops/exp')).trim().split('\n');
    expect(refs.map((ref) => ref.split('/').at(-1))).toEqual(['try-1', 'try-2', 'try-3']);
    expect(await rig.git('show', `${refs[1]}:metrics.json`)).toBe('{"n":2}');
    expect(await rig.git('show', `${refs[1]}:params.yaml`)).toBe('n: 2\n');
    await isTidy(rig);
  });

  it('takes the workspace as it is, and leaves it so', async () => {
    const { rig, noted } = await noting();
    rig.write({ 'params.yaml': 'n: 5 # changed\n' });
    await queued(rig, '-n', 'dirty');
    rig.write({ 'params.yaml': 'n: 6\n' });
    expect((await rig.mlops('exp', 'run', '--all')).exit).toBe(0);
    expect(noted()).toEqual(['5']);
    expect(rig.read('params.yaml')).toBe('n: 6\n');
    expect(rig.has('metrics.json')).toBe(false);
  });

  it('checks everything that was typed before it queues anything', async () => {
    const { rig } = await noting();
    for (const [args, words] of [
      [['-S', 'm=1,2'], 'm'],
      [['-S', 'n=1,2', '-n', 'a b'], 'cannot be called'],
      [['-S', 'n=1,2', '--search', 'luck'], 'no way to search'],
      [['-S', 'n=int(1,9)', '--search', 'tpe'], '--objective'],
      [['-S', 'n=int(1,9)', '--search', 'tpe', '--objective', 'm.json:n'], 'better'],
      [
        [
          ...'--search tpe --objective metrics.json:n --direction min --trials 9'.split(' '),
          '-S',
          'n=int(1,9)',
        ].concat(['-n', 'x'.repeat(63)]),
        '1 to 64',
      ],
      [['--sample', '3'], 'nothing to draw from'],
      [['-S', 'n=1,2', '--sample', 'x'], 'whole number'],
      [['nostage'], 'nostage'],
    ] as const) {
      const run = await rig.mlops('exp', 'run', '--queue', ...args);
      expect([2, 4], `${args.join(' ')}: ${run.stderr}`).toContain(run.exit);
      expect(run.stderr).toContain(words);
    }
    expect(await status(rig)).toMatchObject({ waiting: [], running: [], ended: [] });
    expect(await rig.git('for-each-ref', 'refs/mlops')).toBe('');
  });

  it('runs a sweep at once without --queue, and says when there is nothing to try', async () => {
    const { rig, noted } = await noting();
    expect((await rig.mlops('exp', 'run', '-S', 'n=1,2')).stderr).toContain('2 done');
    expect((await rig.mlops('exp', 'run', '-S', 'n=int(3,9)', '--sample', '2')).stderr).toContain('2 done');
    expect(noted()).toHaveLength(4);
    expect(await rig.mlops('exp', 'run', '--gpus', '0')).toMatchObject({ exit: 2 });
    expect((await rig.mlops('exp', 'run', '--search', 'tpe')).stderr).toContain('nothing to search');
  });

  it('draws a sample that the seed repeats', async () => {
    const { rig } = await noting();
    const draw = async (seed: string): Promise<string> => {
      const run = await rig.mlops(
        ...['exp', 'run', '--queue', '--json', '-S', 'n=int(1,1000)', '--sample', '5', '--seed', seed],
      );
      const tickets = JSON.parse(run.stdout) as { overrides: { value: number }[] }[];
      return tickets.map(({ overrides }) => overrides[0]!.value).join();
    };
    expect(await draw('7')).toBe(await draw('7'));
    expect(await draw('7')).not.toBe(await draw('8'));
  });

  it('says the worst of what ended, goes on after it, and says where to look', async () => {
    const { rig, train } = await stepped();
    await queued(rig, '-S', 'n=1,2', '-n', 'try');
    const all = rig.start('exp', 'run', '--all');
    const bad = await train.nextCall();
    await bad.complain('the reason');
    await bad.exit(3);
    await finishes(await train.nextCall());
    const ended = await all.done;
    expect(ended.exit).toBe(1);
    expect(ended.stderr).toMatch(/✖ try-1 .*failed/);
    expect(ended.stderr).toContain('look: mlops exp queue logs try-1');
    expect((await rig.mlops('exp', 'queue', 'logs', 'try-1')).stdout).toContain('train | the reason');
    expect(await status(rig)).toMatchObject({
      ended: [
        { name: 'try-1', state: 'failed', failure: expect.stringContaining('exit code 3') },
        { name: 'try-2', state: 'done' },
      ],
    });
  });

  it('ends a stage that hangs at its time limit, with its whole tree', async () => {
    const { rig, train } = await stepped('    timeout: 1s\n');
    await queued(rig, '-n', 'hangs');
    const all = rig.start('exp', 'run', '--all');
    const hanging = await train.nextCall();
    expect((await all.done).exit).toBe(1);
    await hanging.gone();
    expect(await status(rig)).toMatchObject({
      ended: [{ state: 'failed', failure: expect.stringContaining('timed out') }],
    });
  });
});

describe('limits', () => {
  it('hold across slots: never two of a mutex group', async () => {
    const { rig, train } = await stepped('    mutex: [gpu]\n');
    await queued(rig, '-S', 'n=1,2', '-n', 'try');
    const all = rig.start('exp', 'run', '--all', '-j', '2', '--json');
    const first = await train.nextCall();
    await all.says(/"slot":1,"ticket"/);
    await finishes(first);
    const second = await train.nextCall();
    expect(second.env['MLOPS_SLOT']).not.toBe(first.env['MLOPS_SLOT']);
    await finishes(second);
    expect((await all.done).exit).toBe(0);
  });

  it('of a mutex group hold across workers', async () => {
    const { rig, train } = await stepped('    mutex: [gpu]\n');
    await queued(rig, '-S', 'n=1,2', '-n', 'try');
    const workers = [rig.start('exp', 'run', '--all', '--json'), rig.start('exp', 'run', '--all', '--json')];
    const first = await train.nextCall();
    await Promise.race(workers.map((worker) => worker.says(/"kind":"waiting","stage":"train"/)));
    await finishes(first);
    await finishes(await train.nextCall());
    expect((await Promise.all(workers.map(({ done }) => done))).map(({ exit }) => exit)).toEqual([0, 0]);
  });

  it('share out GPUs', async () => {
    const { rig, train } = await stepped();
    await queued(rig, '-S', 'n=1,2', '-n', 'try');
    const all = rig.start('exp', 'run', '--all', '--gpus', '4,7');
    const calls = [await train.nextCall(), await train.nextCall()];
    expect(calls.map(({ env }) => env['CUDA_VISIBLE_DEVICES']).sort()).toEqual(['4', '7']);
    for (const call of calls) await finishes(call);
    expect((await all.done).exit).toBe(0);
  });
});

describe('workers', () => {
  it('two at once on 40 experiments run each once', async () => {
    const { rig, noted } = await noting();
    await queued(rig, '-S', 'n=range(1,41)');
    const both = [rig.start('exp', 'run', '--all', '-j', '2'), rig.start('exp', 'run', '--all', '-j', '2')];
    for (const { done } of both) expect((await done).exit).toBe(0);
    expect(
      noted()
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    expect((await status(rig)).ended.map(({ state }) => state)).toEqual(Array(40).fill('done'));
    expect((await rig.git('for-each-ref', 'refs/mlops/exp')).trim().split('\n')).toHaveLength(40);
    await isTidy(rig);
  });

  it('one that waits takes what comes', async () => {
    const { rig, train } = await stepped();
    const worker = rig.start('exp', 'worker');
    await worker.says(/waiting for experiments/);
    await queued(rig, '-n', 'late');
    await finishes(await train.nextCall());
    await worker.says(/✔ late/);
    expect((await worker.kill('SIGTERM')).exit).toBe(143);
    await isTidy(rig);
  });

  it('one that was idle for long enough ends', async () => {
    const { rig, train } = await stepped();
    await queued(rig, '-n', 'early');
    const worker = rig.start('exp', 'worker', '--idle-exit', '1ms');
    await finishes(await train.nextCall());
    const ended = await worker.done;
    expect(ended.exit).toBe(0);
    expect(ended.stderr).toMatch(/✔ early/);
    await isTidy(rig);
  });

  it('that is asked to end gives back what it runs, and leaves no process', async () => {
    const { rig, train } = await stepped();
    await queued(rig, '-n', 'long');
    const worker = rig.start('exp', 'worker');
    const call = await train.nextCall();
    const ended = await worker.kill('SIGTERM');
    await call.gone();
    expect(ended.exit).toBe(143);
    expect(ended.stderr).toMatch(/long .*waits again/);
    expect(await status(rig)).toMatchObject({ waiting: [{ name: 'long' }], running: [], ended: [] });
    expect((await rig.git('worktree', 'list')).trim().split('\n')).toHaveLength(1);
    const again = rig.start('exp', 'run', '--all');
    await finishes(await train.nextCall());
    expect((await again.done).exit).toBe(0);
    await isTidy(rig);
  });

  it('that is killed leaves what it runs to the next', async () => {
    const { rig, train } = await stepped();
    await queued(rig, '-n', 'long');
    const worker = rig.start('exp', 'run', '--all');
    const call = await train.nextCall();
    await worker.kill('SIGKILL');
    await call.gone();
    const again = rig.start('exp', 'run', '--all');
    await finishes(await train.nextCall());
    expect((await again.done).exit).toBe(0);
    await isTidy(rig);
  });
});

describe('exp queue', () => {
  it('logs follows from the first line to the end', async () => {
    const { rig, train } = await stepped();
    await queued(rig, '-n', 'talks');
    const follower = rig.start('exp', 'queue', 'logs', 'talks', '-f');
    await follower.says(/its log follows/);
    const all = rig.start('exp', 'run', '--all');
    const call = await train.nextCall();
    await call.print('epoch 1');
    await follower.says(/train \| epoch 1/);
    await call.print('epoch 2');
    await finishes(call);
    await all.done;
    const followed = await follower.done;
    expect(followed.exit).toBe(0);
    expect(followed.stdout).toMatch(
      /^experiment talks [\s\S]*epoch 1\n[\s\S]*epoch 2\n[\s\S]*\ndone: commit [0-9a-f]{40}\n$/,
    );
    expect((await rig.mlops('exp', 'queue', 'logs', 'talks')).stdout).toBe(followed.stdout);
  });

  it('kill ends the one that is named, from another process; retry brings it back', async () => {
    const { rig, train } = await stepped();
    await queued(rig, '-S', 'n=1,2', '-n', 'try');
    const all = rig.start('exp', 'run', '--all', '-j', '2');
    const calls = [await train.nextCall(), await train.nextCall()];
    const [one, two] = calls.sort((a, b) => Number(a.argv[0]) - Number(b.argv[0]));
    const killed = await rig.mlops('exp', 'queue', 'kill', 'try-1');
    expect(killed.exit, killed.stderr).toBe(0);
    expect(killed.stderr).toContain('try-1: killed');
    await one!.gone();
    await finishes(two!);
    const ended = await all.done;
    expect(ended.exit).toBe(1);
    expect(await status(rig)).toMatchObject({
      ended: [
        { name: 'try-1', state: 'killed' },
        { name: 'try-2', state: 'done' },
      ],
    });
    expect((await rig.mlops('exp', 'queue', 'retry', '--failed')).exit).toBe(0);
    const again = rig.start('exp', 'run', '--all');
    const call = await train.nextCall();
    expect(call.argv).toEqual(['1']);
    await finishes(call);
    expect((await again.done).exit).toBe(0);
    await isTidy(rig);
  });

  it('kill of one whose worker died ends it all the same', async () => {
    const { rig, train } = await stepped();
    await queued(rig, '-n', 'lost');
    const worker = rig.start('exp', 'run', '--all');
    const call = await train.nextCall();
    const { running } = await status(rig);
    expect(running).toMatchObject([{ name: 'lost' }]);
    await worker.kill('SIGKILL');
    await call.gone();
    const killed = await rig.mlops('exp', 'queue', 'kill', 'lost');
    expect(killed.exit).toBe(7);
    expect(killed.stderr).toContain('does not run: it waits');
    expect((await rig.mlops('exp', 'queue', 'remove', 'lost')).exit).toBe(0);
    expect(await status(rig)).toMatchObject({ waiting: [], running: [], ended: [] });
    expect((await rig.mlops('exp', 'run', '--all')).exit).toBe(0);
    await isTidy(rig);
  });

  it('remove takes what waits and leaves what runs', async () => {
    const { rig, train } = await stepped();
    await queued(rig, '-S', 'n=1,2,3', '-n', 'try');
    const all = rig.start('exp', 'run', '--all');
    const call = await train.nextCall();
    const named = await rig.mlops('exp', 'queue', 'remove', 'try-1');
    expect(named.exit).toBe(7);
    expect(named.stderr).toContain('mlops exp queue kill try-1');
    expect((await rig.mlops('exp', 'queue', 'remove', '--waiting')).stderr).toContain('2 experiments');
    await finishes(call);
    expect((await all.done).stderr).toContain('1 done');
    expect((await rig.mlops('exp', 'queue', 'remove', '--ended')).exit).toBe(0);
    expect(await status(rig)).toMatchObject({ waiting: [], running: [], ended: [] });
    expect((await rig.git('for-each-ref', 'refs/mlops/exp')).trim().split('\n')).toHaveLength(1);
  });

  it.each([
    [['logs', 'nobody'], 4, 'the queue has no "nobody"'],
    [['kill', 'nobody'], 4, 'the queue has no "nobody"'],
    [['retry', 'nobody'], 4, 'the queue has no "nobody"'],
    [['remove', 'nobody'], 4, 'the queue has no "nobody"'],
    [['kill'], 2, 'which ones?'],
    [['retry'], 2, 'which ones?'],
    [['remove'], 2, 'which ones?'],
  ])('%j says what is wrong', async (args, exit, words) => {
    const { rig } = await noting();
    const run = await rig.mlops('exp', 'queue', ...args);
    expect(run.exit).toBe(exit);
    expect(run.stderr).toContain(words);
  });

  it('of an empty repository is empty', async () => {
    const { rig } = await noting();
    expect((await rig.mlops('exp', 'queue')).stdout).toBe('the queue is empty\n');
    expect((await rig.mlops('exp', 'run', '--all')).stderr).toContain('the queue is empty');
  });
});

describe('a tpe search', () => {
  const SEARCH = [
    '--search',
    'tpe',
    '--objective',
    'metrics.json:loss',
    '--direction',
    'min',
    '--trials',
    '8',
  ];

  it('asks for one more when a slot is free, tells what came of it, and goes on after its worker was killed', async () => {
    const { rig, train } = await stepped();
    const run = await rig.mlops('exp', 'run', '--queue', '-S', 'n=int(0,100)', '-n', 'seek', ...SEARCH);
    expect(run.exit, run.stderr).toBe(0);
    expect((await rig.mlops('exp', 'queue')).stdout).toContain('0 of 8 trials done');
    const tried: number[] = [];
    const step = async (worker: { readonly done: Promise<unknown> }, count: number): Promise<void> => {
      for (let trial = 0; trial < count; trial++) {
        const call = await Promise.race([train.nextCall(), worker.done.then(() => undefined)]);
        if (!call) throw new Error('the worker ended');
        tried.push(Number(call.argv[0]));
        await finishes(call, `{"loss":${(Number(call.argv[0]) - 30) ** 2}}`);
      }
    };
    const first = rig.start('exp', 'run', '--all');
    await step(first, 3);
    const fourth = await train.nextCall();
    await first.kill('SIGKILL');
    await fourth.gone();
    const second = rig.start('exp', 'run', '--all');
    await step(second, 5);
    const { exit, stderr } = await second.done;
    expect(exit).toBe(0);
    const values = tried.map((n) => (n - 30) ** 2);
    const best = Math.min(...values);
    expect(stderr).toMatch(
      new RegExp(
        `^search for the least metrics.json:loss: 8 of 8 trials done, best [0-9.]+ \\(seek-${values.indexOf(best) + 1}\\)$`,
        'm',
      ),
    );
    expect(tried[3]).toBe(Number(fourth.argv[0]));
    const { ended } = await status(rig);
    expect(ended.map(({ name }) => name)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `seek-${n}`));
    const [file] = readdirSync(join(rig.path, '.git/mlops/queue/sweeps'));
    const { trials } = JSON.parse(rig.read(`.git/mlops/queue/sweeps/${file}`));
    expect(trials.map(({ outcome }: { outcome: { value: number } }) => outcome.value)).toEqual(
      tried.map((n) => (n - 30) ** 2),
    );
    await isTidy(rig);
  });

  it('takes a trial that fails, and one that is taken out, for what they are', async () => {
    const { rig, train } = await stepped();
    await rig.mlops('exp', 'run', '--queue', '-S', 'n=int(0,100)', '-n', 'seek', ...SEARCH.slice(0, -1), '2');
    const all = rig.start('exp', 'run', '--all');
    await (await train.nextCall()).exit(1);
    await finishes(await train.nextCall(), '{"other":1}');
    const done = await all.done;
    expect(done.exit).toBe(1);
    expect(done.stderr).toContain(
      '2 of 2 trials done, none reached a number: metrics.json has no number "loss"',
    );
    const [file] = readdirSync(join(rig.path, '.git/mlops/queue/sweeps'));
    const { trials } = JSON.parse(rig.read(`.git/mlops/queue/sweeps/${file}`));
    expect(trials.map(({ outcome }: { outcome: { kind: string } }) => outcome.kind)).toEqual([
      'failed',
      'failed',
    ]);
  });

  it.each(['searching', 'sweeps'])(
    'whose file in %s was cut is passed over, and can be taken out',
    async (folder) => {
      const { rig, noted } = await noting();
      await rig.mlops('exp', 'run', '--queue', '-S', 'n=int(0,100)', ...SEARCH);
      await queued(rig, '-S', 'n=500');
      const [file] = readdirSync(join(rig.path, '.git/mlops/queue', folder));
      rig.write({ [`.git/mlops/queue/${folder}/${file}`]: '' });
      const all = await rig.mlops('exp', 'run', '--all');
      expect(all.exit, all.stderr).toBe(0);
      expect(all.stderr).toContain('the search is passed over');
      expect(noted()).toEqual(['500']);
      expect((await rig.mlops('exp', 'queue', 'status')).exit).toBe(0);
      expect((await rig.mlops('exp', 'queue', 'remove', '--waiting')).exit).toBe(0);
      await isTidy(rig);
    },
  );

  it('is no more when what waits is taken out', async () => {
    const { rig } = await stepped();
    await rig.mlops('exp', 'run', '--queue', '-S', 'n=int(0,100)', ...SEARCH);
    const removed = await rig.mlops('exp', 'queue', 'remove', '--waiting');
    expect(removed).toMatchObject({ exit: 0, stderr: '1 search taken out of the queue\n' });
    expect((await rig.mlops('exp', 'run', '--all')).stderr).toContain('the queue is empty');
    await isTidy(rig);
  });

  it('knows which way a common metric is better, and asks for a number that can be there', async () => {
    const { rig } = await noting();
    const search = async (...more: string[]) =>
      rig.mlops('exp', 'run', '--queue', '-S', 'n=int(0,9)', '--search', 'tpe', '--trials', '2', ...more);
    const none = await search('--objective', 'metric.json:loss');
    expect(none.exit).toBe(2);
    expect(none.stderr).toContain('no stage makes metric.json');
    expect(none.stderr).toContain('did you mean metrics.json:loss?');
    expect((await search('--objective', 'metrics.json:n')).stderr).toContain('is less of n better, or more?');
    expect((await search('--objective', 'metrics.json:loss')).exit).toBe(0);
    expect((await rig.mlops('exp', 'queue')).stdout).toContain('search for the least metrics.json:loss');
    rig.write({ 'metrics.json': '{"n":0}' });
    const warned = await search('--objective', 'metrics.json:loss');
    expect(warned.exit).toBe(0);
    expect(warned.stderr).toContain('warning: metrics.json has no number "loss" as it is now\n');
  });
});

describe('gc', () => {
  it('keeps what an experiment that waits will need', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml':
        'data: {in.txt: {}}\nstages:\n  copy:\n    cmd: cp in.txt out.txt\n    deps: [in.txt]\n    outs: [{out.txt: {git: true}}]\n',
      'in.txt': 'old\n',
    });
    expect((await rig.mlops('add', 'in.txt')).exit).toBe(0);
    await rig.commit('first');
    rig.write({ 'in.txt': 'new, and nowhere else\n' });
    await queued(rig, '-n', 'waits');
    rig.write({ 'in.txt': 'old\n' });
    const gc = await rig.mlops('gc', '--yes', '--keep-days', '0');
    expect(gc.exit, gc.stderr).toBe(0);
    rig.write({ '.git/mlops/store/trash': null });
    const all = await rig.mlops('exp', 'run', '--all');
    expect(all.exit, all.stderr).toBe(0);
    const ref = (await rig.git('for-each-ref', '--format=%(refname)', 'refs/mlops/exp')).trim();
    expect(await rig.git('show', `${ref}:out.txt`)).toBe('new, and nowhere else\n');
  });
});
