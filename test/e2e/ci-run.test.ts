// `mlops ci run` as each host starts it: the real program, with the environment and the files of that host.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { CHECK, onGithub, PIPELINE, pullOf } from './ci-host.ts';

const TRAIN = `import { writeFileSync } from 'node:fs';
writeFileSync('metrics.json', '{"accuracy": 0.75}');
`;

async function openRepository(): Promise<Rig> {
  const rig = await openRig();
  rig.write({ 'pipeline.yaml': PIPELINE, 'train.mjs': TRAIN, 'check.mjs': CHECK, 'in.csv': 'a\n1\n2\n3\n' });
  await rig.commit('first');
  return rig;
}

function recordOf(rig: Rig) {
  return JSON.parse(rig.read('mlops-report/ci.json'));
}

/** `name<<word … word` as the runner reads it. */
function outputsOf(text: string): { [name: string]: string } {
  return Object.fromEntries(
    [...text.matchAll(/^([\w-]+)<<(\w+)\n(.*?)\n\2$/gms)].map(([, name, , value]) => [name, value]),
  );
}

describe('mlops ci run on GitHub', () => {
  it('runs, reports, and hands on what later steps ask', async () => {
    const rig = await openRepository();
    const base = (await rig.git('rev-parse', 'HEAD')).trim();
    await rig.git('checkout', '-qb', 'topic');
    const head = await rig.commit('topic');
    const step = onGithub(rig, 'pull_request', pullOf(head, base));
    const { exit, stdout, stderr } = await rig.mlopsWith({ env: step.env }, 'ci', 'run');
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^::group::mlops repro --pull\n::stop-commands::(\w{32})\n[\s\S]*2 ran in [\s\S]*\n::\1::\n::endgroup::\n::stop-commands::\1\n/,
    );
    // What is not folded away is short, and says first how it stands.
    const [verdict, facts, changed, report, end] = stdout.split(/::stop-commands::\w+\n/)[2]!.split('\n');
    expect(verdict).toMatch(/^✔ Gates 1\/1 hold/);
    expect(facts).toMatch(/^2 ran, .* in all$/);
    expect(changed).toMatch(/^to commit: .*pipeline.lock/);
    expect(report).toBe(`report: ${rig.path}/mlops-report`);
    expect(end).toMatch(/^::\w+::$/);
    expect(outputsOf(step.read('output'))).toEqual({
      'changed-stages': '["train","rows"]',
      metrics: expect.stringContaining('{"file":"metrics.json","key":"accuracy","now":0.75}'),
      'report-path': `${rig.path}/mlops-report`,
      'lock-changed': 'true',
    });
    expect(step.read('summary')).toContain('accuracy');
    expect(recordOf(rig)).toMatchObject({
      schema: 'mlops.ci/1',
      state: 'done',
      exit: 'ok',
      context: { event: 'pull_request', head, pull: { number: 7 } },
      lock: expect.arrayContaining([{ path: 'pipeline.lock', kind: 'lock' }]),
      view: {
        against: { name: 'main', commit: base },
        run: { command: 'repro --pull', exit: 'ok' },
        links: { job: 'https://github.com/octo/rides/actions/runs/77' },
      },
    });
    expect(rig.read('mlops-report/index.html')).toContain('<html');
    expect(rig.read('mlops-report/pages/2.html')).toContain('3 rows');
    // Of Git it is no part.
    expect(await rig.git('status', '--porcelain', '--', 'mlops-report')).toBe('');
  });

  it('keeps what a stage prints from being a command, and points at the stage that failed', async () => {
    const rig = await openRepository();
    rig.write({
      'train.mjs': `for (const line of ['::error::owned', '##[add-mask]e', '::set-output name=x::y']) console.log(line);
process.exit(4);
`,
    });
    const head = await rig.commit('broken');
    const step = onGithub(rig, 'push', { ref: 'refs/heads/main', after: head });
    const { exit, stdout } = await rig.mlopsWith({ env: step.env }, 'ci', 'run');
    expect(exit).toBe(1);
    const [, word, inside, after] = /::stop-commands::(\w+)\n([\s\S]*?)\n::\1::\n([\s\S]*)/.exec(stdout)!;
    expect(inside).toContain('::error::owned');
    expect(inside).not.toContain(word);
    expect(after).toMatch(/^::endgroup::\n::stop-commands::\w+\n✖ Failed: train /);
    expect(after).not.toContain('to commit');
    expect(after!.split(`::${word}::\n`)[1]).toBe(
      '::error file=pipeline.yaml,line=3,col=10,title=train failed::train failed with exit code 4%0Amlops logs train\n',
    );
    expect(recordOf(rig)).toMatchObject({ state: 'done', exit: 'stage' });
    expect(step.read('summary')).toContain('train');
  });

  it('says at its line that a gate says no, and fails as it is told', async () => {
    const rig = await openRepository();
    rig.write({ 'in.csv': 'a\n1\n' });
    await rig.commit('few rows');
    const step = onGithub(rig, 'push', {});
    const run = (...flags: string[]) => rig.mlopsWith({ env: step.env }, 'ci', 'run', ...flags);
    const { exit, stdout } = await run();
    expect(exit).toBe(3);
    expect(stdout).toMatch(
      /::error file=pipeline\.yaml,line=\d+,col=\d+,title=rows%3A a gate is broken::.*1 rows/,
    );
    expect((await run('--fail-on', 'stage')).exit).toBe(0);
    expect((await run('--fail-on', 'never')).exit).toBe(0);
    expect(recordOf(rig).exit).toBe('gate');
  });

  it('runs nothing of a fork while a secret is in reach, and says which without what is in it', async () => {
    const rig = await openRepository();
    const head = (await rig.git('rev-parse', 'HEAD')).trim();
    const step = onGithub(rig, 'pull_request', pullOf(head, head, 'mallory/rides'), {
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI',
      GH_TOKEN: '',
    });
    const { exit, stdout } = await rig.mlopsWith({ env: step.env }, 'ci', 'run');
    expect(exit).toBe(4);
    expect(rig.has('metrics.json')).toBe(false);
    expect(stdout).toContain('AWS_SECRET_ACCESS_KEY');
    // The one line that has it is what makes the runner hide it.
    expect(stdout.replace('::add-mask::wJalrXUtnFEMI\n', '')).not.toContain('wJalrXUtnFEMI');
    for (const file of ['ci.json', 'comment.md', 'index.html']) {
      expect(rig.read(`mlops-report/${file}`)).not.toContain('wJalrXUtnFEMI');
    }
    expect(rig.read('mlops-report/comment.md')).toContain('AWS');
    expect(recordOf(rig).state).toBe('refused');
    expect((await rig.mlopsWith({ env: step.env }, 'ci', 'run', '--trust')).exit).toBe(0);
    expect(rig.has('metrics.json')).toBe(true);
  });

  it('runs a fork where no secret is, and pushes nothing', async () => {
    const rig = await openRepository();
    await rig.mlops('remote', 'add', '-d', 'origin', rig.beside('remote'));
    const base = await rig.commit('remote');
    await rig.git('checkout', '-qb', 'topic');
    const head = await rig.commit('topic');
    const step = onGithub(rig, 'pull_request', pullOf(head, base, 'mallory/rides'));
    expect((await rig.mlopsWith({ env: step.env }, 'ci', 'run')).exit).toBe(0);
    expect(recordOf(rig).view.run).toMatchObject({
      pushed: null,
      notes: [expect.stringContaining('nothing is pushed: the pull request comes from another repository')],
    });
  });

  it('takes the settings of the base, and says what of the pull request it ignores, unless told to trust it', async () => {
    const rig = await openRepository();
    rig.write({ 'pipeline.yaml': PIPELINE.replace('metrics: [metrics.json]', 'outs: [metrics.json]') });
    await rig.mlops('remote', 'add', '-d', 'origin', rig.beside('remote'));
    const base = await rig.commit('remote');
    await rig.git('checkout', '-qb', 'topic');
    await rig.mlops('remote', 'add', '-d', 'elsewhere', rig.beside('elsewhere'));
    const head = await rig.commit('another remote');
    const step = onGithub(rig, 'pull_request', pullOf(head, base));
    const run = async (...flags: string[]) => {
      expect((await rig.mlopsWith({ env: step.env }, 'ci', 'run', ...flags)).exit).toBe(0);
      return recordOf(rig).view.run;
    };
    const { pushed, notes } = await run();
    expect(pushed.to).toBe(rig.beside('remote'));
    expect(notes.join('\n')).toContain('elsewhere');
    expect((await run('--trust')).pushed.to).toBe(rig.beside('elsewhere'));
    const scopes = readdirSync(rig.beside('remote'), { recursive: true, encoding: 'utf8' })
      .map((path) => /(?:^|\/)runs\/([^/]+)$/.exec(path)?.[1])
      .filter((scope) => scope !== undefined);
    expect(scopes).toEqual(['pr-7']);
  });

  it('writes into no folder of somebody else', async () => {
    const rig = await openRepository();
    const before = rig.files();
    const { exit, stderr } = await rig.mlops('ci', 'run', '--out', '.');
    expect([exit, rig.files()]).toEqual([7, before]);
    expect(stderr).toContain('is no folder of a report');
    rig.write({ 'own/.gitignore': 'x\n' });
    expect((await rig.mlops('ci', 'run', '--out', 'own')).exit).toBe(7);
    expect(rig.read('own/.gitignore')).toBe('x\n');
  });

  it('goes on in a folder that a killed job had only begun', async () => {
    const rig = await openRepository();
    rig.write({ 'mlops-report/.gitignore': '*\n', 'mlops-report/.mlops-7-0123456789abcdef.tmp': '{' });
    expect((await rig.mlops('ci', 'run')).exit).toBe(0);
    expect(recordOf(rig).state).toBe('done');
  });

  it('keeps the tokens of the job from stages, but for one that a stage names', async () => {
    const rig = await openRepository();
    rig.write({
      'train.mjs': `import { writeFileSync } from 'node:fs';
const names = ['GITHUB_TOKEN', 'MLOPS_CI_TOKEN', 'GITHUB_OUTPUT', 'GH_TOKEN', 'MLOPS_SCOPE'];
writeFileSync('metrics.json', JSON.stringify(Object.fromEntries(names.map((name) => [name, process.env[name] ?? null]))));
`,
      'pipeline.yaml': PIPELINE.replace('    metrics', '    secrets: [GH_TOKEN]\n    metrics'),
    });
    await rig.commit('env');
    const tokens = { GITHUB_TOKEN: 't-1', MLOPS_CI_TOKEN: 't-2', GH_TOKEN: 't-3' };
    const step = onGithub(rig, 'push', {}, tokens);
    expect((await rig.mlopsWith({ env: step.env }, 'ci', 'run')).exit).toBe(0);
    expect(JSON.parse(rig.read('metrics.json'))).toEqual({
      GITHUB_TOKEN: null,
      MLOPS_CI_TOKEN: null,
      GITHUB_OUTPUT: null,
      GH_TOKEN: 't-3',
      MLOPS_SCOPE: 'main',
    });
  });

  it('pushes what it ran under its own scope, also what a gate refused, and says the second time what that saved', async () => {
    const rig = await openRepository();
    rig.write({
      'in.csv': 'a\n1\n',
      'train.mjs': `import { setTimeout } from 'node:timers/promises';\nawait setTimeout(150);\n${TRAIN}`,
      'pipeline.yaml': PIPELINE.replace('metrics: [metrics.json]', 'outs: [metrics.json]'),
    });
    await rig.mlops('remote', 'add', '-d', 'origin', rig.beside('remote'));
    await rig.commit('remote');
    const step = onGithub(rig, 'push', {});
    expect((await rig.mlopsWith({ env: step.env }, 'ci', 'run')).exit).toBe(3);
    expect(recordOf(rig).view.run.pushed).toMatchObject({ runs: 2, to: expect.stringContaining('remote') });
    rig.write({ 'mlops-report': null });
    await rig.commit('lock');
    const clone = await rig.clone('clone');
    const again = onGithub(clone, 'push', {});
    expect((await clone.mlopsWith({ env: again.env }, 'ci', 'run')).exit).toBe(3);
    const { view, lock } = recordOf(clone);
    expect(lock).toEqual([]);
    expect(view.stages.map((stage: { run: { outcome: string } }) => stage.run.outcome)).toEqual([
      'restored',
      'fresh',
    ]);
    expect(view.run.savedMs).toBeGreaterThanOrEqual(150);
    expect(view.run.pushed.objects).toBe(0);
  });

  it('fails for a push that failed, and reports all the same', async () => {
    const rig = await openRepository();
    rig.write({ blocked: 'a file' });
    await rig.mlops('remote', 'add', '-d', 'origin', `${rig.path}/blocked`);
    await rig.commit('remote');
    const step = onGithub(rig, 'push', {});
    const { exit } = await rig.mlopsWith({ env: step.env }, 'ci', 'run', '--command', 'repro');
    expect(recordOf(rig).view.run.failures).toHaveLength(1);
    expect(exit).not.toBe(0);
    expect(recordOf(rig).view.stages.map((stage: { stage: string }) => stage.stage)).toEqual([
      'train',
      'rows',
    ]);
  });

  it('says once what was not pushed from where it was made, and who can push it', async () => {
    const rig = await openRepository();
    rig.write({
      'pipeline.yaml': `data: { in.csv: {} }\n${PIPELINE}`,
      '.gitignore': '/in.csv\n/mlops-report\n',
    });
    await rig.git('rm', '-q', '--cached', 'in.csv');
    await rig.mlops('remote', 'add', '-d', 'origin', rig.beside('remote'));
    expect((await rig.mlops('repro')).exit).toBe(0);
    expect((await rig.mlops('push')).exit).toBe(0);
    rig.write({ 'in.csv': 'a\n5\n6\n7\n8\n' });
    expect((await rig.mlops('add', 'in.csv')).exit).toBe(0);
    await rig.commit('other data, and no push');
    const clone = await rig.clone('clone');
    const step = onGithub(clone, 'push', {});
    const { exit, stdout } = await clone.mlopsWith({ env: step.env }, 'ci', 'run');
    expect(exit).toBe(5);
    expect(stdout).toContain('mlops push, in a clone that has it');
    expect(stdout.match(/^::error .*neither here nor on/gm)).toHaveLength(1);
    expect(recordOf(clone).view.run.failures).toEqual([]);
  });

  it('says of what came with the lock why it differs from the base, and not that bytes were missing', async () => {
    const rig = await openRepository();
    await rig.mlops('remote', 'add', '-d', 'origin', rig.beside('remote'));
    rig.write({ 'pipeline.yaml': PIPELINE.replace('metrics: [metrics.json]', 'outs: [metrics.json]') });
    expect((await rig.mlops('repro')).exit).toBe(0);
    const base = await rig.commit('base, with its lock');
    await rig.git('checkout', '-qb', 'topic');
    rig.write({ 'train.mjs': TRAIN.replace('0.75', '0.8') });
    expect((await rig.mlops('repro')).exit).toBe(0);
    expect((await rig.mlops('push')).exit).toBe(0);
    const head = await rig.commit('topic, with its lock');
    const clone = await rig.clone('clone');
    const { env } = onGithub(clone, 'pull_request', pullOf(head, base));
    const why = async () => {
      expect((await clone.mlopsWith({ env }, 'ci', 'run')).exit).toBe(0);
      const [{ run }] = recordOf(clone).view.stages;
      return [run.outcome, run.why];
    };
    expect(await why()).toEqual(['restored', expect.stringContaining('train.mjs changed')]);
    expect(await why()).toEqual(['fresh', expect.stringContaining('train.mjs changed')]);
    const comment = clone.read('mlops-report/comment.md');
    expect(comment).toMatch(/^\| `train` \| ✔ fresh.* \| train\.mjs changed/m);
    expect(comment).toContain('Stayed as they were: `rows`');
  });

  it('reports also what keeps it from running at all', async () => {
    const rig = await openRepository();
    const step = onGithub(rig, 'push', {});
    const run = (...flags: string[]) => rig.mlopsWith({ env: step.env }, 'ci', 'run', ...flags);
    rig.write({ 'pipeline.yaml': 'stages: {train: {dep: x}}\n' });
    expect((await run()).exit).toBe(4);
    expect(recordOf(rig)).toMatchObject({ state: 'done', exit: 'config' });
    expect(rig.read('mlops-report/comment.md')).toContain('unknown key');
    rig.write({ 'pipeline.yaml': null });
    expect((await run()).exit).toBe(4);
    expect(rig.read('mlops-report/comment.md')).toContain('there is no pipeline.yaml');
    rig.write({ 'pipeline.yaml': PIPELINE, '.mlops/config.yaml': 'remots: {}\n' });
    expect((await run()).exit).toBe(4);
    expect(rig.read('mlops-report/comment.md')).toContain('remots');
    rig.write({ '.mlops/config.yaml': null });
    expect((await run('--command', 'repro --pul')).exit).toBe(2);
    expect(recordOf(rig).view.run.failures).toMatchObject([{ help: 'did you mean --pull?' }]);
    expect(await run('--command', 'gc --yes')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('is nothing that a job runs'),
    });
  });

  it('leaves a report of a cancelled job, with no process behind', async () => {
    const rig = await openRepository();
    const train = rig.command('train');
    rig.write({ 'pipeline.yaml': `stages: {train: {cmd: ${train.cmd}, outs: [model.txt]}}\n` });
    await rig.commit('slow');
    const step = onGithub(rig, 'push', {});
    for (const [signal, exit] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const run = rig.startWith({ env: step.env }, 'ci', 'run');
      await train.nextCall();
      expect(recordOf(rig).state).toBe('running');
      process.kill(run.pid, signal);
      expect((await run.done).exit).toBe(exit);
      expect(recordOf(rig)).toMatchObject({
        state: 'cancelled',
        view: { stages: [{ run: { outcome: 'cancelled' } }] },
      });
      expect(rig.read('mlops-report/comment.md')).toContain('Cancelled');
    }
  });
});

describe('mlops ci run elsewhere', () => {
  it('takes what GitLab says, and folds its log', async () => {
    const rig = await openRepository();
    const base = (await rig.git('rev-parse', 'HEAD')).trim();
    await rig.git('checkout', '-qb', 'topic');
    const head = await rig.commit('topic');
    const env = {
      GITLAB_CI: 'true',
      CI: 'true',
      CI_PIPELINE_SOURCE: 'merge_request_event',
      CI_PROJECT_ID: '5',
      CI_PROJECT_PATH: 'octo/rides',
      CI_PROJECT_URL: 'https://gitlab.com/octo/rides',
      CI_API_V4_URL: 'https://gitlab.com/api/v4',
      CI_COMMIT_SHA: head,
      CI_MERGE_REQUEST_IID: '4',
      CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'topic',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '5',
      CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
    };
    const { exit, stdout } = await rig.mlopsWith({ env }, 'ci', 'run');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/section_start:\d+:mlops_\w{8}[\s\S]*section_end:/);
    expect(recordOf(rig).view.against).toEqual({ name: 'main', commit: base });
  });

  it('says what it would do, and does nothing', async () => {
    const rig = await openRepository();
    const before = rig.files();
    const here = await rig.mlops('ci', '--dry');
    expect([here.exit, rig.files()]).toEqual([0, before]);
    const head = (await rig.git('rev-parse', '--short=7', 'HEAD')).trim();
    expect(here.stdout).toBe(`where    shell, manual of main
trust    yes: whoever wrote this may push here
against  HEAD (${head})
runs     mlops repro --pull
pushes   nothing: no remote is configured
report   mlops-report
posts    nothing: this is no job of a host; --event, with an origin at one, says so
`);
    await rig.mlops('remote', 'add', '-d', 'store', rig.beside('remote'));
    await rig.git('remote', 'add', 'origin', 'git@github.com:octo/rides.git');
    const flags = ['--event', 'pull_request', '--number', '7', '--base', 'main', '--commit', 'push'];
    const { stdout } = await rig.mlops('ci', '--dry', ...flags);
    expect(stdout).toContain('pushes   objects and runs/pr-7 to store\n');
    expect(stdout).toContain(
      'posts    a new lock to its branch, the status mlops, one comment on #7, to octo/rides\n',
    );
  });

  it('refuses names and addresses that would not stand where they go', async () => {
    const rig = await openRig();
    for (const [flag, value] of [
      ['--name', 'a job'],
      ['--name', '-->'],
      ['--page', 'javascript:alert(1)'],
      ['--page', 'https://me:word@octo.example/'],
      ['--page', '#artifacts'],
    ] as const)
      expect(await rig.mlops('ci', 'post', flag, value)).toMatchObject({
        exit: 2,
        stderr: expect.stringContaining(flag),
      });
  });
});
