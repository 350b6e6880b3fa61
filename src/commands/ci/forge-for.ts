// The host that a job posts to, and the token it does so with.
import type { CiContext } from '../../ci/context.ts';
import type { Forge } from '../../ci/forge/forge.ts';
import type { GitToken } from '../../git/credentials.ts';
import type { Io } from '../command.ts';

/** Variables that hold one. */
export const TOKENS = ['MLOPS_CI_TOKEN', 'GITHUB_TOKEN', 'GITLAB_TOKEN'] as const;

type Found =
  | { readonly forge: Forge; readonly token: GitToken }
  /** Why not, in words. */
  | { readonly forge: undefined; readonly why: string };

/** @throws MlopsError `config` where the token cannot be one */
export async function forgeFor({ env, signal }: Io, { host, repository }: CiContext): Promise<Found> {
  if (!repository) return none('this is no job of a host; --event, with an origin at one, says so');
  const kind = host === 'shell' ? kindOf(repository.apiUrl) : host;
  const own = kind === 'gitlab' ? 'GITLAB_TOKEN' : 'GITHUB_TOKEN';
  const token = env['MLOPS_CI_TOKEN'] || env[own];
  if (!token) return none(`there is no token in MLOPS_CI_TOKEN or ${own}`);
  const [{ openForge }, { proxiedFetch }] = await Promise.all([
    import('../../ci/forge/open.ts'),
    import('../../remote/proxied-fetch.ts'),
  ]);
  const fetch = await proxiedFetch();
  const forge = await openForge({ host: kind, repository }, token, { signal, fetch });
  return { forge, token: { user: kind === 'gitlab' ? 'oauth2' : 'x-access-token', token: token.trim() } };
}

function kindOf(apiUrl: string): 'github' | 'gitlab' {
  return apiUrl.endsWith('/api/v4') ? 'gitlab' : 'github';
}

function none(why: string): Found {
  return { forge: undefined, why };
}
