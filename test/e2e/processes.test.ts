// Several processes, and processes that die: whatever happens, every result is right and every stage runs once.
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Call, openRig, type Rig } from '../rig.ts';
import { expectExit, ran, repro, step, verdicts, words } from './story.ts';

const stages = (
  commands: { readonly [name: string]: string },
  more: { readonly [name: string]: object } = {},
): object => ({
  stages: Object.fromEntries(
    Object.entries(commands).map(([name, cmd]) => [
      name,
      { cmd, deps: ['in.txt'], outs: [`${name}.txt`], ...more[name] },
    ]),
  ),
});

async function finish(call: Call, path: string, text = 'made'): Promise<void> {
  await call.write(path, text);
  await call.exit(0);
}

describe('stages at once', () => {
  it('independent stages run side by side, and what needs both waits for both', async () => {
    const rig = await openRig();
    const [a, b, both] = [rig.command('a'), rig.command('b'), rig.command('both')];
    rig.write({
      'pipeline.yaml': stages({ a: a.cmd, b: b.cmd, both: both.cmd }, { both: { deps: ['a.txt', 'b.txt'] } }),
      'in.txt': '1',
    });
    const run = rig.start('repro', '-j', '2');
    const [first, second] = await Promise.all([a.nextCall(), b.nextCall()]);
    await finish(second, 'b.txt', 'b');
    await finish(first, 'a.txt', 'a');
    const last = await both.nextCall();
    expect(await last.read('a.txt')).toBe('a');
    await finish(last, 'both.txt');
    expectExit(await run.done, 0);
  });

  it.each([
    ['-j 1', ['-j', '1'], {}],
    ['a mutex', ['-j', '2'], { mutex: ['gpu'] }],
    ['resources', ['-j', '2'], { resources: { memory: '999TiB' } }],
  ])('%s lets one run at a time', async (_what, args, limit) => {
    const rig = await openRig();
    const commands = { a: rig.command('a'), b: rig.command('b') };
    rig.write({
      'pipeline.yaml': stages({ a: commands.a.cmd, b: commands.b.cmd }, { a: limit, b: limit }),
      'in.txt': '1',
    });
    const run = rig.start('repro', ...args);
    const began: string[] = [];
    const calls = { a: commands.a.nextCall(), b: commands.b.nextCall() };
    for (const name of ['a', 'b'] as const) void calls[name].then(() => began.push(name));
    const first = await Promise.race([calls.a, calls.b]);
    const name = began[0] as 'a' | 'b';
    await first.write(`${name}.txt`, 'made');
    expect(began).toEqual([name]);
    await first.exit(0);
    const other = name === 'a' ? 'b' : 'a';
    await finish(await calls[other], `${other}.txt`);
    expectExit(await run.done, 0);
  });
});

describe('a repro that is stopped', () => {
  async function interrupted(rig: Rig, signal: NodeJS.Signals): Promise<void> {
    const run = rig.start('repro');
    const call = await rig.command('train').nextCall();
    await call.write('train.txt', 'half');
    const ended = run.kill(signal);
    await call.gone();
    expect((await ended).exit).toBe({ SIGINT: 130, SIGTERM: 143, SIGKILL: 137 }[signal as 'SIGINT']);
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'by %s leaves no child, loses no out and no earlier result',
    async (signal) => {
      const rig = await openRig();
      const train = rig.command('train');
      const pipeline = stages(
        { prepare: step('prepare', 'cp in.txt prepare.txt'), train: train.cmd },
        { train: { deps: ['prepare.txt'] } },
      );
      rig.write({ 'pipeline.yaml': pipeline, 'in.txt': '1' });
      const first = rig.start('repro');
      await finish(await train.nextCall(), 'train.txt', 'good');
      expectExit(await first.done, 0);
      ran(rig);

      rig.write({ 'in.txt': '2' });
      await interrupted(rig, signal);
      if (signal !== 'SIGKILL') {
        expect(rig.read('train.txt')).toBe('good');
        expect(JSON.parse(rig.read('pipeline.lock')).stages.prepare.outs['prepare.txt'].bytes).toBe(1);
      }
      expect(ran(rig)).toEqual(['prepare']);

      const next = rig.start('repro');
      const call = await train.nextCall();
      await finish(call, 'train.txt', 'better');
      expectExit(await next.done, 0);
      expect(ran(rig), 'prepare was recorded before the end').toEqual([]);
      rig.write({ 'in.txt': '1' });
      expect(await repro(rig)).toMatch(/2 restored/);
      expect(rig.read('train.txt')).toBe('good');
      expect(await verdicts(rig)).toEqual({ prepare: 'fresh', train: 'fresh' });
    },
  );

  it('ends children that hide behind a shell and in the background', async () => {
    const rig = await openRig();
    const hidden = rig.command('hidden');
    rig.write({ 'pipeline.yaml': stages({ a: `(${hidden.cmd}) & wait` }), 'in.txt': '1' });
    const run = rig.start('repro');
    const call = await hidden.nextCall();
    await run.kill('SIGKILL');
    await call.gone();
  });

  it('while stages are judged and others fail ends all the same', async () => {
    const rig = await openRig();
    const many = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`s${at}`, at % 3 ? `cp in.txt s${at}.txt` : 'false']),
    );
    rig.write({ 'pipeline.yaml': stages(many), 'in.txt': '1' });
    expectExit(await rig.mlops('repro', '-j', '4'), 1);
    expectExit(await rig.mlops('repro', '-j', '4', '--keep-going'), 1);
    expect(Object.keys(JSON.parse(rig.read('pipeline.lock')).stages)).toHaveLength(66);
  });
});

describe('two at once', () => {
  it('keep all that each of them declares', async () => {
    const rig = await openRig();
    const names = Array.from({ length: 6 }, (_, i) => `data${i}`);
    rig.write(Object.fromEntries(names.map((name) => [`${name}/file`, name])));
    expectExit(await rig.mlops('init'), 0);
    for (const ended of await Promise.all(names.map((name) => rig.mlops('add', name)))) expectExit(ended, 0);
    for (const name of names) {
      expect(rig.read('pipeline.yaml')).toContain(`${name}:`);
      expect(rig.read('pipeline.lock')).toContain(`"${name}"`);
      expect(rig.read('.gitignore')).toContain(`/${name}\n`);
    }
  });

  it('a repro leaves alone what was added while it ran', async () => {
    const rig = await openRig();
    rig.write({ 'pipeline.yaml': stages({ slow: rig.command('slow').cmd }), 'in.txt': '1', late: 'late' });
    const run = rig.start('repro');
    const call = await rig.command('slow').nextCall();
    expectExit(await rig.mlops('add', 'late'), 0);
    const quick = ['stage', 'add', '-n', 'quick', '-d', 'in.txt', '-o', 'quick.txt', 'cp in.txt quick.txt'];
    expectExit(await rig.mlops(...quick), 0);
    expectExit(await rig.mlops('repro', 'quick'), 0);
    await finish(call, 'slow.txt');
    expectExit(await run.done, 0);
    for (const name of ['late', 'quick', 'slow']) expect(rig.read('pipeline.lock')).toContain(`"${name}"`);
    expect(rig.read('.gitignore')).toContain('/late\n');
  });

  it('two repro: the second waits, says for whom, and finds the work done', async () => {
    const rig = await openRig();
    const train = rig.command('train');
    rig.write({
      'pipeline.yaml': stages({ train: train.cmd, other: step('other', 'cp in.txt other.txt') }),
      'in.txt': '1',
    });
    const first = rig.start('repro', 'train');
    const call = await train.nextCall();
    const second = rig.start('repro');
    await second.says(new RegExp(`waiting for stage train \\(pid ${first.pid}`));
    expect(await verdicts(rig)).toMatchObject({ train: 'stale' });
    await finish(call, 'train.txt');
    expectExit(await first.done, 0);
    const ended = expectExit(await second.done, 0);
    expect(words(ended)).toMatch(/train\s+(fresh|restored)/);
    expect(ran(rig)).toEqual(['other']);
    expect(Object.keys(JSON.parse(rig.read('pipeline.lock')).stages).sort()).toEqual(['other', 'train']);
  });

  it('--wait gives up in time with exit 9, and the other goes on', async () => {
    const rig = await openRig();
    const train = rig.command('train');
    rig.write({ 'pipeline.yaml': stages({ train: train.cmd }), 'in.txt': '1' });
    const first = rig.start('repro');
    const call = await train.nextCall();
    const busy = expectExit(await rig.mlops('repro', '--wait', '100ms'), 9);
    expect(words(busy)).toMatch(/has to wait for stage train/);
    await finish(call, 'train.txt');
    expectExit(await first.done, 0);
  });

  it('checkout waits for a stage that writes what it would write', async () => {
    const rig = await openRig();
    const train = rig.command('train');
    rig.write({ 'pipeline.yaml': stages({ train: train.cmd }), 'in.txt': '1' });
    const first = rig.start('repro');
    await finish(await train.nextCall(), 'train.txt', 'v1');
    await first.done;
    rig.write({ 'in.txt': '2' });
    const second = rig.start('repro');
    const call = await train.nextCall();
    const checkout = rig.start('checkout');
    await checkout.says(/waiting for stage train/);
    await finish(call, 'train.txt', 'v2');
    expectExit(await second.done, 0);
    await checkout.done;
    expect(['v1', 'v2']).toContain(rig.read('train.txt'));
  });

  it('the same stage in two worktrees runs once', async () => {
    const rig = await openRig();
    const train = rig.command('train');
    rig.write({ 'pipeline.yaml': stages({ train: train.cmd }), 'in.txt': '1' });
    await rig.commit('pipeline');
    await rig.git('worktree', 'add', '-q', rig.beside('second'), '-b', 'second');
    mkdirSync(rig.beside('second/.rig'));
    for (const file of ['command.mjs', 'port'])
      writeFileSync(rig.beside(`second/.rig/${file}`), rig.read(`.rig/${file}`));
    const first = rig.start('repro');
    const call = await train.nextCall();
    const second = rig.startWith({ cwd: '../second' }, 'repro');
    await second.says(/waiting for stage train/);
    await finish(call, 'train.txt', 'once');
    expectExit(await first.done, 0);
    expect(words(expectExit(await second.done, 0))).toMatch(/train\s+restored from the run cache/);
  });
});
