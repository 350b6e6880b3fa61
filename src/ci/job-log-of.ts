// Which words a job's host reads in its log.
import type { Environment } from '../core/environment.ts';
import type { CiContext } from './context.ts';
import { githubLog } from './github/log.ts';
import { gitlabLog } from './gitlab/log.ts';
import type { JobLog } from './job-log.ts';

const PLAIN: JobLog = { mask: () => '', open: () => '', close: () => '', annotate: () => '' };

/** `random`: a word that nobody else can know. `seconds`: since 1970. */
export function jobLogOf(
  { host }: CiContext,
  env: Environment,
  { random, seconds }: { readonly random: string; readonly seconds: () => number },
): JobLog {
  if (host === 'github') return githubLog(random, env['GITHUB_WORKSPACE']);
  return host === 'gitlab' ? gitlabLog(random, seconds) : PLAIN;
}
