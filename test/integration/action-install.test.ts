// The action as GitHub hands it out: a clone of a commit in a folder of the runner, nothing built, nothing installed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openHost } from '../actions-runner/host.ts';
import { runWorkflow } from '../actions-runner/run-workflow.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
it('installs itself and puts mlops on the PATH', async () => {
  const root = mkdtempSync(join(tmpdir(), 'mlops-action-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  const action = join(root, 'action');
  execFileSync('git', ['clone', '-q', ROOT, action]);
  const workflow = join(root, 'workflow.yml');
  writeFileSync(
    workflow,
    `on: push
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - { uses: mlops/mlops@v0, with: { command: none } }
      - run: mlops --version && mlops _nothing || echo "exit $?"
`,
  );
  const host = openHost({
    repository: 'octo/weather',
    private: false,
    gitUrl: 'file:///nowhere',
    apiUrl: 'http://127.0.0.1:9',
    secrets: {},
    token: () => 'ghs_token',
    actions: { 'mlops/mlops': action },
    machine: registry(),
  });
  const event = { name: 'push', payload: {}, ref: 'refs/heads/main', sha: '0'.repeat(40) };
  const done = await runWorkflow(host, workflow, event);
  expect(done.conclusion, done.jobs[0]!.log).toBe('success');
  expect(done.jobs[0]!.log).toContain(`\n${version}\n`);
  expect(done.jobs[0]!.log).toContain('\nexit 2');
  expect(
    done.jobs[0]!.steps[0]!.inside.filter(({ outcome }) => outcome !== 'skipped').map(({ name }) => name),
  ).toEqual(['node', 'install']);
});

/** Where this machine's packages come from. */
function registry(): { [name: string]: string } {
  const names = /^(npm_config_|NODE_EXTRA_CA_CERTS$|SSL_CERT_FILE$|https?_proxy$|no_proxy$)/i;
  const from = Object.entries(process.env).filter(([name]) => names.test(name)) as [string, string][];
  return {
    ...Object.fromEntries(from),
    npm_config_userconfig: execFileSync('npm', ['config', 'get', 'userconfig'], { encoding: 'utf8' }).trim(),
  };
}
