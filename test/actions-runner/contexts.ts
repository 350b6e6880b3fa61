// What a workflow run says of itself: the contexts of expressions, and the environment of every step.
import type { Contexts } from './expressions.ts';
import { type Host, type HostEvent, isFork } from './host.ts';
import type { WorkflowYaml } from './workflow-file.ts';

/** One run of a workflow. */
export interface Run {
  readonly host: Host;
  readonly event: HostEvent;
  readonly workflow: WorkflowYaml;
  readonly runId: number;
  readonly folder: string;
  /** Aborts: somebody presses Cancel. */
  readonly cancel: AbortSignal;
  /** Sees each line of the log as it comes. */
  readonly look: (line: string) => void;
}

/** Those that a job begins with: its steps add `steps` and `env`. */
export function contextsOf(run: Run, id: string): Contexts {
  const { host, event } = run;
  const token = host.token(permissionsOf(run, id), isFork(event, host.repository));
  return {
    github: { ...facts(run, id), token, event: event.payload },
    secrets: { GITHUB_TOKEN: token, ...(isFork(event, host.repository) ? {} : host.secrets) },
    env: {},
    vars: host.vars ?? {},
    matrix: {},
    strategy: {},
    inputs: { ...defaultInputs(run), ...(event.payload['inputs'] as object | undefined) },
    needs: {},
    steps: {},
    runner: {},
    job: {},
  };
}

/** The `github` context as variables: GITHUB_REF, …; its token and event are not among them. */
export function environmentOf(run: Run, id: string): { [name: string]: string } {
  return {
    ...run.host.machine,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    ...Object.fromEntries(
      Object.entries(facts(run, id)).map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, value]),
    ),
    ...idTokenEnv(run, id),
  };
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
function facts({ host, event, workflow, runId }: Run, id: string): { readonly [name: string]: string } {
  return {
    event_name: event.name,
    repository: host.repository,
    repository_owner: host.repository.split('/')[0]!,
    ref: event.ref,
    ref_name: event.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_protected: String(event.ref === 'refs/heads/main'),
    ref_type: event.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    sha: event.sha,
    head_ref: event.headRef ?? '',
    base_ref: event.baseRef ?? '',
    run_id: String(runId),
    run_number: String(runId),
    run_attempt: '1',
    workflow: workflow.name ?? '',
    job: id,
    actor: 'octocat',
    server_url: new URL(host.gitUrl).origin,
    api_url: host.apiUrl,
  };
}

/** Of a run that somebody starts by hand. */
function defaultInputs({ workflow: { on } }: Run): { [input: string]: unknown } {
  const dispatch = (on as { workflow_dispatch?: { inputs?: object } | null }).workflow_dispatch;
  const inputs = Object.entries(dispatch?.inputs ?? {}) as [string, { default?: unknown }][];
  return Object.fromEntries(inputs.map(([name, input]) => [name, input.default ?? '']));
}

function permissionsOf({ workflow }: Run, id: string): unknown {
  return workflow.jobs[id]!.permissions ?? workflow.permissions;
}

/** Where a token of OpenID Connect is to be had, for jobs that may ask. */
function idTokenEnv(run: Run, id: string): { [name: string]: string } {
  const { idToken, repository } = run.host;
  const permissions = permissionsOf(run, id) as { 'id-token'?: string } | undefined;
  if (!idToken || permissions?.['id-token'] !== 'write' || isFork(run.event, repository)) return {};
  return { ACTIONS_ID_TOKEN_REQUEST_URL: idToken.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: idToken.token };
}
