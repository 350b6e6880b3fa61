// A token reaches the server it is for, and nothing else: no argument of a process, no file, no message, no hook, no other
// host. And a job that is killed in the middle of its push leaves nothing half done.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommitPlan } from '../../src/ci/commit/plan.ts';
import type { GitToken } from '../../src/git/credentials.ts';
import { buildProcess } from '../child.ts';
import { startGitServer } from '../git-server.ts';
import {
  clone,
  type Ground,
  git,
  hook,
  lockText,
  openGround,
  planOf,
  pushedBy,
  there,
  tipThere,
  write,
} from './remote-ground.ts';

const TOKEN = 'ghs_secretsecretsecret';
const SECRET = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');
const token: GitToken = { user: 'x-access-token', token: TOKEN };

let dir: string;
let program: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mlops-ci-'));
  program = await buildProcess('commit-back', dir);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Job {
  readonly token?: GitToken;
  readonly env?: { readonly [name: string]: string };
  readonly plan?: Partial<CommitPlan>;
}

/** Its outcome or failure; undefined when it was killed. The job's own arguments carry the token: they are the test's. */
async function commitBackIn(ground: Ground, job: Job = {}): Promise<{ [key: string]: unknown } | undefined> {
  const asked = JSON.stringify({ top: ground.job.top, plan: planOf(ground.job, job.plan), token: job.token });
  const child = spawn(process.execPath, [program, asked], { env: { ...process.env, ...job.env } });
  child.stdin.end();
  const [said] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return said === '' ? undefined : JSON.parse(said);
}

/** All of its Authorization headers. */
function authorizations({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && /^authorization$/i.test(rawHeaders[at - 1]!));
}

async function overHttp(
  mayWrite: (request: IncomingMessage) => boolean,
): Promise<Ground & { origin: string }> {
  const ground = openGround();
  const { url } = await startGitServer(ground.root, (request, what) => what === 'read' || mayWrite(request));
  git(ground.job.top, 'remote', 'set-url', 'origin', `${url}/remote.git`);
  write(ground.job.top, { 'pipeline.lock': lockText({ prepare: 1, train: 2 }) });
  return { ...ground, origin: url };
}

/** A git in front of Git that writes down every argument that it is called with. */
function recordArguments(ground: Ground): { readonly path: string; readonly read: () => string } {
  const [log, real] = [join(ground.root, 'arguments'), git(ground.root, '--exec-path')];
  write(ground.root, { 'bin/git': `#!/bin/sh\nprintf '%s ' "$@" >> '${log}'\nexec '${real}/git' "$@"\n` });
  chmodSync(join(ground.root, 'bin/git'), 0o755);
  return {
    path: `${join(ground.root, 'bin')}:${process.env['PATH']}`,
    read: () => readFileSync(log, 'utf8'),
  };
}

function textsBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => readFileSync(join(each.parentPath, each.name), 'latin1'))
    .join('\n');
}

describe('a token', () => {
  it('lets a push in, and stands in no argument, no file and no hook that a stage left', async () => {
    const ground = await overHttp((request) => authorizations(request).join() === `basic ${SECRET}`);
    const stolen = '#!/bin/sh\nenv > "$(dirname "$0")/stolen"\n';
    for (const name of ['pre-push', 'reference-transaction', 'post-index-change']) {
      write(ground.job.gitDir, { [`hooks/${name}`]: stolen });
      chmodSync(join(ground.job.gitDir, 'hooks', name), 0o755);
    }
    const { path, read } = recordArguments(ground);
    expect(await commitBackIn(ground, { token, env: { PATH: path } })).toMatchObject({ kind: 'pushed' });
    expect(there(ground, 'pipeline.lock')).toContain('make 2');
    expect(read()).toContain('push');
    for (const words of [read(), textsBelow(ground.root)]) {
      expect(words).not.toContain(TOKEN);
      expect(words).not.toContain(SECRET);
    }
  });

  it('goes in the place of the header that a checkout left, beside settings of the environment', async () => {
    const seen: string[][] = [];
    const ground = await overHttp((request) => {
      seen.push([...authorizations(request), request.headers['user-agent']!]);
      return true;
    });
    git(ground.job.top, 'config', `http.${ground.origin}/.extraheader`, 'AUTHORIZATION: basic b2xk');
    const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.useragent', GIT_CONFIG_VALUE_0: 'kept' };
    await commitBackIn(ground, { token, env });
    expect(seen.length).toBeGreaterThan(0);
    for (const headers of seen) expect(headers).toEqual([`basic ${SECRET}`, 'kept']);
  });

  it('is neither sent elsewhere nor seen by a program, whatever a stage left in the settings of Git', async () => {
    const ground = await overHttp((request) => authorizations(request).join() === `basic ${SECRET}`);
    const seen: string[] = [];
    const trap = await startGitServer(ground.root, (request) => {
      seen.push(authorizations(request).join());
      return true;
    });
    const planted = join(ground.root, 'planted');
    write(ground.root, { planted: `#!/bin/sh\nenv >> '${ground.root}/stolen'\n` });
    chmodSync(planted, 0o755);
    const home = join(ground.root, 'home');
    write(home, { '.gitconfig': '' });
    for (const file of [join(ground.job.gitDir, 'config'), join(home, '.gitconfig')]) {
      const set = (key: string, value: string) => git(ground.root, 'config', '--file', file, key, value);
      set('credential.helper', `!${planted}`);
      set('core.fsmonitor', planted);
      set('core.askPass', planted);
      set('core.sshCommand', planted);
      set('core.hooksPath', ground.root);
      set('core.alternateRefsCommand', planted);
      set('push.gpgSign', 'if-asked');
      set('gpg.program', planted);
      set('http.proxy', trap.url);
      set(`http.${ground.origin}/.extraheader`, 'AUTHORIZATION: basic b2xk');
      set(`url.${trap.url}/.insteadOf`, `${ground.origin}/`);
      set('remote.origin.url', `${trap.url}/remote.git`);
    }
    const plan = { remote: `${ground.origin}/remote.git` };
    expect(await commitBackIn(ground, { token, plan, env: { HOME: home } })).toMatchObject({
      kind: 'pushed',
    });
    expect(there(ground, 'pipeline.lock')).toContain('make 2');
    expect(seen).toEqual([]);
    for (const secret of [TOKEN, SECRET]) expect(textsBelow(ground.root)).not.toContain(secret);
  });

  it('is handed over in a cut clone too, whose branch moved meanwhile, and leaves no folder behind', async () => {
    const ground = await overHttp(() => true);
    const cut = clone(ground.root, `file://${ground.bare}`, 'cut', '--depth=1');
    git(cut.top, 'remote', 'set-url', 'origin', `${ground.origin}/remote.git`);
    write(cut.top, { 'pipeline.lock': lockText({ prepare: 1, train: 2 }) });
    pushedBy(ground, 'bob', { 'train.py': 'print(2)\n' });
    const tmp = join(ground.root, 'tmp');
    mkdirSync(tmp);
    const done = await commitBackIn({ ...ground, job: cut }, { token, env: { TMPDIR: tmp } });
    expect(done).toMatchObject({ kind: 'pushed' });
    expect(there(ground, 'train.py')).toContain('print(2)');
    expect(readdirSync(tmp)).toEqual([]);
    git(ground.bare, 'fsck', '--strict');
  });

  it('is not needed where a checkout left one; without any, what is missing is told', async () => {
    const ground = await overHttp((request) => authorizations(request).join() === 'basic bGVmdA==');
    expect(await commitBackIn(ground)).toMatchObject({
      exit: 'remote',
      help: expect.stringContaining('permissions: contents: write'),
    });
    git(ground.job.top, 'config', `http.${ground.origin}/.extraheader`, 'AUTHORIZATION: basic bGVmdA==');
    expect(await commitBackIn(ground)).toMatchObject({ kind: 'pushed' });
  });

  it('is sent to no other host that the settings of the checkout lead to', async () => {
    const seen: string[][] = [];
    const { url } = await startGitServer(openGround().root, (request) => {
      seen.push(authorizations(request));
      return true;
    });
    const ground = await overHttp(() => true);
    // A rewrite that takes effect for this push, though the remote is called otherwise.
    git(ground.job.top, 'config', `url.${url}/.insteadOf`, 'https://elsewhere.example/');
    await commitBackIn(ground, { plan: { remote: 'https://elsewhere.example/remote.git' }, token });
    expect(seen.flat()).toEqual([]);
  });
});

it('a job that is killed while its push arrives leaves the branch as it was, and the next one ends the work', async () => {
  const ground = openGround();
  write(ground.job.top, { 'pipeline.lock': lockText({ prepare: 1, train: 2 }) });
  const before = tipThere(ground);
  // The commit is made, the push has begun: the job's processes die there.
  hook(
    ground,
    'pre-receive',
    `[ -f "$GIT_DIR/killed" ] && exit 0; touch "$GIT_DIR/killed"; kill -9 $(cat '${ground.root}/pid'); exit 1`,
  );
  const asked = JSON.stringify({ top: ground.job.top, plan: planOf(ground.job) });
  const child = spawn(process.execPath, [program, asked], { stdio: 'ignore' });
  write(ground.root, { pid: String(child.pid) });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  expect(tipThere(ground)).toBe(before);
  expect(git(ground.job.top, 'status', '--porcelain')).toBe('M pipeline.lock');
  expect(await commitBackIn(ground)).toMatchObject({ kind: 'pushed', retries: 0 });
  expect(git(ground.bare, 'rev-parse', 'main~1')).toBe(before);
});
