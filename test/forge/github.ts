// A server that behaves like the GitHub REST API for the calls that mlops makes, with what it keeps in plain sight. Every request and
// every answer is held against GitHub's public OpenAPI description; what breaks it fails the test. Of GraphQL it knows one question,
// who the token is, which the REST API answers no bot.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { branchesOf } from './branches.ts';
import { filled } from './filled.ts';
import { type Call, checkerOf, type Description } from './openapi.ts';
import { type Answer, type Faults, type Incoming, paged, startServer } from './server.ts';

export interface GithubStandIn extends Faults {
  /** Of the API. */
  readonly url: string;
  /** As of a job: the account `github-actions[bot]`, which may write everything. */
  readonly token: string;
  readonly state: GithubState;
  readonly log: string[];
  /** What broke the description so far; fails the test at its end. */
  readonly broken: string[];
  /** Another token. */
  tokenOf(account: Account, rights?: Rights): string;
  /** A pull request that is there; of a fork where `repository` is another. */
  openPull(pull: Partial<Pull> & Pick<Pull, 'head'>): Pull;
}

export interface GithubState {
  readonly repository: string;
  /** Branches of the repository → their commits. Read from `bare` where the stand-in was opened with one. */
  readonly branches: Map<string, string>;
  readonly comments: Comment[];
  readonly statuses: Status[];
  readonly pulls: Pull[];
  readonly issues: Issue[];
}

export interface Account {
  readonly login: string;
  readonly type: 'Bot' | 'User';
}

type Right = 'none' | 'read' | 'write';
export interface Rights {
  /** Default of each: write. */
  readonly issues?: Right;
  readonly pulls?: Right;
  readonly statuses?: Right;
  /** Whether it may write over what others wrote. Default true. */
  readonly edits?: boolean;
  /** Whether it may ask GraphQL. Default true. */
  readonly graphql?: boolean;
}

export interface Comment {
  readonly id: number;
  /** Of the issue or pull request. */
  readonly on: number;
  readonly by: Account;
  body: string;
}

export interface Status {
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly url: string | null;
  readonly by: Account;
}

export interface Pull {
  readonly number: number;
  readonly by: Account;
  readonly head: { readonly repository: string; readonly branch: string; readonly sha: string };
  readonly base: { readonly branch: string; readonly sha: string };
  title: string;
  body: string;
  state: 'open' | 'closed';
}

export interface Issue {
  readonly number: number;
  readonly by: Account;
  title: string;
  body: string;
  state: 'open' | 'closed';
  labels: readonly string[];
}

export interface GithubOptions {
  /** Default `octo/weather`. */
  readonly repository?: string;
  /** A bare Git repository, whose branches the repository then has. */
  readonly bare?: string;
  /** `/api/v3`: as a GitHub Enterprise server has it. */
  readonly under?: string;
}

export const JOB: Account = { login: 'github-actions[bot]', type: 'Bot' };

const FOLDER = resolve(import.meta.dirname, '../../fixtures/ci/github');
const DESCRIPTION = JSON.parse(readFileSync(`${FOLDER}/openapi.json`, 'utf8')) as Description;
const check = checkerOf(DESCRIPTION, { errors: ['basic-error', 'validation-error'] });
const COMMENT_LIMIT = 65_536;

/** Ends with the test, which fails if a request or an answer broke the description. */
export async function openGithub(options: GithubOptions = {}): Promise<GithubStandIn> {
  const { repository = 'octo/weather', bare, under = '' } = options;
  const tokens = new Map<string, { readonly account: Account; readonly rights: Rights }>();
  const state: GithubState = {
    repository,
    branches: bare === undefined ? new Map() : branchesOf(bare),
    comments: [],
    statuses: [],
    pulls: [],
    issues: [],
  };
  const broken: string[] = [];

  const server = await startServer((incoming) => {
    const request = { ...incoming, path: incoming.path.slice(under.length) };
    const holder = tokens.get((incoming.headers.authorization ?? '').replace(/^(token|bearer) /i, ''));
    if (request.path === '/graphql' || incoming.path === '/api/graphql') return graphql(request, holder);
    const call = incoming.path.startsWith(under) ? check(request) : undefined;
    const line = `${request.method} ${request.path}`;
    if (call === undefined) {
      broken.push(`${line}: no such call`);
      return error(404, 'Not Found');
    }
    broken.push(...call.problems.map((each) => `${line}: ${each}`));
    if (bare !== undefined) for (const [name, sha] of branchesOf(bare)) state.branches.set(name, sha);
    const given = !holder
      ? error(401, 'Bad credentials')
      : call.problems.length
        ? invalid('Request', undefined, 'Invalid request.')
        : new Github(state, `${server.url}${under}`, holder).answer(call, request);
    broken.push(...call.answer(given.status, given.body).map((each) => `${line}: ${each}`));
    return given;
  });
  onTestFinished(() => expect(broken, 'calls that GitHub’s description does not allow').toEqual([]));

  const tokenOf = (account: Account, rights: Rights = {}): string => {
    const token = `ghs_${String(tokens.size).padStart(36, 'S')}`;
    tokens.set(token, { account, rights });
    return token;
  };
  return {
    url: `${server.url}${under}`,
    token: tokenOf(JOB),
    state,
    log: server.log,
    broken,
    tokenOf,
    fail: server.fail,
    openPull: (pull) => {
      const made: Pull = {
        number: nextNumber(state),
        by: { login: 'ada', type: 'User' },
        base: { branch: 'main', sha: '0'.repeat(40) },
        title: 'A change',
        body: '',
        state: 'open',
        ...pull,
      };
      state.pulls.push(made);
      return made;
    },
  };
}

interface Holder {
  readonly account: Account;
  readonly rights: Rights;
}

function graphql(request: Incoming, holder: Holder | undefined): Answer {
  if (!holder) return error(401, 'Bad credentials');
  if (holder.rights.graphql === false) return error(403, 'Resource not accessible by integration');
  const { query } = request.body as { query?: string };
  if (query?.replace(/\s/g, '') !== '{viewer{login}}') return error(400, 'Problems parsing JSON');
  return { status: 200, body: { data: { viewer: { login: holder.account.login } } } };
}

class Github {
  readonly #state: GithubState;
  readonly #url: string;
  readonly #holder: Holder;

  constructor(state: GithubState, url: string, holder: Holder) {
    this.#state = state;
    this.#url = url;
    this.#holder = holder;
  }

  answer(call: Call, request: Incoming): Answer {
    const { owner, repo } = call.values;
    if (`${owner}/${repo}`.toLowerCase() !== this.#state.repository.toLowerCase())
      return error(404, 'Not Found');
    const body = (request.body ?? {}) as { readonly [name: string]: string & string[] };
    const number = Number(call.values['issue_number'] ?? call.values['pull_number']);
    switch (call.operation) {
      case 'issues/list-comments':
        return this.#listComments(number, request);
      case 'issues/create-comment':
        return this.#createComment(number, body['body']!);
      case 'issues/update-comment':
        return this.#changeComment(Number(call.values['comment_id']), body['body']!);
      case 'issues/delete-comment':
        return this.#changeComment(Number(call.values['comment_id']), undefined);
      case 'repos/list-commit-statuses-for-ref':
        return this.#listStatuses(call.values['ref']!, request);
      case 'repos/create-commit-status':
        return this.#createStatus(call.values['sha']!, body);
      case 'pulls/list':
        return this.#listPulls(request);
      case 'pulls/create':
        return this.#createPull(body);
      case 'pulls/update':
        return this.#updatePull(number, body);
      case 'issues/list':
      case 'issues/list-for-repo':
        return this.#listIssues(request);
      case 'issues/create':
        return this.#createIssue(body);
      case 'issues/update':
        return this.#updateIssue(number, body);
      default:
        return error(404, 'Not Found');
    }
  }

  #listComments(on: number, request: Incoming): Answer {
    const refused = this.#refused('read', 'issues', 'pulls');
    if (refused) return refused;
    if (!this.#thread(on)) return error(404, 'Not Found');
    const { page, headers } = paged(
      this.#state.comments.filter((each) => each.on === on),
      this.#url,
      request,
      30,
    );
    return { status: 200, headers, body: page.map((each) => this.#commentBody(each)) };
  }

  #createComment(on: number, body: string): Answer {
    const thread = this.#thread(on);
    // https://docs.github.com/rest/issues/comments: a pull request takes either right, an issue only its own.
    const refused = this.#refused('write', 'issues', ...(thread === 'pull' ? (['pulls'] as const) : []));
    if (refused) return refused;
    if (!thread) return error(404, 'Not Found');
    const problem = commentProblem(body);
    if (problem) return problem;
    const made = { id: nextId(this.#state.comments), on, by: this.#holder.account, body };
    this.#state.comments.push(made);
    return { status: 201, body: this.#commentBody(made) };
  }

  /** Undefined `body`: deletes it. */
  #changeComment(id: number, body: string | undefined): Answer {
    const at = this.#state.comments.findIndex((each) => each.id === id);
    const found = this.#state.comments[at];
    const refused = this.#refused('write', 'issues', 'pulls');
    if (refused) return refused;
    if (!found) return error(404, 'Not Found');
    if (found.by.login !== this.#holder.account.login && this.#holder.rights.edits === false)
      return error(403, 'Resource not accessible by integration');
    if (body === undefined) {
      this.#state.comments.splice(at, 1);
      return { status: 204 };
    }
    const problem = commentProblem(body);
    if (problem) return problem;
    found.body = body;
    return { status: 200, body: this.#commentBody(found) };
  }

  #listStatuses(sha: string, request: Incoming): Answer {
    const refused = this.#refused('read', 'statuses');
    if (refused) return refused;
    const newestFirst = this.#state.statuses.filter((each) => each.sha === sha).reverse();
    const { page, headers } = paged(newestFirst, this.#url, request, 30);
    return { status: 200, headers, body: page.map((each) => this.#statusBody(each)) };
  }

  #createStatus(sha: string, body: { readonly [name: string]: string | null }): Answer {
    const refused = this.#refused('write', 'statuses');
    if (refused) return refused;
    if ([...(body['description'] ?? '')].length > 140)
      return invalid('Status', 'description', 'description is too long (maximum is 140 characters)');
    if (!/^https?:/.test(body['target_url'] ?? 'http:'))
      return invalid('Status', 'target_url', 'target_url must use http(s) scheme');
    const made: Status = {
      sha,
      context: body['context'] ?? 'default',
      state: body['state']!,
      description: body['description'] ?? null,
      url: body['target_url'] ?? null,
      by: this.#holder.account,
    };
    this.#state.statuses.push(made);
    return { status: 201, body: this.#statusBody(made) };
  }

  #listPulls(request: Incoming): Answer {
    const refused = this.#refused('read', 'pulls');
    if (refused) return refused;
    const [state, head, base] = ['state', 'head', 'base'].map((name) => request.query.get(name));
    const found = this.#state.pulls.filter(
      (each) =>
        (state === 'all' || each.state === (state ?? 'open')) &&
        // Only `user:branch` filters; https://docs.github.com/rest/pulls/pulls.
        (!head?.includes(':') || isHead(head, each.head)) &&
        (base === null || base === each.base.branch),
    );
    const { page, headers } = paged(found.reverse(), this.#url, request, 30);
    return { status: 200, headers, body: page.map((each) => this.#pullBody('pull-request-simple', each)) };
  }

  #createPull(body: { readonly [name: string]: string }): Answer {
    const refused = this.#refused('write', 'pulls');
    if (refused) return refused;
    const branch = body['head']!.split(':').at(-1)!;
    const { repository, branches } = this.#state;
    const sha = branches.get(branch);
    const baseSha = branches.get(body['base']!);
    if (sha === undefined) return invalid('PullRequest', 'head');
    if (baseSha === undefined) return invalid('PullRequest', 'base');
    if (this.#state.pulls.some((each) => each.state === 'open' && each.head.branch === branch))
      return invalid(
        'PullRequest',
        undefined,
        `A pull request already exists for ${repository.split('/')[0]}:${branch}.`,
      );
    const made: Pull = {
      number: nextNumber(this.#state),
      by: this.#holder.account,
      head: { repository, branch, sha },
      base: { branch: body['base']!, sha: baseSha },
      title: body['title'] ?? '',
      body: body['body'] ?? '',
      state: 'open',
    };
    this.#state.pulls.push(made);
    return { status: 201, body: this.#pullBody('pull-request', made) };
  }

  #updatePull(number: number, body: { readonly [name: string]: string }): Answer {
    const refused = this.#refused('write', 'pulls');
    if (refused) return refused;
    const found = this.#state.pulls.find((each) => each.number === number);
    if (!found) return error(404, 'Not Found');
    Object.assign(found, body);
    return { status: 200, body: this.#pullBody('pull-request', found) };
  }

  /** Pull requests are issues too: https://docs.github.com/rest/issues/issues. */
  #listIssues(request: Incoming): Answer {
    const refused = this.#refused('read', 'issues', 'pulls');
    if (refused) return refused;
    const state = request.query.get('state') ?? 'open';
    const all: (Issue | Pull)[] = [...this.#state.issues, ...this.#state.pulls];
    const found = all
      .filter((each) => state === 'all' || each.state === state)
      .sort((a, b) => b.number - a.number);
    const { page, headers } = paged(found, this.#url, request, 30);
    return { status: 200, headers, body: page.map((each) => this.#issueBody(each)) };
  }

  #createIssue(body: { readonly [name: string]: string & string[] }): Answer {
    const refused = this.#refused('write', 'issues');
    if (refused) return refused;
    const problem = commentProblem(body['body'] ?? 'x');
    if (problem) return problem;
    const made: Issue = {
      number: nextNumber(this.#state),
      by: this.#holder.account,
      title: body['title']!,
      body: body['body'] ?? '',
      state: 'open',
      labels: body['labels'] ?? [],
    };
    this.#state.issues.push(made);
    return { status: 201, body: this.#issueBody(made) };
  }

  #updateIssue(number: number, body: { readonly [name: string]: unknown }): Answer {
    const refused = this.#refused('write', 'issues');
    if (refused) return refused;
    // A pull request is an issue too.
    const { issues, pulls } = this.#state;
    const found = [...issues, ...pulls].find((each) => each.number === number);
    if (!found) return error(404, 'Not Found');
    const { state_reason, ...rest } = body;
    Object.assign(found, rest);
    return { status: 200, body: this.#issueBody(found) };
  }

  #thread(number: number): 'issue' | 'pull' | undefined {
    if (this.#state.pulls.some((each) => each.number === number)) return 'pull';
    return this.#state.issues.some((each) => each.number === number) ? 'issue' : undefined;
  }

  /** Undefined where one of the rights is enough. */
  #refused(need: 'read' | 'write', ...any: readonly ('issues' | 'pulls' | 'statuses')[]): Answer | undefined {
    const { account, rights } = this.#holder;
    const levels = any.map((name) => rights[name] ?? 'write');
    if (levels.some((level) => level === 'write' || level === need)) return undefined;
    // Of what a token may not even see, GitHub says that it is not there.
    if (levels.every((level) => level === 'none') && account.type === 'User') return error(404, 'Not Found');
    return error(
      403,
      `Resource not accessible by ${account.type === 'Bot' ? 'integration' : 'personal access token'}`,
    );
  }

  #commentBody({ id, on, by, body }: Comment): unknown {
    const { repository } = this.#state;
    return filled(DESCRIPTION, 'issue-comment', {
      id,
      body,
      user: this.#user(by),
      url: `${this.#url}/repos/${repository}/issues/comments/${id}`,
      html_url: `https://github.com/${repository}/issues/${on}#issuecomment-${id}`,
    });
  }

  #statusBody({ context, state, description, url, by }: Status): unknown {
    return filled(DESCRIPTION, 'status', {
      context,
      state,
      description,
      target_url: url,
      creator: this.#user(by),
    });
  }

  #pullBody(schema: 'pull-request' | 'pull-request-simple', pull: Pull): unknown {
    const side = (slug: string, branch: string, sha: string): { readonly [name: string]: unknown } => ({
      label: `${slug.split('/')[0]}:${branch}`,
      ref: branch,
      sha,
      repo: { full_name: slug, name: slug.split('/')[1] },
      user: this.#user({ login: slug.split('/')[0]!, type: 'User' }),
    });
    const { repository, branches } = this.#state;
    const { head, base } = pull;
    const now = head.repository === repository ? (branches.get(head.branch) ?? head.sha) : head.sha;
    return filled(DESCRIPTION, schema, {
      number: pull.number,
      title: pull.title,
      body: pull.body,
      state: pull.state,
      html_url: `https://github.com/${repository}/pull/${pull.number}`,
      user: this.#user(pull.by),
      head: side(head.repository, head.branch, now),
      base: side(repository, base.branch, base.sha),
      auto_merge: null,
    });
  }

  #issueBody(each: Issue | Pull): unknown {
    const { repository } = this.#state;
    const isPull = 'head' in each;
    const page = `https://github.com/${repository}/${isPull ? 'pull' : 'issues'}/${each.number}`;
    return filled(DESCRIPTION, 'issue', {
      number: each.number,
      title: each.title,
      body: each.body,
      state: each.state,
      html_url: page,
      user: this.#user(each.by),
      labels: isPull ? [] : each.labels.map((name) => ({ name })),
      ...(isPull ? { pull_request: { url: null, html_url: page, diff_url: null, patch_url: null } } : {}),
    });
  }

  #user({ login, type }: Account): { readonly [name: string]: unknown } {
    return filled(DESCRIPTION, 'simple-user', { login, type });
  }
}

/** `owner:branch`, the owner in either case. */
function isHead(text: string, { repository, branch }: Pull['head']): boolean {
  const [owner, name] = text.split(':');
  return owner?.toLowerCase() === repository.split('/')[0]?.toLowerCase() && name === branch;
}

function commentProblem(body: string): Answer | undefined {
  if (body.trim() === '') return invalid('IssueComment', 'body', "Body can't be blank");
  if ([...body].length <= COMMENT_LIMIT) return undefined;
  return invalid('IssueComment', 'body', `body is too long (maximum is ${COMMENT_LIMIT} characters)`);
}

function error(status: number, message: string): Answer {
  return {
    status,
    body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
  };
}

function invalid(resource: string, field: string | undefined, message?: string): Answer {
  const one = {
    resource,
    code: message === undefined ? 'invalid' : 'custom',
    ...(field && { field }),
    ...(message && { message }),
  };
  return {
    status: 422,
    body: { message: 'Validation Failed', errors: [one], documentation_url: 'https://docs.github.com/rest' },
  };
}

function nextNumber({ pulls, issues }: GithubState): number {
  return Math.max(0, ...pulls.map((each) => each.number), ...issues.map((each) => each.number)) + 1;
}

function nextId(comments: readonly Comment[]): number {
  return Math.max(1000, ...comments.map((each) => each.id)) + 1;
}
