// The host that a job runs on, opened with a token. Its library is loaded here, and by nothing that needs no token.
import { fail } from '../../core/failure.ts';
import type { CiContext } from '../context.ts';
import type { Forge } from './forge.ts';
import { openGithub } from './github/api.ts';
import { openGitlab } from './gitlab/api.ts';
import { type Patience, patientFetch } from './patient-fetch.ts';

/**
 * `token`: of the environment; never written anywhere. No call is made yet.
 * Throws a failure `config` where the job runs on no host, or the token cannot be one.
 */
export async function openForge(
  { host, repository }: Pick<CiContext, 'host' | 'repository'>,
  token: string,
  patience: Patience = {},
): Promise<Forge> {
  const secret = token.trim();
  if (!/^[\x21-\x7e]+$/.test(secret))
    fail('config', 'the token has characters that none has', { help: 'check the secret that holds it' });
  if (host === 'shell' || repository === undefined)
    fail('config', 'a plain shell has no host to write to', {
      help: 'in CI, the environment says which host it is; elsewhere, read the report in its folder',
    });
  const { slug, apiUrl } = repository;
  if (!URL.canParse(apiUrl) || !/^https?:\/\/[^@]*$/.test(apiUrl))
    fail('config', `${host}: its API has no web address: ${JSON.stringify(apiUrl.replace(/.*@/, '…@'))}`, {
      help: 'the environment of the job names it: GITHUB_API_URL or CI_API_V4_URL',
    });
  if (host === 'github' ? !/^[^/]+\/[^/]+$/.test(slug) : !slug.includes('/'))
    fail('config', `${JSON.stringify(slug)} names no repository`, { help: 'it is written owner/name' });
  const fetch = patientFetch({ apiUrl, token: secret }, patience);
  const site = { ...repository, token: secret, fetch };
  return host === 'github' ? openGithub(site) : openGitlab(site);
}
