// The runner that other tests trust does what GitHub's does, as far as workflows of this project use it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Host, type HostEvent, type HostOptions, openHost } from './host.ts';
import { combinations } from './matrix.ts';
import { type RunOptions, runWorkflow, type WorkflowDone } from './run-workflow.ts';

const PUSH: HostEvent = {
  name: 'push',
  payload: { repository: { default_branch: 'main', private: true } },
  ref: 'refs/heads/main',
  sha: '0'.repeat(40),
};

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-runner-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function host(options: Partial<HostOptions> = {}): Host {
  return openHost({
    repository: 'acme/weather',
    private: true,
    gitUrl: 'file:///nowhere',
    apiUrl: 'http://127.0.0.1:9',
    secrets: { KEY: 'sesame-street' },
    token: () => 'ghs_token',
    actions: {},
    ...options,
  });
}

/** Runs text as a workflow that a push starts. */
async function run(
  jobs: string,
  options: RunOptions & { host?: Host; event?: HostEvent } = {},
): Promise<WorkflowDone> {
  const file = join(folder(), 'workflow.yml');
  const event = options.event ?? PUSH;
  writeFileSync(file, `on: [push, pull_request]\njobs:\n${jobs}`);
  return runWorkflow(options.host ?? host(), file, event, options);
}

/** Runs steps as the one job of a workflow. */
async function steps(
  text: string,
  options: Parameters<typeof run>[1] = {},
): Promise<WorkflowDone['jobs'][number]> {
  const done = await run(
    `  one:\n    runs-on: ubuntu-latest\n    steps:\n${text.replace(/^/gm, '      ')}`,
    options,
  );
  return done.jobs[0]!;
}

it('carries outputs, variables and the PATH from step to step, and gathers the summary', async () => {
  const done = await steps(`
- id: first
  run: |
    printf 'a=1\\ntext<<END\\ntwo\\nlines\\nEND\\n' >> "$GITHUB_OUTPUT"
    echo "COLOUR=red" >> "$GITHUB_ENV"
    mkdir bin && printf '#!/bin/sh\\necho found' > bin/tool && chmod +x bin/tool
    echo "$PWD/bin" >> "$GITHUB_PATH"
    echo "# one" >> "$GITHUB_STEP_SUMMARY"
- run: |
    echo "\${{ steps.first.outputs.a }} $TEXT $COLOUR $(tool)"
    echo "# two" >> "$GITHUB_STEP_SUMMARY"
  env: { TEXT: "\${{ steps.first.outputs.text }}" }`);
  expect(done.result).toBe('success');
  expect(done.log).toContain('1 two\nlines red found');
  expect(done.summary).toBe('# one\n# two\n');
});

it('masks secrets and what is said to be one, keeps annotations, and obeys nothing between stop-commands', async () => {
  const done = await steps(`
- run: |
    echo "::add-mask::hunter2"
    echo "\${{ secrets.KEY }} hunter2 \${{ github.token }}"
    echo "::error file=pipeline.yaml,line=3,title=train%3A failed::it%0Afailed"
    echo "::stop-commands::quiet"
    echo "::warning::from a stage"
    echo "::quiet::"
    echo "::notice::again"`);
  expect(done.log).toContain('*** *** ***');
  expect(done.annotations).toEqual([
    { level: 'error', file: 'pipeline.yaml', line: '3', title: 'train: failed', message: 'it\nfailed' },
    { level: 'notice', message: 'again' },
  ]);
});

it('goes on after a failure only where a condition asks, and knows outcome from conclusion', async () => {
  const done = await steps(`
- { id: soft, run: exit 3, continue-on-error: true }
- { name: kinds, run: "echo \${{ steps.soft.outcome }}-\${{ steps.soft.conclusion }}" }
- { name: hard, run: "false" }
- { name: skipped, run: echo no }
- { name: skipped too, if: "github.ref == 'refs/heads/main'", run: echo no }
- { name: on failure, if: failure(), run: echo yes }
- { name: always, if: "always() && github.ref_name == 'main'", run: echo yes }`);
  expect(done.result).toBe('failure');
  expect(done.log).toContain('failure-success');
  expect(done.steps.map(({ name, conclusion }) => [name, conclusion]).slice(3)).toEqual([
    ['skipped', 'skipped'],
    ['skipped too', 'skipped'],
    ['on failure', 'success'],
    ['always', 'success'],
  ]);
});

it('starts bash with errors in pipes, the plain shell without', async () => {
  expect((await steps('- { shell: bash, run: "false | true" }')).result).toBe('failure');
  expect((await steps('- { run: "false | true" }')).result).toBe('success');
});

it('runs the steps of composite actions with their inputs, outputs and folder', async () => {
  const action = folder();
  writeFileSync(
    join(action, 'action.yml'),
    `name: a
description: b
inputs: { who: { default: "\${{ github.actor }}" }, how: { default: "" } }
outputs: { said: { value: "\${{ steps.say.outputs.said }}" } }
runs:
  using: composite
  steps:
    - { id: say, shell: bash, env: { HOW: "\${{ inputs.how }}", WHO: "\${{ inputs.who }}" }, run: 'echo "said=$HOW $WHO $OUTER $(basename "$GITHUB_ACTION_PATH")" >> "$GITHUB_OUTPUT"' }
    - { shell: bash, run: exit 1 }
    - { if: always(), shell: bash, run: echo after }`,
  );
  const done = await steps(
    `
- { id: it, uses: acme/greet@v1, with: { how: hello }, env: { OUTER: outside }, continue-on-error: true }
- run: echo "\${{ steps.it.outputs.said }}."`,
    { host: host({ actions: { 'acme/greet': action } }) },
  );
  expect(done.log).toContain(`hello octocat outside ${action.split('/').at(-1)}.`);
  expect(done.steps[0]).toMatchObject({ outcome: 'failure', conclusion: 'success' });
  expect(done.steps[0]!.inside.map(({ conclusion }) => conclusion)).toEqual([
    'success',
    'failure',
    'success',
  ]);
});

it('runs each combination of a matrix, and jobs after those that they need', async () => {
  const done = await run(`
  last:
    needs: [many]
    if: "!cancelled()"
    runs-on: ubuntu-latest
    steps: [{ run: "echo \${{ needs.many.result }} \${{ needs.many.outputs.shard }}" }]
  many:
    runs-on: ubuntu-latest
    strategy: { matrix: { shard: [1, 2], os: "\${{ fromJSON('[\\"a\\"]') }}" } }
    outputs: { shard: "\${{ steps.s.outputs.shard }}" }
    steps: [{ id: s, run: "echo shard=\${{ matrix.shard }}\${{ matrix.os }} >> $GITHUB_OUTPUT; exit $((\${{ matrix.shard }} - 1))" }]
  skipped: { needs: many, runs-on: ubuntu-latest, steps: [{ run: echo }] }`);
  expect(done.jobs.map(({ id, result }) => [id, result])).toEqual([
    ['many', 'success'],
    ['many', 'failure'],
    ['last', 'success'],
    ['skipped', 'skipped'],
  ]);
  expect(done.jobs[2]!.log).toContain('failure 2a');
  expect(done.conclusion).toBe('failure');
});

it('excludes from a matrix, and includes', () => {
  const include = [{ a: 1, c: 9 }, { a: 3 }];
  expect(combinations({ a: [1, 2], b: ['x', 'y'], exclude: [{ a: 2, b: 'x' }], include })).toEqual([
    { a: 1, b: 'x', c: 9 },
    { a: 1, b: 'y', c: 9 },
    { a: 2, b: 'y' },
    { a: 3 },
  ]);
});

it('interrupts the step that runs when somebody cancels, and runs what always runs', async () => {
  const cancel = new AbortController();
  const done = await steps(
    `
- { name: long, shell: bash, run: "trap 'echo heard; exit 130' INT; echo begun; while :; do sleep 0.05; done" }
- { name: next, run: echo no }
- { name: clean, if: cancelled(), run: echo cleaned }`,
    { cancel: cancel.signal, look: (line) => line === 'begun' && cancel.abort() },
  );
  expect(done.result).toBe('cancelled');
  expect(done.log).toContain('heard');
  expect(done.log).toContain('cleaned');
  expect(done.steps.map(({ outcome }) => outcome)).toEqual(['cancelled', 'skipped', 'success']);
});

it('gives forks no secrets, no OpenID Connect, and a token that reads', async () => {
  const asked: unknown[] = [];
  const open = host({
    token: (permissions, fork) => {
      asked.push([permissions, fork]);
      return 'ghs_token';
    },
    idToken: { url: 'http://127.0.0.1:9/token', token: 'idtoken' },
  });
  const event = {
    ...PUSH,
    name: 'pull_request',
    payload: { pull_request: { head: { repo: { full_name: 'eve/weather' } } } },
  };
  const text = `
  one:
    runs-on: ubuntu-latest
    permissions: { id-token: write }
    steps: [{ run: 'echo "[\${{ secrets.KEY }}] [$ACTIONS_ID_TOKEN_REQUEST_URL]"' }]`;
  expect((await run(text, { host: open, event })).jobs[0]!.log).toContain('[] []');
  expect((await run(text, { host: open })).jobs[0]!.log).toContain('[***] [http://127.0.0.1:9/token]');
  expect(asked).toEqual([
    [{ 'id-token': 'write' }, true],
    [{ 'id-token': 'write' }, false],
  ]);
});

it('checks out one commit of a pull request, detached, and branches by name', async () => {
  const origin = join(folder(), 'origin.git');
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', origin, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  mkdirSync(dirname(origin), { recursive: true });
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', origin]);
  const tree = git('hash-object', '-t', 'tree', '-w', '/dev/null');
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org'];
  const first = git(...who, 'commit-tree', '-m', 'first', tree);
  const second = git(...who, 'commit-tree', '-m', 'second', '-p', first, tree);
  git('update-ref', 'refs/heads/main', second);
  git('update-ref', 'refs/pull/7/merge', second);
  const look = `
- { uses: actions/checkout@v6 }
- run: echo "$(git rev-list --count HEAD) $(git branch --show-current)."`;
  const open = host({ gitUrl: `file://${origin}` });
  const pull = { ...PUSH, ref: 'refs/pull/7/merge', sha: second };
  expect((await steps(look, { host: open, event: pull })).log).toContain('1 .');
  expect((await steps(look, { host: open, event: { ...PUSH, sha: second } })).log).toContain('1 main.');
  const whole = look.replace('checkout@v6', 'checkout@v6, with: { fetch-depth: 0 }');
  expect((await steps(whole, { host: open, event: { ...PUSH, sha: second } })).log).toContain('2 main.');
});

it('keeps artifacts of a run, and caches by key for the branches that may read them', async () => {
  const open = host();
  const done = await run(
    `
  one:
    runs-on: ubuntu-latest
    steps:
      - run: mkdir a && echo 1 > a/b && touch a/.hidden
      - { uses: actions/upload-artifact@v6, with: { name: x, path: a } }
      - { uses: actions/upload-artifact@v6, with: { name: x, path: a }, continue-on-error: true }
      - { uses: actions/cache/save@v5, with: { path: "/tmp/nothing-here\\n\${{ github.workspace }}/a", key: k-1 } }
  two:
    needs: one
    runs-on: ubuntu-latest
    steps:
      - { uses: actions/download-artifact@v7, with: { name: x, path: got } }
      - run: ls -A got`,
    { host: open },
  );
  expect(done.conclusion).toBe('success');
  expect(done.jobs[0]!.steps[2]!.outcome).toBe('failure');
  expect(done.jobs[1]!.log).toMatch(/\nb$/);
  const restore = (ref: string, key: string): Promise<string> =>
    steps(
      `- { id: c, uses: actions/cache/restore@v5, with: { path: "/tmp/nothing-here\\n${done.jobs[0]!.workspace}/a", key: ${key}, restore-keys: k- } }
- run: echo "[\${{ steps.c.outputs.cache-hit }}|\${{ steps.c.outputs.cache-matched-key }}]"`,
      { host: open, event: { ...PUSH, ref } },
    ).then(({ log }) => log);
  expect(await restore('refs/heads/feature', 'k-1')).toContain('[true|k-1]');
  expect(await restore('refs/heads/feature', 'k-2')).toContain('[false|k-1]');
});

it('refuses what GitHub would refuse', async () => {
  await expect(steps('- { run: echo, runs: 1 }')).rejects.toThrow(/Unexpected value 'runs'/);
  expect((await steps('- { run: "echo ::set-output name=a::1" }')).annotations[0]!.message).toMatch(/gone/);
  await expect(steps('- { uses: acme/other@v1 }')).rejects.toThrow(/no action/);
  await expect(steps('- { uses: actions/checkout@v6, with: { depth: 1 } }')).rejects.toThrow(
    /does not know: depth/,
  );
});
