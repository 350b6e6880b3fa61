// The host that a job posts to, and the token it does so with.
import type { CiContext } from '../../ci/context.ts';
import type { Forge } from '../../ci/forge/forge.ts';
import type { GitToken } from '../../git/credentials.ts';
import type { Io } from '../command.ts';

type Found =
  | { readonly forge: Forge; readonly token: GitToken }
  /** Why not, in words. */
  | { readonly forge: undefined; readonly why: string };

export async function forgeFor({ env }: Io, { host, repository }: CiContext): Promise<Found> {
  if (!repository) return { forge: undefined, why: 'nothing here says which host to post to' };
  const own = host === 'gitlab' ? 'GITLAB_TOKEN' : 'GITHUB_TOKEN';
  const token = env['MLOPS_CI_TOKEN'] || env[own];
  if (!token) return { forge: undefined, why: `there is no token in MLOPS_CI_TOKEN or ${own}` };
  return { forge: undefined, why: 'no host is spoken to yet' };
}
