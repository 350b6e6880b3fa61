// actions/checkout: one commit of the repository, detached where it is a pull request's, with the token in Git's configuration.
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StandIn } from '../stand-ins.ts';

/** In a process beside this one: the server that it asks may be of this process. */
type Git = (...args: string[]) => Promise<string>;

export const checkout: StandIn = {
  inputs: ['ref', 'fetch-depth', 'persist-credentials', 'path', 'token'],
  run: async (job, given) => {
    const { machine, host, event } = job;
    const folder = resolve(machine.workspace, given['path'] ?? '.');
    mkdirSync(folder, { recursive: true });
    const env = { ...job.env, PATH: process.env['PATH'], HOME: machine.home, GIT_TERMINAL_PROMPT: '0' };
    const git: Git = (...args) =>
      new Promise((done, failed) => {
        execFile('git', args, { cwd: folder, encoding: 'utf8', env }, (error, stdout, stderr) => {
          if (error) failed(new Error(`git ${args.join(' ')}: ${stderr}`));
          else done(stdout.trim());
        });
      });
    await git('init', '-q');
    await git('remote', 'add', 'origin', host.gitUrl);
    await git('config', '--local', 'gc.auto', '0');
    const remove = await logIn(git, machine.temp, host.gitUrl, given['token'] ?? job.token);
    const depth = given['fetch-depth'] ?? '1';
    const [ref, sha] = given['ref'] ? await named(git, given['ref']) : [event.ref, event.sha];
    const local = ref
      .replace(/^refs\/heads\//, 'refs/remotes/origin/')
      .replace(/^refs\/pull\//, 'refs/remotes/pull/');
    const all = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'];
    await git(
      ...['-c', 'protocol.version=2', 'fetch', '-q', '--prune', '--no-recurse-submodules'],
      ...(depth === '0' ? ['origin', ...all] : ['--no-tags', `--depth=${depth}`, 'origin']),
      ...(depth === '0' && ref.startsWith('refs/heads/') ? [] : [`+${sha}:${local}`]),
    );
    if (ref.startsWith('refs/heads/')) await git('checkout', '-q', '--force', '-B', ref.slice(11), local);
    else await git('checkout', '-q', '--force', '--detach', local);
    if (given['persist-credentials'] === 'false') await remove();
    else job.post.push(remove);
    return { ref, commit: await git('rev-parse', 'HEAD') };
  },
};

/** A branch or a commit of the repository. */
async function named(git: Git, name: string): Promise<[ref: string, sha: string]> {
  const listed = await git('ls-remote', 'origin', `refs/heads/${name.replace(/^refs\/heads\//, '')}`);
  const branch = listed.split('\t');
  return branch.length === 2 ? [branch[1]!, branch[0]!] : [`refs/remotes/origin/${name}`, name];
}

/** As checkout@v6 does: in a file of the runner's own that the configuration includes, not in the work tree. */
async function logIn(git: Git, temp: string, url: string, token: string): Promise<() => Promise<void>> {
  const file = join(temp, `git-credentials-${process.hrtime.bigint()}.config`);
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const { origin } = new URL(url);
  if (origin === 'null') return async () => {}; // a folder asks nobody who they are
  writeFileSync(file, `[http "${origin}/"]\n\textraheader = AUTHORIZATION: basic ${basic}\n`);
  await git('config', '--local', 'include.path', file);
  return async () => {
    await git('config', '--local', '--unset-all', 'include.path');
    rmSync(file);
  };
}
