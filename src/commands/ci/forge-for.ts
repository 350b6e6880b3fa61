// The host that a job posts to, and the token it does so with.
import type { CiContext } from '../../ci/context.ts';
import type { Forge } from '../../ci/forge/forge.ts';
import type { Io } from '../command.ts';

/** Undefined with why, in words. */
export type ForgeOrWhy = { readonly forge: Forge } | { readonly forge: undefined; readonly why: string };

export async function forgeFor({ env }: Io, { host, repository }: CiContext): Promise<ForgeOrWhy> {
  if (!repository) return none('this shell names no host to post to');
  const token = env['MLOPS_CI_TOKEN'] || env[host === 'gitlab' ? 'GITLAB_TOKEN' : 'GITHUB_TOKEN'];
  if (!token)
    return none(
      `there is no token: set MLOPS_CI_TOKEN or ${host === 'gitlab' ? 'GITLAB_TOKEN' : 'GITHUB_TOKEN'}`,
    );
  return none('no host is spoken to yet');
}

function none(why: string): ForgeOrWhy {
  return { forge: undefined, why };
}
