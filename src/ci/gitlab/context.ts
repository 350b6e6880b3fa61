// GitLab CI. Variables: https://docs.gitlab.com/ci/variables/predefined_variables
import type { Environment } from '../../core/environment.ts';
import { fail } from '../../core/failure.ts';
import type { CiContext, CiEvent, CiRepository, PullRequest } from '../context.ts';
import { runOrder } from '../run-order.ts';
import { filled, readCommit } from '../variables.ts';

export function gitlabContext(env: Environment): CiContext {
  const pull = pullOf(env);
  const source = env['CI_PIPELINE_SOURCE'] ?? '';
  return {
    host: 'gitlab',
    event: pull ? 'pull_request' : eventOf(source),
    eventName: source,
    repository: repositoryOf(env),
    pull,
    ranFor: undefined,
    branch: pull?.head.branch ?? filled(env['CI_COMMIT_BRANCH']),
    defaultBranch: filled(env['CI_DEFAULT_BRANCH']),
    guard: env['CI_COMMIT_REF_PROTECTED'] === 'true' ? 'guarded' : 'open',
    head: pull?.head.sha ?? readCommit(env['CI_COMMIT_SHA']),
    // Of a merge request, and of a branch's first push, it is zeros.
    before: pull ? undefined : readCommit(env['CI_COMMIT_BEFORE_SHA']),
    runUrl: filled(env['CI_JOB_URL']) ?? filled(env['CI_PIPELINE_URL']),
    run: runOrder(env['CI_PIPELINE_ID'], env['CI_JOB_ID']),
  };
}

function eventOf(source: string): CiEvent {
  switch (source) {
    case 'push':
    case 'schedule':
      return source;
    case 'web':
    case 'api':
    case 'trigger':
      return 'manual';
    default:
      return 'other';
  }
}

function pullOf(env: Environment): PullRequest | undefined {
  const iid = filled(env['CI_MERGE_REQUEST_IID']);
  if (iid === undefined) return undefined;
  const source = env['CI_MERGE_REQUEST_SOURCE_PROJECT_ID'];
  // A merged-results pipeline is of a merge that GitLab made: CI_COMMIT_SHA is that, and only it names the two sides.
  const head = readCommit(env['CI_MERGE_REQUEST_SOURCE_BRANCH_SHA']) ?? readCommit(env['CI_COMMIT_SHA']);
  return {
    number: /^[1-9]\d{0,14}$/.test(iid) ? Number(iid) : wrong('CI_MERGE_REQUEST_IID'),
    head: {
      sha: head ?? wrong('CI_COMMIT_SHA'),
      branch:
        filled(env['CI_MERGE_REQUEST_SOURCE_BRANCH_NAME']) ?? wrong('CI_MERGE_REQUEST_SOURCE_BRANCH_NAME'),
      repository: env['CI_MERGE_REQUEST_SOURCE_PROJECT_PATH'] ?? '',
    },
    base: {
      sha:
        readCommit(env['CI_MERGE_REQUEST_TARGET_BRANCH_SHA']) ??
        readCommit(env['CI_MERGE_REQUEST_DIFF_BASE_SHA']),
      branch:
        filled(env['CI_MERGE_REQUEST_TARGET_BRANCH_NAME']) ?? wrong('CI_MERGE_REQUEST_TARGET_BRANCH_NAME'),
    },
    // Where the pipeline runs in the fork's own project, its secrets are the fork's own.
    fork: source === undefined || source !== env['CI_PROJECT_ID'],
  };
}

/** Of a merge request the project that it is for. */
function repositoryOf(env: Environment): CiRepository | undefined {
  const slug = filled(env['CI_MERGE_REQUEST_PROJECT_PATH']) ?? filled(env['CI_PROJECT_PATH']);
  const url = filled(env['CI_MERGE_REQUEST_PROJECT_URL']) ?? filled(env['CI_PROJECT_URL']);
  const apiUrl = filled(env['CI_API_V4_URL']);
  return slug && url && apiUrl ? { slug, url, apiUrl } : undefined;
}

function wrong(name: string): never {
  return fail('config', `${name} is missing, or is not what GitLab sets it to in a merge request`, {
    help: 'pass the CI_* variables on to where mlops runs',
  });
}
