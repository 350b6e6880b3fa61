// The environment in which a job's command runs.
import type { CiContext } from '../../ci/context.ts';
import { type Failure, failure } from '../../core/failure.ts';
import type { Io } from '../command.ts';
import type { Place } from './place.ts';

/**
 * What belongs to the job and not to what it runs, beside the credentials that no stage ever gets: tokens of the host, and
 * the files by which a step talks to it.
 */
const JOBS_OWN: readonly string[] = [
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GITLAB_TOKEN',
  'GITHUB_ENV',
  'GITHUB_PATH',
  'GITHUB_OUTPUT',
  'GITHUB_STATE',
  'GITHUB_STEP_SUMMARY',
];

/** Scope, baseline and whose config rules go down to every process of the run. */
export function environmentFor(env: Io['env'], place: Place): Io['env'] {
  const { baseline, scope, context } = place;
  const own = new Set(JOBS_OWN);
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !own.has(name))),
    ...(scope === undefined ? {} : { MLOPS_SCOPE: scope }),
    ...(isReviewed(context) && baseline.commit ? { MLOPS_BASELINE: baseline.commit } : {}),
    ...(place.trust.kind === 'harmless' ? { MLOPS_ANONYMOUS: '1' } : {}),
    ...configFrom(place),
  };
}

/** Of a schedule the baseline is what it runs on, and no commit is compared with itself. */
function isReviewed({ event }: CiContext): boolean {
  return isPull(event) || event === 'push';
}

/** A pull request does not choose where bytes go: its base does. */
function configFrom({ context, settings, baseline }: Place): { readonly [name: string]: string } {
  if (!isPull(context.event) || settings === 'its own') return {};
  return baseline.tip === undefined ? {} : { MLOPS_CONFIG_REV: baseline.tip };
}

/** Where a pull request would bring its own config, for its base is not known. */
export function missingBaseConfig(
  { context, settings, baseline }: Place,
  hasConfig: () => boolean,
): Failure | undefined {
  const decided = !isPull(context.event) || settings === 'its own';
  if (decided || baseline.tip !== undefined || !hasConfig()) return undefined;
  return failure('config', 'settings come from the base of a pull request, and that is not known', {
    help: `${baseline.notes.join('; ')}; or --trust, which takes those of the pull request`,
  });
}

function isPull(event: CiContext['event']): boolean {
  return event === 'pull_request' || event === 'pull_request_target' || event === 'workflow_run';
}
