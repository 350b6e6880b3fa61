// Every command: what it does, that its JSON parses, that its help shows what to type.
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, ran, repro, TWO_STAGES, words } from './story.ts';

async function ok(rig: Rig, ...args: readonly string[]): Promise<string> {
  return words(expectExit(await rig.mlops(...args), 0));
}

async function json(rig: Rig, ...args: readonly string[]): Promise<unknown> {
  return JSON.parse(expectExit(await rig.mlops(...args, '--json'), 0).stdout);
}

const WITH_METRICS = {
  ...TWO_STAGES,
  'pipeline.yaml': `${TWO_STAGES['pipeline.yaml']}  judge:
    cmd: echo '{"accuracy":' 0.\${train.depth} '}' > metrics.json
    deps: [model.txt]
    params: [train]
    metrics: [metrics.json]
`,
};

describe('help', () => {
  it('of every command shows an example', async () => {
    const rig = await openRig();
    for (const [name, { hidden }] of Object.entries(COMMANDS)) {
      if (hidden) continue;
      const help = expectExit(await rig.mlops(name, '--help'), 0).stdout;
      expect(help, name).toMatch(/\n {2}\$ .*mlops /);
    }
    expect(expectExit(await rig.mlops('--help'), 0).stdout).toContain('repro');
    expect(expectExit(await rig.mlops('--version'), 0).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('is offered for what was mistyped', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    for (const [args, exit, hint] of [
      [['rpro'], 2, 'did you mean "mlops repro"?'],
      [['repro', '--forse'], 2, 'did you mean --force?'],
      [['repro', 'trian'], 4, 'did you mean "train"?'],
      [['cache', 'dir'], 2, 'mlops du'],
      [['metrics'], 2, 'mlops metrics --help'],
      [['exp', 'queue', 'logs'], 2, 'mlops exp queue logs --help'],
      [['exp', 'export', 'wandb'], 2, 'there is no format "wandb"\nhelp: tensorboard, mlflow'],
      [['repro', '-j', 'many'], 2, 'auto'],
      [['stage', 'add', '-n', 'x'], 2, 'help'],
    ] as const)
      expect(words(expectExit(await rig.mlops(...args), exit))).toContain(hint);
  });
});

describe('writing the pipeline', () => {
  it('init makes a project once, and touches nothing in a DVC repository', async () => {
    const rig = await openRig();
    expect(await ok(rig, 'init')).toMatch(/made .*pipeline\.yaml/);
    const made = rig.files();
    expect(await ok(rig, 'init')).toContain('nothing was changed');
    expect(rig.files()).toEqual(made);

    const dvc = await openRig();
    dvc.write({ '.dvc/config': '', 'dvc.yaml': 'stages: {}\n', 'data.csv.dvc': 'outs: []\n' });
    const before = dvc.files();
    expect(await ok(dvc, 'init')).toMatch(/1 dvc\.yaml file, 1 \.dvc file\. Nothing was touched/);
    expect(dvc.files()).toEqual(before);
  });

  it('stage add, freeze and remove keep comments and everything else as it is', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    await ok(
      rig,
      'stage',
      'add',
      '-n',
      'judge',
      '-d',
      'model.txt',
      '-o',
      'score.txt',
      '-p',
      'train.depth',
      'wc -c < model.txt > score.txt',
    );
    expect(rig.read('pipeline.yaml')).toContain(TWO_STAGES['pipeline.yaml'].trimEnd());
    expect(await ok(rig, 'stage', 'list')).toMatch(/prepare[\s\S]*train[\s\S]*judge/);
    await repro(rig);
    expect(rig.read('score.txt').trim()).toBe('14');
    await ok(rig, 'freeze', 'judge');
    expect(rig.read('pipeline.yaml')).toContain('frozen: true');
    await ok(rig, 'unfreeze', 'judge');
    expect(words(expectExit(await rig.mlops('remove', 'train'), 7))).toContain('judge');
    await ok(rig, 'remove', 'judge');
    expect(rig.read('pipeline.yaml').trimEnd()).toBe(TWO_STAGES['pipeline.yaml'].trimEnd());
    expect(rig.has('score.txt')).toBe(true);
  });

  it('add, mv and remove follow data and the deps that name it', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    await ok(rig, 'add', 'in.txt');
    expect(await ok(rig, 'add', 'in.txt')).toContain('unchanged');
    expect(words(expectExit(await rig.mlops('checkout', 'in.tx'), 4))).toContain('did you mean "in.txt"?');
    expect(words(expectExit(await rig.mlops('checkout', 'nothing'), 4))).toContain('mlops ls lists');
    await repro(rig);
    await ok(rig, 'mv', 'in.txt', 'data/input.txt');
    expect(rig.has('in.txt')).toBe(false);
    expect(rig.read('pipeline.yaml')).toContain('deps: [data/input.txt]');
    expect(Object.keys(JSON.parse(rig.read('pipeline.lock')).data)).toEqual(['data/input.txt']);
    expect(rig.read('.gitignore')).toContain('/data/input.txt');
    await ok(rig, 'remove', 'data/input.txt');
    expect(rig.read('.gitignore')).not.toContain('input.txt');
    expect(rig.read('data/input.txt')).toBe('hello\n');
  });

  it('commit takes the outs that are there for the result, and asks before it covers a change', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    await repro(rig);
    ran(rig);
    rig.write({ 'model.txt': 'trained elsewhere\n' });
    await ok(rig, 'commit', 'train');
    expect(await repro(rig)).toMatch(/2 fresh/);
    rig.write({ 'params.yaml': 'train:\n  depth: 6\n  trees: 10\n' });
    expect(words(expectExit(await rig.mlops('commit', 'train'), 7))).toContain('mlops commit -f train');
    await ok(rig, 'commit', '-f', 'train');
    expect(await repro(rig)).toMatch(/2 fresh/);
    expect(ran(rig)).toEqual([]);
    expect(rig.read('model.txt')).toBe('trained elsewhere\n');
  });
});

describe('looking', () => {
  it('diff, params diff and metrics compare commits and the workspace', async () => {
    const rig = await openRig();
    rig.write(WITH_METRICS);
    await repro(rig);
    await rig.commit('first');
    expect(await ok(rig, 'diff')).toContain('nothing differs');
    rig.write({ 'params.yaml': 'train:\n  depth: 7\n  trees: 10\n' });
    await repro(rig);
    expect(await ok(rig, 'metrics', 'show')).toMatch(/accuracy\s+0\.7/);
    expect(await json(rig, 'metrics', 'diff')).toEqual([
      { file: 'metrics.json', key: 'accuracy', was: 0.5, now: 0.7, better: true },
    ]);
    expect(await json(rig, 'params', 'diff')).toEqual([
      { file: 'params.yaml', key: 'train.depth', was: 5, now: 7 },
    ]);
    await rig.commit('second');
    const whole = (await json(rig, 'diff', 'HEAD~1', 'HEAD')) as {
      data: { path: string }[];
      params: unknown[];
      metrics: unknown[];
    };
    expect(whole.data.map((each) => each.path)).toContain('model.txt');
    expect([whole.params.length, whole.metrics.length]).toEqual([1, 1]);
    expect(await ok(rig, 'diff', 'HEAD~1', 'HEAD', '--md')).toMatch(/\| *accuracy/);
  });

  it('--json of every command that prints data parses', async () => {
    const rig = await openRig();
    rig.write(WITH_METRICS);
    await repro(rig);
    await ok(rig, 'remote', 'add', '-d', 'origin', rig.beside('remote'));
    for (const args of [
      ['status'],
      ['stage', 'list'],
      ['ls'],
      ['dag'],
      ['metrics', 'show'],
      ['config'],
      ['remote', 'list'],
      ['push'],
      ['fetch'],
      ['pull'],
      ['checkout'],
      ['status', '--remote'],
      ['doctor'],
    ])
      await json(rig, ...args);
    const events = expectExit(await rig.mlops('repro', '--json', '--force'), 0)
      .stdout.trim()
      .split('\n');
    expect(events.map((line) => JSON.parse(line).kind)).toEqual(
      expect.arrayContaining(['plan', 'start', 'done', 'summary']),
    );
  });

  it('dag draws tree, Mermaid, DOT and SVG; one target alone when asked', async () => {
    const rig = await openRig();
    rig.write(WITH_METRICS);
    expect(await ok(rig, 'dag')).toMatch(/judge\n.*train\n.*prepare/);
    expect(await ok(rig, 'dag', '--mermaid')).toMatch(/^flowchart/);
    expect(await ok(rig, 'dag', '--dot')).toMatch(/^digraph/);
    expect(await ok(rig, 'dag', '--svg')).toMatch(/^<svg[\s\S]*<\/svg>\n$/);
    expect(await ok(rig, 'dag', 'train')).not.toContain('judge');
  });

  it('status --check tells fresh from stale by its exit code', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    expectExit(await rig.mlops('status', '--check'), 10);
    await repro(rig);
    expectExit(await rig.mlops('status', '--check'), 0);
  });

  it('config and remote keep what people wrote, and refuse keys that are not there', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    rig.write({ '.mlops/config.yaml': '# ours\njobs: 3 # few\n' });
    await ok(rig, 'config', 'jobs', '4');
    expect(rig.read('.mlops/config.yaml')).toBe('# ours\njobs: 4 # few\n');
    expect((await ok(rig, 'config', 'jobs')).trim()).toBe('4');
    expect(words(expectExit(await rig.mlops('config', 'jbos', '4'), 4))).toContain('jobs');
    await ok(rig, 'remote', 'add', '-d', 'one', '/somewhere');
    expectExit(await rig.mlops('remote', 'add', 'one', '/elsewhere'), 7);
    await ok(rig, 'remote', 'remove', 'one');
    expect(await ok(rig, 'remote', 'list')).toContain('no remote yet');
  });

  it('checkout refuses to lose what was changed by hand, and does so when told', async () => {
    const rig = await openRig();
    rig.write(TWO_STAGES);
    await repro(rig);
    rig.write({ 'model.txt': 'mine' });
    const refused = expectExit(await rig.mlops('checkout'), 7);
    expect(words(refused)).toMatch(/model\.txt[\s\S]*--force/);
    expect(rig.read('model.txt')).toBe('mine');
    await ok(rig, 'checkout', '--force');
    expect(rig.read('model.txt')).toBe('HELLO\ndepth 5\n');
  });
});

describe('what newcomers met', () => {
  it('starts a pipeline that people can read', async () => {
    const rig = await openRig();
    rig.write({ 'a.txt': 'x\n' });
    await ok(rig, 'init');
    await ok(rig, 'stage', 'add', '-n', 'p', '-d', 'a.txt', '-o', 'o.txt', 'cat a.txt > o.txt');
    expect(rig.read('pipeline.yaml')).toContain('stages:\n  p:\n    cmd: cat a.txt > o.txt\n');
  });

  it('names a stage of another folder in full', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': 'stages: {p: {cmd: "true", always: true}}\n',
      'sub/pipeline.yaml': 'stages: {q: {cmd: "true", always: true}}\n',
    });
    expect(words(expectExit(await rig.mlops('repro', 'q'), 4))).toContain('did you mean /sub:q?');
    expect(words(expectExit(await rig.mlopsWith({ cwd: 'sub' }, 'repro', 'p'), 4))).toContain(
      'did you mean /:p?',
    );
    await ok(rig, 'repro', '/sub:q');
  });

  it('shows what the workspace holds against a commit, before any run', async () => {
    const rig = await openRig();
    rig.write({ 'a.txt': 'x\n' });
    await ok(rig, 'add', 'a.txt');
    await rig.commit('data');
    rig.write({ 'a.txt': 'longer\n' });
    expect(await ok(rig, 'diff')).toContain('a.txt   2 B → 7 B');
  });

  it('refuses a remote of no known kind, and keeps the settings as they were', async () => {
    const rig = await openRig();
    await ok(rig, 'init');
    const before = rig.read('.mlops/config.yaml');
    expectExit(await rig.mlops('remote', 'add', 'bad', 'http://example.org/x'), 4);
    expect(rig.read('.mlops/config.yaml').trim()).toBe(before.trim());
  });
});
