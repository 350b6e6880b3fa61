// A token for a web server of Git, handed over in the environment of the git process alone: it stands in no URL, no
// argument (others on the machine can list those), no file and no message.
import { withoutPassword } from './remote-urls.ts';
import { type Repository, runGit } from './repository.ts';

export interface GitToken {
  /** GitHub: `x-access-token`; GitLab: `oauth2`, of a job's own token `gitlab-ci-token`. */
  readonly user: string;
  readonly token: string;
}

/**
 * Settings as the environment gives them to git (GIT_CONFIG_COUNT, of Git 2.31 and later). They are bound to the URLs of
 * `remote`, so that no other host is sent the token, and replace a header that a checkout left in the repository's
 * config: two of them are refused by hosts. Nothing for ssh and folders, which take no header.
 */
export function tokenEnvironment(
  repo: Repository,
  remote: string,
  { user, token }: GitToken,
): { readonly [name: string]: string } {
  const basic = Buffer.from(`${user}:${token}`).toString('base64');
  const settings = urlsOf(repo, remote).flatMap((url) => [
    [`http.${url}.extraheader`, ''], // forgets those before it
    [`http.${url}.extraheader`, `AUTHORIZATION: basic ${basic}`],
  ]);
  if (settings.length === 0) return {};
  const first = Number(process.env['GIT_CONFIG_COUNT'] ?? 0) || 0;
  return {
    ...Object.fromEntries(
      settings.flatMap(([key, value], at) => [
        [`GIT_CONFIG_KEY_${first + at}`, key!],
        [`GIT_CONFIG_VALUE_${first + at}`, value!],
      ]),
    ),
    GIT_CONFIG_COUNT: String(first + settings.length),
    GIT_TRACE_REDACT: '1',
  };
}

/** Web addresses that `remote`, a name or a URL, is read from and pushed to; without names and passwords in them. */
function urlsOf(repo: Repository, remote: string): string[] {
  const found = [[], ['--push']].map((which) =>
    runGit(repo.top, ['remote', 'get-url', ...which, '--', remote]),
  );
  const urls = found.map(({ code, stdout }) => (code === 0 ? stdout.toString().trim() : remote));
  const web = urls.filter((url) => /^https?:\/\//i.test(url));
  return [...new Set(web.map(withoutPassword))];
}
