// Anywhere else: Jenkins, Buildkite, a laptop. What is checked out says the rest.
import type { Environment } from '../core/environment.ts';
import { fail } from '../core/failure.ts';
import type { CiContext, CiRepository, Surroundings, Told } from './context.ts';

export function shellContext({ head, branch, origin, env }: Surroundings, told: Told): CiContext {
  const { event = told.number === undefined ? 'manual' : 'pull_request', number, base } = told;
  if (number !== undefined && event !== 'pull_request')
    fail('usage', `--number is of a pull request, and --event says ${event}`);
  // Who only looks at what a job would do, on a machine where a token lies about, posts nothing.
  const isJob = told.event !== undefined || number !== undefined;
  return {
    host: 'shell',
    event,
    eventName: event,
    repository: isJob && origin !== undefined ? repositoryAt(origin, env) : undefined,
    pull:
      number === undefined || head === undefined
        ? undefined
        : {
            number,
            head: { sha: head, branch: branch ?? '', repository: '' },
            base: { sha: undefined, branch: base ?? '' },
            // Whoever types the number knows what is checked out.
            fork: false,
          },
    ranFor: undefined,
    branch,
    defaultBranch: undefined,
    guard: 'unknown',
    head,
    before: undefined,
    runUrl: undefined,
    run: undefined,
  };
}

/** `https://host/owner/name.git`, `git@host:owner/name`; undefined for a folder. Which kind of host it is, its name or the token says. */
function repositoryAt(origin: string, env: Environment): CiRepository | undefined {
  const [, host, path] =
    /^https?:\/\/(?:[^/@]*@)?([^/:]+(?::\d+)?)\/(.+?)(?:\.git)?\/?$/.exec(origin) ??
    /^ssh:\/\/(?:[^/@]*@)?([^/:]+)(?::\d+)?\/(.+?)(?:\.git)?\/?$/.exec(origin) ??
    /^(?:[^/@:]+@)([^/:]+):(?!\/)(.+?)(?:\.git)?\/?$/.exec(origin) ??
    [];
  if (host === undefined || path === undefined) return undefined;
  const site = `https://${host}`;
  return { slug: path, url: `${site}/${path}`, apiUrl: apiOf(host, site, env) };
}

/** What the environment names, as jobs of a host have it; else where that kind of host keeps it. */
function apiOf(host: string, site: string, env: Environment): string {
  const named = env['GITHUB_API_URL'] || env['CI_API_V4_URL'];
  if (named) return named;
  if (host === 'github.com') return 'https://api.github.com';
  const gitlab = /(^|\.)gitlab\./.test(host) || (env['GITLAB_TOKEN'] && !env['GITHUB_TOKEN']);
  return gitlab ? `${site}/api/v4` : `${site}/api/v3`;
}
