// A token for a web server of Git, handed over in the environment of the git process alone: it stands in no URL, no
// argument (others on the machine can list those), no file and no message.
import { apart } from './apart.ts';
import type { GitPlace } from './push-commit.ts';
import { withoutPassword } from './remote-urls.ts';
import { type Repository, runGit } from './repository.ts';

export interface GitToken {
  /** GitHub: `x-access-token`; GitLab: `oauth2`, of a job's own token `gitlab-ci-token`. */
  readonly user: string;
  readonly token: string;
}

/**
 * `work` is given `remote`, a name or a URL, as the place that it is and that lets this token in. It works apart from the
 * settings of the checkout: no other host is sent the token, and no program that they name runs beside it. The token stands in
 * settings that the environment gives to git (GIT_CONFIG_COUNT, of Git 2.31 and later), bound to the URL. Ssh and folders take
 * no token: for them the checkout's own settings count.
 */
export function withToken<T>(
  repo: Repository,
  remote: string,
  token: GitToken,
  work: (place: GitPlace) => T | Promise<T>,
): Promise<T> {
  const url = urlOf(repo, remote);
  if (!isWeb(url)) return Promise.resolve(work({ remote, env: {} }));
  const place = withoutPassword(url);
  return apart(repo, (env) => work({ remote: place, env: { ...env, ...header(place, token) } }));
}

function header(url: string, { user, token }: GitToken): { readonly [name: string]: string } {
  const basic = Buffer.from(`${user}:${token}`).toString('base64');
  const settings = [
    [`http.${url}.extraheader`, ''], // forgets those before it: hosts refuse two
    [`http.${url}.extraheader`, `AUTHORIZATION: basic ${basic}`],
  ] as const;
  const first = Number(process.env['GIT_CONFIG_COUNT'] ?? 0) || 0;
  return {
    ...Object.fromEntries(
      settings.flatMap(([key, value], at) => [
        [`GIT_CONFIG_KEY_${first + at}`, key],
        [`GIT_CONFIG_VALUE_${first + at}`, value],
      ]),
    ),
    GIT_CONFIG_COUNT: String(first + settings.length),
    GIT_TRACE_REDACT: '1',
  };
}

/** That it is pushed to, as the checkout calls it. */
function urlOf(repo: Repository, remote: string): string {
  if (isWeb(remote)) return remote;
  const { code, stdout } = runGit(repo.top, ['remote', 'get-url', '--push', '--', remote]);
  return code === 0 ? stdout.toString().trim() : remote;
}

function isWeb(url: string): boolean {
  return /^https?:\/\//i.test(url);
}
