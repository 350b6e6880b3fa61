// Under which scope this process writes run entries, and whose it believes.
import type { Environment } from '../core/environment.ts';
import { fail } from '../core/failure.ts';
import { isRunScope, MAIN_SCOPE, type RunScope, SCOPE_WORDS } from '../core/run-scope.ts';
import type { Config } from './config.ts';

export interface CacheScopes {
  /** Where this process writes its own. */
  readonly scope: RunScope;
  /** Whose entries are believed: what one ran oneself always is. The earlier one is preferred. */
  readonly trust: readonly RunScope[];
}

/** @throws MlopsError `config` for an MLOPS_SCOPE that is no scope; an empty one is more likely a mistake than `main` */
export function cacheScopes({ cache }: Pick<Config, 'cache'>, env: Environment): CacheScopes {
  const scope = env['MLOPS_SCOPE'] ?? MAIN_SCOPE;
  if (!isRunScope(scope))
    fail('config', `MLOPS_SCOPE is ${shown(scope)}, which is no scope of the run cache`, {
      help: `${SCOPE_WORDS}: pr-7; unset it to write under ${MAIN_SCOPE}`,
    });
  return { scope, trust: [...new Set([...cache.trust, scope])] };
}

/** The value may come from anywhere. */
function shown(value: string): string {
  return value === '' ? 'empty' : JSON.stringify(value.slice(0, 80));
}
