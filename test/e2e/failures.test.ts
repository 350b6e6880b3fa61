// A stage that goes wrong says so once, costs no earlier result, and stops only what needs it.
import { mkdirSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openRig } from '../rig.ts';
import { expectExit, ran, repro, step, TWO_STAGES, verdicts, words } from './story.ts';

describe('a stage that fails', () => {
  it('keeps its last good outs, shows its log and names its exit code', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    await repro(rig);
    const lock = rig.read('pipeline.lock');
    const broken = TWO_STAGES['pipeline.yaml'].replace(
      ') > model.txt',
      ') > model.txt; echo half > model.txt; echo no luck >&2; exit 7',
    );
    rig.write({ 'pipeline.yaml': broken });
    const failed = expectExit(await rig.mlops('repro'), 1);
    expect(words(failed)).toContain('no luck');
    expect(words(failed)).toContain('train failed with exit code 7');
    expect(words(failed)).toMatch(/pipeline\.yaml:8/);
    expect(rig.read('model.txt')).toBe('HELLO\ndepth 5\n');
    expect(rig.read('pipeline.lock')).toBe(lock);
    expect(words(await rig.mlops('logs', 'train'))).toContain('no luck');
  });

  it('stops what follows; --keep-going runs what does not depend on it', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': {
        stages: {
          bad: { cmd: step('bad', 'false'), outs: ['bad.txt'] },
          after: { cmd: step('after', 'cp bad.txt after.txt'), deps: ['bad.txt'], outs: ['after.txt'] },
          good: { cmd: step('good', 'echo > good.txt'), outs: ['good.txt'] },
        },
      },
    });
    expectExit(await rig.mlops('repro', '-j', '1'), 1);
    expect(ran(rig)).toEqual(['bad']);
    const kept = expectExit(await rig.mlops('repro', '-j', '1', '--keep-going'), 1);
    expect(ran(rig)).toEqual(['bad', 'good']);
    expect(words(kept)).toMatch(/after\s.*bad/);
    expect(await verdicts(rig)).toMatchObject({ bad: 'stale', good: 'fresh' });
  });

  it('names the out that it did not write', async () => {
    const rig = await openRig();
    rig.write({ 'pipeline.yaml': { stages: { lazy: { cmd: 'true', outs: ['a.txt', 'b.txt'] } } } });
    const failed = expectExit(await rig.mlops('repro'), 1);
    expect(words(failed)).toContain('lazy did not write its out a.txt');
    expect(words(failed)).toContain('lazy did not write its out b.txt');
  });

  it('may not write into the out of another or into tracked data', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': {
        data: { 'data.txt': {} },
        stages: {
          first: { cmd: 'cp data.txt first.txt', deps: ['data.txt'], outs: ['first.txt'] },
          second: {
            cmd: 'cp first.txt second.txt; echo x > first.txt',
            deps: ['first.txt'],
            outs: ['second.txt'],
          },
        },
      },
      'data.txt': 'data',
    });
    const failed = expectExit(await rig.mlops('repro'), 1);
    expect(words(failed)).toContain('second wrote into first.txt (an out of first)');
    rig.write({
      'pipeline.yaml': {
        data: { 'data.txt': {} },
        stages: { only: { cmd: 'cp data.txt o.txt; echo >> data.txt', deps: ['data.txt'], outs: ['o.txt'] } },
      },
    });
    expect(words(expectExit(await rig.mlops('repro'), 1))).toContain(
      'only wrote into data.txt (tracked data)',
    );
  });

  it('says "out of memory?" at exit 137, ends at its timeout, and tries again when told', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': {
        stages: {
          killed: { cmd: 'kill -9 $$', outs: ['killed.txt'] },
          slow: { cmd: 'sleep 600', outs: ['slow.txt'], timeout: '200ms' },
          flaky: {
            cmd: step('flaky', 'test $(wc -l < .rig/ran) -ge 3 && echo > flaky.txt'),
            outs: ['flaky.txt'],
            retries: 2,
          },
        },
      },
    });
    const killed = expectExit(await rig.mlops('repro', 'killed'), 1);
    expect(words(killed)).toContain('out of memory? 1 ran at once');
    expect(words(killed)).toContain('-j 1');
    expect(words(expectExit(await rig.mlops('repro', 'slow'), 1))).toContain('slow timed out after');
    await repro(rig, 'flaky');
    expect(ran(rig)).toEqual(['flaky', 'flaky', 'flaky']);
  });
});

describe('inputs that change while a stage runs', () => {
  it.each([
    ['a dep', { 'in.txt': 'new' }, 'in.txt'],
    ['a param', { 'params.yaml': 'depth: 9' }, 'params.yaml'],
    ['its own command', { 'pipeline.yaml': null }, 'cmd changed'],
  ])('%s: the outs stay, but no record is made', async (_what, change, named) => {
    const rig = await openRig();
    const train = rig.command('train');
    const pipeline = (cmd: string): string =>
      `stages:\n  train:\n    cmd: ${cmd}\n    deps: [in.txt]\n    params: [depth]\n    outs: [model.txt]\n`;
    rig.write({ 'pipeline.yaml': pipeline(train.cmd), 'in.txt': 'old', 'params.yaml': 'depth: 1' });
    const run = rig.start('repro');
    const call = await train.nextCall();
    await call.write('model.txt', 'made');
    rig.write('pipeline.yaml' in change ? { 'pipeline.yaml': pipeline(`${train.cmd} --more`) } : change);
    await call.exit(0);
    const ended = expectExit(await run.done, 1);
    expect(words(ended)).toMatch(/changed while train ran/);
    expect(words(ended)).toContain(named);
    expect(rig.read('model.txt')).toBe('made');
    expect(rig.has('pipeline.lock') ? rig.read('pipeline.lock') : '').not.toContain('"train"');
    expect(await verdicts(rig)).toEqual({ train: 'stale' });
  });
});

describe('what a pipeline cannot do', () => {
  it('a param injects no shell', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': `stages:\n  say:\n    cmd: echo \${text} "\${text}" '\${text}' > said.txt\n    params: [text]\n    outs: [said.txt]\n`,
      'params.yaml': { text: 'a; touch PWNED $(touch PWNED) `touch PWNED` \' " && touch PWNED' },
    });
    await repro(rig);
    expect(rig.has('PWNED')).toBe(false);
    const text = 'a; touch PWNED $(touch PWNED) `touch PWNED` \' " && touch PWNED';
    expect(rig.read('said.txt')).toBe(`${text} ${text} ${text}\n`);
  });

  it.each([
    '../escape.txt',
    '/tmp/escape.txt',
    '.git/hooks/post-commit',
    'link/escape.txt',
    '.mlops/x',
    'a/../../b',
  ])('an out at %s is refused before anything runs', async (path) => {
    const rig = await openRig();
    mkdirSync(rig.beside('outside'));
    symlinkSync(rig.beside('outside'), `${rig.path}/link`);
    rig.write({ 'pipeline.yaml': { stages: { bad: { cmd: step('bad', 'true'), outs: [path] } } } });
    const ended = await rig.mlops('repro');
    expect(ended.exit, words(ended)).toBe(4);
    expect(ran(rig)).toEqual([]);
    expect(words(ended)).toMatch(path.startsWith('link') ? /leads out of the repository/ : /^error: /m);
  });
});

describe('data', () => {
  it('that changed is stored and renewed before what reads it runs', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml':
        'stages:\n  use: # reads it\n    cmd: cat raw/*.txt > all.txt\n    deps: [raw]\n    outs: [all.txt]\n',
      'raw/a.txt': 'a',
    });
    expectExit(await rig.mlops('add', 'raw'), 0);
    expect(rig.read('pipeline.yaml')).toContain('use: # reads it');
    await repro(rig);
    rig.write({ 'raw/b.txt': 'b' });
    expect(await repro(rig)).toMatch(/because raw/);
    expect(JSON.parse(rig.read('pipeline.lock')).data.raw.files).toBe(2);
    rig.write({ raw: null });
    expectExit(await rig.mlops('checkout'), 0);
    expect(rig.read('raw/b.txt')).toBe('b');
  });

  it('that Git ignores and nothing tracks is refused with the command that tracks it', async () => {
    const rig = await openRig();
    rig.write({
      '.gitignore': 'data/\n',
      'data/x.txt': 'x',
      'pipeline.yaml': {
        stages: { use: { cmd: step('use', 'cp data/x.txt y.txt'), deps: ['data/x.txt'], outs: ['y.txt'] } },
      },
    });
    const ended = expectExit(await rig.mlops('repro'), 4);
    expect(words(ended)).toContain('mlops add data/x.txt');
    expect(ran(rig)).toEqual([]);
  });

  it('that Git tracks is read although a rule ignores it', async () => {
    const rig = await openRig();
    rig.write({
      '.gitignore': '/raw.txt\n',
      'raw.txt': 'one\n',
      'pipeline.yaml': 'stages:\n  count: {cmd: cp raw.txt count.txt, deps: [raw.txt], outs: [count.txt]}\n',
    });
    await rig.git('add', '--force', 'raw.txt');
    expectExit(await rig.mlops('repro'), 0);
  });

  it('and outs stay out of Git by a block that is written once and said once', async () => {
    const rig = await openRig();
    rig.write({ ...TWO_STAGES, '.gitignore': '*.log\n' });
    expect(await repro(rig)).toContain('.gitignore');
    expect(rig.read('.gitignore')).toMatch(/^\*\.log\n[\s\S]*\/model\.txt\n\/prepared\.txt\n/);
    expect(await repro(rig)).not.toContain('.gitignore');
    await rig.commit('all');
    expect((await rig.git('ls-files')).split('\n')).not.toContain('model.txt');
  });

  it('that Git tracks already is refused with the line that lets go of it', async () => {
    const rig = await openRig();
    rig.write({ ...TWO_STAGES, 'model.txt': 'committed' });
    await rig.commit('a model in Git');
    const ended = expectExit(await rig.mlops('repro'), 4);
    expect(words(ended)).toContain('git rm -r --cached model.txt');
    expect(ran(rig)).toEqual([]);
  });
});
