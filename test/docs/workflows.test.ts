// The action, the workflows that users copy, and those of this project: valid by GitHub's schema, whole, and safe from what they are given.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { readAction, readWorkflow, type StepYaml } from '../actions-runner/workflow-file.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PUBLISHED = 'mlops/mlops@v0';
const EXAMPLES = readdirSync(join(ROOT, 'docs/ci')).filter(
  (name) => name.endsWith('.yml') && name !== 'gitlab-ci.yml',
);
const WORKFLOWS = [
  ...EXAMPLES.map((name) => `docs/ci/${name}`),
  ...readdirSync(join(ROOT, '.github/workflows')).map((name) => `.github/workflows/${name}`),
];
const action = readAction(join(ROOT, 'action.yml'));
const actionText = readFileSync(join(ROOT, 'action.yml'), 'utf8');

describe('action.yml', () => {
  it('uses every input', () => {
    const unused = Object.keys(action.inputs!).filter((name) => !actionText.includes(`inputs.${name}`));
    expect(unused).toEqual([]);
    const unknown = [...actionText.matchAll(/\binputs\.([\w-]+)/g)].filter(
      ([, name]) => !action.inputs![name!],
    );
    expect(unknown).toEqual([]);
  });

  it('keeps in the cache of the runner only what is proved when it is read: neither run entries nor what was proved before', () => {
    const cached = action.runs.steps.filter(({ uses }) => uses?.startsWith('actions/cache/'));
    expect(cached.map(({ uses }) => uses)).toEqual(['actions/cache/restore@v5', 'actions/cache/save@v5']);
    const at = `\${{ steps.store.outputs.path }}`;
    for (const { with: given } of cached)
      expect(String(given!['path']).trim().split('\n')).toEqual([
        `${at}/objects`,
        `${at}/packs`,
        `${at}/index`,
      ]);
  });

  it('takes outputs from steps that there are', () => {
    const ids = action.runs.steps.map(({ id }) => id);
    const named = [...actionText.matchAll(/\bsteps\.([\w-]+)\./g)].map(([, id]) => id);
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
    expect(Object.keys(action.outputs!)).toEqual([
      'changed-stages',
      'metrics',
      'lock-changed',
      'report-path',
    ]);
  });

  it('hands the token to the one step that posts', () => {
    const holders = action.runs.steps.filter((step) =>
      /token/i.test(JSON.stringify({ env: step.env, with: step.with })),
    );
    expect(holders.map(({ id }) => id)).toEqual(['post']);
  });

  it('gives its program the signal of a cancelled job', () => {
    for (const id of ['run', 'post']) {
      const { run } = action.runs.steps.find((step) => step.id === id)!;
      expect(run).toMatch(/^exec node /m);
    }
  });

  it('is described whole in its guide', () => {
    const guide = readFileSync(join(ROOT, 'docs/ci/README.md'), 'utf8');
    expect(EXAMPLES.filter((name) => !guide.includes(`(${name})`))).toEqual([]);
    expect(Object.keys(action.outputs!).filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
    expect(stepsIn(parse(/```yaml\n([\s\S]*?)```/.exec(guide)![1]!))).toContainEqual({ uses: PUBLISHED });
  });
});

describe.each(WORKFLOWS)('%s', (path) => {
  const workflow = readWorkflow(join(ROOT, path));

  it('asks for least rights, and ends in time', () => {
    expect(workflow.permissions).toBeTypeOf('object');
    for (const job of Object.values(workflow.jobs)) expect(job).toHaveProperty('timeout-minutes');
  });

  it('gives the action inputs that it has', () => {
    const given = stepsIn(workflow).filter(({ uses }) => uses === PUBLISHED || uses === './');
    expect(given.length).toBeGreaterThan(0);
    expect(
      given.flatMap((step) => Object.keys(step.with ?? {})).filter((name) => !action.inputs![name]),
    ).toEqual([]);
  });
});

it.each([...WORKFLOWS, 'action.yml'])(
  '%s lets values reach scripts through the environment alone',
  (path) => {
    const scripts = stepsIn(parse(readFileSync(join(ROOT, path), 'utf8'))).filter(
      ({ run }) => run !== undefined,
    );
    expect(scripts.length).toBeGreaterThanOrEqual(
      path.includes('drift') || path.includes('pull-request') ? 0 : 1,
    );
    expect(scripts.map(({ run }) => run!).filter((run) => run.includes('${{'))).toEqual([]);
  },
);

it.each([...WORKFLOWS, 'action.yml'])('%s takes actions from GitHub and this project alone', (path) => {
  const used = stepsIn(parse(readFileSync(join(ROOT, path), 'utf8'))).flatMap(({ uses }) => uses ?? []);
  expect(
    used.filter((uses) => !/^actions\/[\w/-]+@v\d+$/.test(uses) && uses !== './' && uses !== PUBLISHED),
  ).toEqual([]);
});

it('posts for forks without a checkout of their code', () => {
  const used = stepsIn(readWorkflow(join(ROOT, 'docs/ci/fork-comment.yml'))).map(
    ({ uses, run }) => uses ?? run,
  );
  expect(used).toEqual([
    PUBLISHED,
    'actions/download-artifact@v7',
    'mlops ci post --from "$RUNNER_TEMP/mlops-report" --page "$RUN#artifacts"',
  ]);
});

/** Every list called `steps`, however deep. */
function stepsIn(value: unknown): StepYaml[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'steps' && Array.isArray(inner) ? (inner as StepYaml[]) : stepsIn(inner),
  );
}

it('passes on in a plain shell what it is given', () => {
  const bin = mkdtempSync(join(tmpdir(), 'mlops-shell-'));
  onTestFinished(() => rmSync(bin, { recursive: true, force: true }));
  writeFileSync(join(bin, 'mlops'), '#!/bin/sh\nprintf "[%s]" "$@"\n', { mode: 0o755 });
  const typed = (...args: string[]): string =>
    execFileSync('sh', [join(ROOT, 'docs/ci/shell.sh'), ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: { PATH: `${bin}:${process.env['PATH']}` },
    });
  expect(typed('push')).toBe('[ci][--event][push]');
  expect(() => typed()).toThrow('pull_request, push, schedule or manual');
  expect(typed('pull_request', '7', 'origin/main')).toBe(
    '[ci][--event][pull_request][--number][7][--base][origin/main]',
  );
});

it('names in the GitLab example what the program reads', () => {
  const text = readFileSync(join(ROOT, 'docs/ci/gitlab-ci.yml'), 'utf8');
  const { mlops } = parse(text) as { mlops: { script: string[]; id_tokens: object; variables: object } };
  expect(mlops.script).toContain(
    'mlops ci $MLOPS_CI_FLAGS --page "$CI_JOB_URL/artifacts/file/mlops-report/index.html"',
  );
  expect(Object.keys(mlops.id_tokens)).toEqual(['MLOPS_ID_TOKEN']);
  const source = readFileSync(join(ROOT, 'src/core/credential-variables.ts'), 'utf8');
  for (const name of ['MLOPS_ID_TOKEN', 'MLOPS_CI_TOKEN', 'AWS_ROLE_ARN']) {
    expect(text).toContain(name);
    expect(source).toContain(`'${name}'`);
  }
});
