// Which host runs this job, and what for.
import { fail } from '../core/failure.ts';
import type { CiContext, Surroundings, Told } from './context.ts';
import { githubContext } from './github/context.ts';
import { gitlabContext } from './gitlab/context.ts';
import { shellContext } from './shell.ts';

/** @throws MlopsError `config` where the host's own words are damaged, `usage` for a flag that contradicts it */
export function detect(around: Surroundings, told: Told): CiContext {
  const { env } = around;
  // Gitea and Forgejo say both words, and write the same files.
  if (env['GITHUB_ACTIONS'] === 'true') return hosted('GitHub Actions', githubContext(around), told);
  if (env['GITLAB_CI'] === 'true') return hosted('GitLab CI', gitlabContext(env), told);
  return shellContext(around, told);
}

/** What a host says of its own job decides whom it trusts: no flag says otherwise. */
function hosted(name: string, context: CiContext, { event, number }: Told): CiContext {
  const given = event !== undefined ? '--event' : number !== undefined ? '--number' : undefined;
  if (given)
    fail('usage', `${given} is for a plain shell: ${name} says it by itself (${context.eventName})`, {
      help: '--base REV may be given anywhere',
    });
  return context;
}
