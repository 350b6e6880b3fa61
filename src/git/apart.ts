// Git with a token in its hands, beside a checkout in which somebody's code ran. What that code left in the checkout's settings, and
// in those of the user, may lead a push elsewhere (url.….insteadOf, http.proxy) or run a program of its own (credential.helper,
// core.fsmonitor, core.hooksPath). So that git works in a directory made for it, which has the objects of the checkout alone.

import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../core/environment.ts';
import { fail } from '../core/failure.ts';
import { orAbsent } from '../util/errno.ts';
import { headCommit } from './history.ts';
import type { GitEnv } from './remote-refs.ts';
import { type Repository, runGit } from './repository.ts';

/** `work` is given what makes git work there. The settings of the machine and of the environment still count. */
export async function apart<T>(repo: Repository, work: (env: GitEnv) => T | Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'mlops-git-'));
  const env = {
    GIT_DIR: dir,
    GIT_OBJECT_DIRECTORY: `${repo.commonDir}/objects`,
    GIT_CONFIG_GLOBAL: '/dev/null',
    ...ownCertificates(process.env),
  };
  try {
    const format = runGit(repo.top, ['rev-parse', '--show-object-format']).stdout.toString().trim();
    must(repo, ['init', '-q', '--bare', '--template=', `--object-format=${format}`, dir], env);
    // Where history is cut, and what is here: so that only the rest is sent either way.
    orAbsent(() => copyFileSync(`${repo.commonDir}/shallow`, join(dir, 'shallow')), undefined);
    const head = headCommit(repo);
    if (head !== undefined) must(repo, ['update-ref', 'refs/heads/checkout', head], env);
    return await work(env);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** GitLab's runner writes these into the settings of the checkout: https://docs.gitlab.com/runner/configuration/tls-self-signed */
function ownCertificates(env: Environment): { [name: string]: string } {
  const file = env['GIT_SSL_CAINFO'] ?? env['CI_SERVER_TLS_CA_FILE'];
  return file ? { GIT_SSL_CAINFO: file } : {};
}

function must(repo: Repository, args: readonly string[], env: GitEnv): void {
  const { code, stderr } = runGit(repo.top, args, undefined, env);
  if (code !== 0) fail('config', `git ${args[0]} failed: ${stderr.trim()}`);
}
