// Bad input: one clear message that names the thing and the way out, the right exit code, no stack trace, nothing run.
import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openRig } from '../rig.ts';
import { expectExit, ran, step, TWO_STAGES, words } from './story.ts';

const good = step('s', 'echo > a.txt');

describe('a pipeline.yaml', () => {
  it.each<[string, object | string, number, readonly RegExp[]]>([
    ['that is not YAML', 'stages:\n  a: {cmd: [}\n', 4, [/pipeline\.yaml:2:/]],
    ['that is a list', '- stages\n', 4, [/pipeline\.yaml/]],
    ['with a tab', 'stages:\n\ta:\n', 4, [/pipeline\.yaml:2:1/]],
    [
      'with an unknown key',
      'stages:\n  s:\n    cmd: x\n    dep: [in.txt]\n',
      4,
      [/pipeline\.yaml:4:5/, /did you mean "deps"/],
    ],
    [
      'with two problems at once',
      'stages:\n  s: {cmd: x, out: [a]}\n  t: {command: y}\n',
      4,
      [/pipeline\.yaml:2:/, /pipeline\.yaml:3:/],
    ],
    ['with a stage twice', 'stages:\n  s: {cmd: x}\n  s: {cmd: y}\n', 4, [/pipeline\.yaml:3:/]],
    ['with no action', { stages: { s: { outs: ['a.txt'] } } }, 4, [/cmd/]],
    ['with two actions', { stages: { s: { cmd: 'x', evaluate: {} } } }, 4, [/s\b/]],
    [
      'with a dep that is missing',
      { stages: { s: { cmd: good, deps: ['gone.txt'], outs: ['a.txt'] } } },
      5,
      [/gone\.txt/],
    ],
    [
      'with an out that two stages own',
      { stages: { s: { cmd: good, outs: ['d'] }, t: { cmd: 'x', outs: ['d/e.txt'] } } },
      4,
      [/d\/e\.txt/, /\bs\b/],
    ],
    [
      'with a cycle',
      { stages: { s: { cmd: good, deps: ['b'], outs: ['a'] }, t: { cmd: 'x', deps: ['a'], outs: ['b'] } } },
      4,
      [/cycle|circle/i, /s/, /t/],
    ],
    [
      'with a stage that reads its own out',
      { stages: { s: { cmd: good, deps: ['a.txt'], outs: ['a.txt'] } } },
      4,
      [/a\.txt/],
    ],
    [
      'with a param that is absent',
      { stages: { s: { cmd: good, params: ['nope.deep'], outs: ['a.txt'] } } },
      4,
      [/nope\.deep/],
    ],
    ['with a variable that is absent', `stages: {s: {cmd: 'echo \${nope}', outs: [a.txt]}}`, 4, [/nope/]],
    [
      'with a params file that is absent',
      { stages: { s: { cmd: good, params: [{ 'x.yaml': ['a'] }], outs: ['a.txt'] } } },
      4,
      [/x\.yaml/],
    ],
    ['with a bad duration', { stages: { s: { cmd: good, outs: ['a.txt'], timeout: 'soon' } } }, 4, [/soon/]],
    ['with a gate on an empty evaluate', { stages: { s: { evaluate: {} } } }, 4, [/s/]],
    [
      'with a glob that matches nothing',
      { stages: { s: { cmd: good, deps: ['no/*.x'], outs: ['a.txt'] } } },
      5,
      [/no\/\*\.x/],
    ],
  ])('%s', async (_what, pipeline, exit, said) => {
    const rig = await openRig();
    rig.write({ 'pipeline.yaml': pipeline, 'params.yaml': 'depth: 1\n' });
    const ended = expectExit(await rig.mlops('repro'), exit);
    for (const each of said) expect(words(ended)).toMatch(each);
    expect(ran(rig)).toEqual([]);
    expect(rig.has('a.txt')).toBe(false);
    // What is not there yet is a stage's state; what cannot be read is nobody's.
    const status = expectExit(await rig.mlops('status'), exit === 5 ? 0 : exit);
    for (const each of said) expect(words(status)).toMatch(each);
  });
});

describe('settings and repositories', () => {
  it.each([
    ['that are not YAML', '{', /config\.yaml:1/],
    ['with an unknown key', 'job: 3\n', /did you mean "jobs"/],
    ['that only a local file may hold', 'store: {dir: /tmp}\n', /--local/],
    ['with a remote without URL', 'remotes: {a: {}}\n', /url/],
  ])('a committed config %s', async (_what, config, said) => {
    const rig = await openRig();
    rig.write({ ...TWO_STAGES, '.mlops/config.yaml': config });
    expect(words(expectExit(await rig.mlops('repro'), 4))).toMatch(said);
    expect(ran(rig)).toEqual([]);
  });

  it('outside a repository the way in is named', async () => {
    const rig = await openRig();
    mkdirSync(rig.beside('plain'));
    for (const command of ['repro', 'status', 'init', 'push'])
      expect(words(expectExit(await rig.mlopsWith({ cwd: '../plain' }, command), 4))).toContain('git init');
  });

  it('in a repository without a pipeline the next step is named', async () => {
    const rig = await openRig();
    expect(words(expectExit(await rig.mlops('repro'), 4))).toContain('mlops init');
    expect(words(expectExit(await rig.mlops('status'), 0))).toContain('mlops init');
  });

  it('without a commit, on a detached HEAD and without a Git user everything works', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    const nobody = {
      env: { GIT_AUTHOR_NAME: '', GIT_AUTHOR_EMAIL: '', GIT_COMMITTER_NAME: '', GIT_COMMITTER_EMAIL: '' },
    };
    expectExit(await rig.mlopsWith(nobody, 'repro'), 0);
    expectExit(await rig.mlopsWith(nobody, 'status'), 0);
    expect([0, 4]).toContain((await rig.mlopsWith(nobody, 'diff')).exit);
    await rig.commit('first');
    await rig.git('switch', '-q', '--detach');
    rig.write({ 'in.txt': 'x\n' });
    expectExit(await rig.mlopsWith(nobody, 'repro'), 0);
    expectExit(await rig.mlopsWith(nobody, 'diff'), 0);
  });
});
