// GitHub Actions, and the hosts that speak its words (Gitea, Forgejo).
// Variables: https://docs.github.com/actions/reference/workflows-and-actions/variables
import type { Environment } from '../../core/environment.ts';
import type { CiContext, CiEvent, CiRepository, PullRequest, Surroundings } from '../context.ts';
import { runOrder } from '../run-order.ts';
import { filled, readCommit } from '../variables.ts';
import { Payload } from './payload.ts';

export function githubContext(around: Surroundings): CiContext {
  const { env } = around;
  const eventName = env['GITHUB_EVENT_NAME'] ?? '';
  const payload = new Payload(around);
  const repository = repositoryOf(env);
  const plain: CiContext = {
    host: 'github',
    event: eventOf(eventName, payload),
    eventName,
    repository,
    pull: undefined,
    ranFor: undefined,
    branch: env['GITHUB_REF_TYPE'] === 'tag' ? undefined : filled(env['GITHUB_REF_NAME']),
    defaultBranch: payload.text('repository', 'default_branch'),
    guard: guardOf(env),
    head: readCommit(env['GITHUB_SHA']),
    before: undefined,
    runUrl: runUrlOf(env),
    run: runOrder(env['GITHUB_RUN_ID'], env['GITHUB_RUN_ATTEMPT']),
  };
  if (payload.has('pull_request')) return { ...plain, ...ofPull(pullOf(payload, repository)) };
  switch (eventName) {
    case 'workflow_run':
      return { ...plain, ...ofEarlierRun(payload) };
    case 'merge_group':
      return {
        ...plain,
        head: payload.commit('merge_group', 'head_sha') ?? plain.head,
        before: payload.commit('merge_group', 'base_sha'),
      };
    case 'push':
      // Of a branch that is gone, what is checked out is the default one.
      return payload.flag('deleted')
        ? { ...plain, branch: plain.defaultBranch }
        : { ...plain, before: payload.commit('before') };
    default:
      return plain;
  }
}

function eventOf(name: string, payload: Payload): CiEvent {
  switch (name) {
    case 'pull_request_target':
    case 'schedule':
    case 'workflow_run':
      return name;
    case 'push':
      return payload.flag('deleted') ? 'other' : 'push';
    case 'merge_group': // what will be pushed, once it is known to be good
      return 'push';
    case 'workflow_dispatch':
    case 'repository_dispatch':
      return 'manual';
    case 'issue_comment':
      // Anybody may write one, and what such jobs check out is often the pull request below which it was written.
      return payload.has('issue', 'pull_request') ? 'pull_request_target' : 'other';
    default:
      return payload.has('pull_request') ? 'pull_request' : 'other';
  }
}

function pullOf(payload: Payload, repository: CiRepository | undefined): PullRequest {
  const [head, base] = [['pull_request', 'head'] as const, ['pull_request', 'base'] as const];
  // A fork that was deleted since is null.
  const from = payload.text(...head, 'repo', 'full_name') ?? '';
  const into = payload.text(...base, 'repo', 'full_name') ?? repository?.slug;
  return {
    number: payload.required(payload.number('pull_request', 'number'), 'pull_request', 'number'),
    head: {
      sha: payload.required(payload.commit(...head, 'sha'), ...head, 'sha'),
      branch: payload.required(payload.text(...head, 'ref'), ...head, 'ref'),
      repository: from,
    },
    base: {
      sha: payload.commit(...base, 'sha'),
      branch: payload.required(payload.text(...base, 'ref'), ...base, 'ref'),
    },
    fork: from === '' || from !== into,
  };
}

function ofPull(pull: PullRequest): Pick<CiContext, 'pull' | 'branch' | 'head'> {
  return { pull, branch: pull.head.branch, head: pull.head.sha };
}

function ofEarlierRun(payload: Payload): Pick<CiContext, 'ranFor' | 'head' | 'branch' | 'runUrl' | 'run'> {
  const run = 'workflow_run';
  const sha = payload.required(payload.commit(run, 'head_sha'), run, 'head_sha');
  const branch = payload.required(payload.text(run, 'head_branch'), run, 'head_branch');
  const repository = payload.text(run, 'head_repository', 'full_name') ?? '';
  const ended = payload.text(run, 'conclusion') === 'success' ? 'well' : 'otherwise';
  return {
    ranFor: { sha, branch, repository, ended },
    head: sha,
    branch,
    runUrl: payload.text(run, 'html_url'),
    run: runOrder(payload.number(run, 'id'), payload.number(run, 'run_attempt')),
  };
}

function repositoryOf(env: Environment): CiRepository | undefined {
  const slug = filled(env['GITHUB_REPOSITORY']);
  if (slug === undefined) return undefined;
  const server = filled(env['GITHUB_SERVER_URL']) ?? 'https://github.com';
  return {
    slug,
    url: `${server}/${slug}`,
    apiUrl: filled(env['GITHUB_API_URL']) ?? 'https://api.github.com',
  };
}

function guardOf(env: Environment): CiContext['guard'] {
  const said = env['GITHUB_REF_PROTECTED'];
  return said === 'true' ? 'guarded' : said === 'false' ? 'open' : 'unknown';
}

function runUrlOf(env: Environment): string | undefined {
  const repository = repositoryOf(env);
  const run = filled(env['GITHUB_RUN_ID']);
  return repository && run ? `${repository.url}/actions/runs/${run}` : undefined;
}
