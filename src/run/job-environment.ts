// What a stage's command finds in its environment, and what of it nobody may read in its output.

import { credentialValues, withoutJobCredentials } from '../core/credential-variables.ts';
import type { Environment } from '../core/environment.ts';
import type { Stage } from '../core/pipeline.ts';
import type { RunContext } from './context.ts';

export interface JobEnvironment {
  readonly env: { readonly [name: string]: string };
  /** Values that are masked. */
  readonly secrets: readonly string[];
}

/**
 * All that mlops has, without what makes one the CI job itself; the secrets that the stage names; and which stage it is.
 * `root` is absolute.
 */
export function jobEnvironment(
  { env, secretEnv }: Pick<RunContext, 'env' | 'secretEnv'>,
  { name, secrets }: Pick<Stage, 'name' | 'secrets'>,
  root: string,
): JobEnvironment {
  const named = defined(Object.fromEntries(secrets.map((each) => [each, secretEnv[each]])));
  const values = Object.values(named).filter((value) => value !== '');
  return {
    env: { ...defined(withoutJobCredentials(env)), ...named, MLOPS_STAGE: name, MLOPS_ROOT: root },
    secrets: [...new Set([...values, ...credentialValues(secretEnv)])],
  };
}

function defined(env: Environment): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
