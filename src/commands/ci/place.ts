// Where this job is, whose code it runs, and what that is compared with: all that is decided before anything runs.
import { readFileSync } from 'node:fs';
import { type Baseline, findBaseline } from '../../ci/baseline.ts';
import type { CiContext, Told } from '../../ci/context.ts';
import { detect } from '../../ci/detect.ts';
import { scopeOf } from '../../ci/scope.ts';
import { judgeTrust, type Trust } from '../../ci/trust.ts';
import { storedCredentials } from '../../git/credentials-kept.ts';
import { currentBranch, headCommit } from '../../git/history.ts';
import { originUrl } from '../../git/remote-urls.ts';
import { type Repository, requireRepository } from '../../git/repository.ts';
import type { Io } from '../command.ts';

export interface Place {
  readonly repo: Repository;
  readonly context: CiContext;
  readonly trust: Trust;
  /** Whose `.mlops/config.yaml` counts on a pull request. */
  readonly settings: 'of its base' | 'its own';
  readonly baseline: Baseline;
  /** Of the run cache, to write to; undefined: as the environment says. */
  readonly scope: string | undefined;
}

/** `repo`: undefined in a job that checked nothing out. */
export function findContext(io: Io, repo: Repository | undefined, told: Told): CiContext {
  return detect(
    {
      env: io.env,
      read: (file) => readFileSync(file, 'utf8'),
      head: repo && headCommit(repo),
      branch: repo && currentBranch(repo),
      origin: repo && originUrl(repo),
    },
    told,
  );
}

export function findPlace(io: Io, told: Told, trust: 'trust' | 'ask'): Place {
  const repo = requireRepository(io.cwd);
  const context = findContext(io, repo, told);
  return {
    repo,
    context,
    // Whoever is at a shell checked out what he wants to run.
    settings: trust === 'trust' || context.host === 'shell' ? 'its own' : 'of its base',
    trust: judgeTrust(context, { env: io.env, gitCredentials: storedCredentials(repo) }, trust),
    baseline: findBaseline(repo, context, told.base),
    scope: scopeOf(context),
  };
}
