// Whether a job may run what is checked out. `pipeline.yaml` is code: whoever wrote it has whatever the job has. So code of
// somebody who may not push here is run only where there is nothing to take.

import { isCredentialVariable } from '../core/credential-variables.ts';
import type { Environment } from '../core/environment.ts';
import { type Failure, failure } from '../core/failure.ts';
import type { CiContext } from './context.ts';

export type Trust =
  /** Written by people who may push here. */
  | { readonly kind: 'trusted' }
  /** Written by anybody, with no secret in reach. */
  | { readonly kind: 'harmless'; readonly why: string }
  /** Written by anybody, and `--trust` says to run it all the same. */
  | { readonly kind: 'told'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string; readonly secrets: readonly string[] };

export interface Reach {
  readonly env: Environment;
  /** Settings of Git that hold a credential: `http.https://github.com/.extraheader`. */
  readonly gitCredentials: readonly string[];
}

export function judgeTrust(context: CiContext, reach: Reach, told: 'trust' | 'ask'): Trust {
  const why = whyUntrusted(context);
  if (why === undefined) return { kind: 'trusted' };
  if (told === 'trust') return { kind: 'told', why };
  const secrets = [
    ...secretNames(reach.env),
    // What a checkout left in Git's settings may only read, unless the job belongs to the base.
    ...(context.event === 'pull_request' ? [] : reach.gitCredentials.map((name) => `git config ${name}`)),
  ];
  return secrets.length === 0 ? { kind: 'harmless', why } : { kind: 'refused', why, secrets };
}

/** Names only, never a value. */
export function refusal({ why, secrets }: Trust & { kind: 'refused' }): Failure {
  return failure('config', `nothing was run: ${why}, and this job holds ${secrets.join(', ')}`, {
    help: 'take them out of this job and let a second one, which runs nothing of the repository, post the report (mlops ci post);\n--trust runs the code of whoever opened the pull request with all of them',
  });
}

/** Whether what is checked out, or was by the job that this one follows, may be anybody's. */
export function isUntrusted(context: CiContext): boolean {
  return whyUntrusted(context) !== undefined;
}

function whyUntrusted({ event, eventName, pull }: CiContext): string | undefined {
  if (pull?.fork)
    return pull.head.repository === ''
      ? 'the pull request comes from a fork'
      : `the pull request comes from another repository (${pull.head.repository})`;
  if (event === 'pull_request_target' || event === 'workflow_run')
    return `${eventName} jobs may have checked out code of anybody`;
  return undefined;
}

/** What names of secrets have in common, as widely as can be: one too many is only in the way of strangers. */
const SECRET = /KEY|TOKEN|SECRET|PASS|CRED|_JWT/i;

/** These lead to one, under another name. */
const ALSO: ReadonlySet<string> = new Set(['DATABASE_URL', 'NETRC']);

/** Switches of GitLab's runner (FF_SECRET_RESOLVING_FAILS_IF_MISSING), and what is nothing without a token beside it. */
const NONE = /^(?:FF_.*|AWS_ROLE_ARN|ACTIONS_(?:CACHE|RESULTS|RUNTIME)_URL)$/;

/** Sorted. A variable without a value is none: a fork's job is given its base's secrets so. */
export function secretNames(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => SECRET.test(name) || ALSO.has(name.toUpperCase()) || isCredentialVariable(name))
    .filter((name) => !NONE.test(name) && (env[name] ?? '').trim() !== '')
    .sort();
}
