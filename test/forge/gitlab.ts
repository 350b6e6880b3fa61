// A server that behaves like the GitLab REST API for the calls that mlops makes, with what it keeps in plain sight. Every request and
// every answer is held against GitLab's public description; what breaks it fails the test.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { branchesOf } from './branches.ts';
import { filled } from './filled.ts';
import { type Call, checkerOf, type Description } from './openapi.ts';
import { type Answer, type Faults, type Incoming, paged, startServer } from './server.ts';

export interface GitlabStandIn extends Faults {
  /** Of the API: `http://127.0.0.1:1234/api/v4`. */
  readonly url: string;
  /** Of a project's own bot, which may write everything. */
  readonly token: string;
  readonly state: GitlabState;
  readonly log: string[];
  /** What broke the description so far; fails the test at its end. */
  readonly broken: string[];
  /** Another token. `job`: as CI_JOB_TOKEN, which may write nothing. */
  tokenOf(user: User, may?: 'write' | 'read' | 'job'): string;
  /** A merge request that is there; of a fork where `project` is another. */
  openMerge(merge: Partial<Merge> & Pick<Merge, 'head'>): Merge;
}

export interface GitlabState {
  /** The path of the project, and of its forks → id. */
  readonly projects: Map<string, number>;
  /** Branches of the project → their commits. Read from `bare` where the stand-in was opened with one. */
  readonly branches: Map<string, string>;
  readonly notes: Note[];
  readonly statuses: Status[];
  readonly merges: Merge[];
  readonly issues: Issue[];
  readonly uploads: { readonly name: string; readonly size: number }[];
  /** Commands that somebody's text gave: `/close`. */
  readonly actions: string[];
}

export interface User {
  readonly id: number;
  readonly username: string;
}

export interface Note {
  readonly id: number;
  readonly on: { readonly kind: 'merge_requests' | 'issues'; readonly iid: number };
  readonly by: User;
  readonly system: boolean;
  body: string;
}

export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly name: string;
  readonly by: User;
  state: string;
  description: string | undefined;
  url: string | undefined;
}

export interface Merge {
  readonly iid: number;
  readonly by: User;
  readonly head: { readonly project: string; readonly branch: string; readonly sha: string };
  readonly base: string;
  title: string;
  description: string;
  state: 'opened' | 'closed';
}

export interface Issue {
  readonly iid: number;
  readonly by: User;
  title: string;
  description: string;
  labels: readonly string[];
  state: 'opened' | 'closed';
}

export interface GitlabOptions {
  /** Default `lab/weather/model`: a group in a group. */
  readonly project?: string;
  /** A bare Git repository, whose branches the project then has. */
  readonly bare?: string;
  /** `/gitlab`: an instance that lives below its host. */
  readonly under?: string;
}

export const BOT: User = { id: 77, username: 'project_7_bot' };

const FOLDER = resolve(import.meta.dirname, '../../fixtures/ci/gitlab');
const DESCRIPTION = JSON.parse(readFileSync(`${FOLDER}/openapi.json`, 'utf8')) as Description;
const check = checkerOf(DESCRIPTION, { errors: ['Trouble'] });
const NOTE_LIMIT = 1_000_000;

/** Ends with the test, which fails if a request or an answer broke the description. */
export async function openGitlab(options: GitlabOptions = {}): Promise<GitlabStandIn> {
  const { project = 'lab/weather/model', bare, under = '' } = options;
  const tokens = new Map<string, Holder>();
  const state: GitlabState = {
    projects: new Map([[project, 7]]),
    branches: bare === undefined ? new Map() : branchesOf(bare),
    notes: [],
    statuses: [],
    merges: [],
    issues: [],
    uploads: [],
    actions: [],
  };
  const broken: string[] = [];

  const server = await startServer((incoming) => {
    const request = { ...incoming, path: incoming.path.slice(under.length) };
    const call = incoming.path.startsWith(under) ? check(request) : undefined;
    const line = `${request.method} ${request.path}`;
    if (call === undefined) {
      broken.push(`${line}: no such call`);
      return { status: 404, body: { error: '404 Not Found' } };
    }
    broken.push(...call.problems.map((each) => `${line}: ${each}`));
    if (bare !== undefined) for (const [name, sha] of branchesOf(bare)) state.branches.set(name, sha);
    const holder = holderOf(tokens, incoming);
    const given = !holder
      ? refusal(401, '401 Unauthorized')
      : call.problems.length
        ? { status: 400, body: { error: call.problems.join(', ') } }
        : new Gitlab(state, server.url, holder).answer(call, request);
    broken.push(...call.answer(given.status, given.body).map((each) => `${line}: ${each}`));
    return given;
  });
  onTestFinished(() => expect(broken, 'calls that GitLab’s description does not allow').toEqual([]));

  const tokenOf = (user: User, may: Holder['may'] = 'write'): string => {
    const token = `${may === 'job' ? 'glcbt' : 'glpat'}-${String(tokens.size).padStart(20, 'L')}`;
    tokens.set(token, { user, may });
    return token;
  };
  return {
    url: `${server.url}${under}/api/v4`,
    token: tokenOf(BOT),
    state,
    log: server.log,
    broken,
    tokenOf,
    fail: server.fail,
    openMerge: (merge) => {
      const made: Merge = {
        iid: state.merges.length + 1,
        by: { id: 2, username: 'ada' },
        base: 'main',
        title: 'A change',
        description: '',
        state: 'opened',
        ...merge,
      };
      if (!state.projects.has(made.head.project))
        state.projects.set(made.head.project, 100 + state.projects.size);
      state.merges.push(made);
      return made;
    },
  };
}

interface Holder {
  readonly user: User;
  readonly may: 'write' | 'read' | 'job';
}

/** A token in the wrong header is none. */
function holderOf(tokens: ReadonlyMap<string, Holder>, { headers }: Incoming): Holder | undefined {
  const own = tokens.get(String(headers['private-token']));
  if (own && own.may !== 'job') return own;
  const job = tokens.get(String(headers['job-token']));
  return job?.may === 'job' ? job : undefined;
}

class Gitlab {
  readonly #state: GitlabState;
  readonly #url: string;
  readonly #holder: Holder;

  constructor(state: GitlabState, url: string, holder: Holder) {
    this.#state = state;
    this.#url = url;
    this.#holder = holder;
  }

  answer(call: Call, request: Incoming): Answer {
    const { may, user } = this.#holder;
    // https://docs.gitlab.com/ci/jobs/ci_job_token/: none of these calls is among those that take one.
    if (may === 'job') return refusal(401, '401 Unauthorized');
    if (may === 'read' && request.method !== 'GET') return SCOPE;
    if (call.operation === 'getApiV4User')
      return {
        status: 200,
        body: filled(DESCRIPTION, 'Me', { ...user, name: user.username, state: 'active' }),
      };
    const path = call.values['id']!;
    const id = this.#state.projects.get(path);
    if (id === undefined) return refusal(404, '404 Project Not Found');
    const body = (request.body ?? {}) as { readonly [name: string]: string };
    const iid = Number(call.values['iid'] ?? call.values['merge_request_iid'] ?? call.values['issue_iid']);
    const kind = call.operation.includes('issues') ? 'issues' : 'merge_requests';
    switch (call.operation) {
      case 'getApiV4ProjectsId':
        return { status: 200, body: { id, path_with_namespace: path } };
      case `list ${kind} notes`:
        return this.#listNotes({ kind, iid }, request);
      case `create ${kind} note`:
        return this.#createNote({ kind, iid }, body['body']!);
      case `change ${kind} note`:
        return this.#changeNote(Number(call.values['note_id']), body['body']!);
      case `delete ${kind} note`:
        return this.#changeNote(Number(call.values['note_id']), undefined);
      case 'getApiV4ProjectsIdRepositoryCommitsShaStatuses':
        return this.#listStatuses(call.values['sha']!, request);
      case 'postApiV4ProjectsIdStatusesSha':
        return this.#setStatus(call.values['sha']!, body);
      case 'getApiV4ProjectsIdMergeRequests':
        return this.#listMerges(request);
      case 'postApiV4ProjectsIdMergeRequests':
        return this.#createMerge(path, body);
      case 'putApiV4ProjectsIdMergeRequestsMergeRequestIid':
        return this.#updateMerge(iid, body);
      case 'getApiV4ProjectsIdIssues':
        return this.#listIssues(request);
      case 'postApiV4ProjectsIdIssues':
        return this.#createIssue(body);
      case 'putApiV4ProjectsIdIssuesIssueIid':
        return this.#updateIssue(iid, body);
      case 'postApiV4ProjectsIdUploads':
        return this.#upload(request);
      default:
        return refusal(404, '404 Not Found');
    }
  }

  #listNotes(on: Note['on'], request: Incoming): Answer {
    if (!this.#thread(on)) return refusal(404, '404 Not found');
    const oldestFirst = this.#state.notes.filter((each) => sameThread(each.on, on));
    const sorted = request.query.get('sort') === 'asc' ? oldestFirst : oldestFirst.reverse();
    const { page, headers } = paged(sorted, this.#url, request, 20);
    return { status: 200, headers, body: page.map((each) => this.#noteBody(each)) };
  }

  #createNote(on: Note['on'], body: string): Answer {
    if (!this.#thread(on)) return refusal(404, '404 Not found');
    const problem = noteProblem(body);
    if (problem) return problem;
    const made: Note = {
      id: nextId(this.#state.notes),
      on,
      by: this.#holder.user,
      system: false,
      body: this.#withoutActions(body),
    };
    this.#state.notes.push(made);
    return { status: 201, body: this.#noteBody(made) };
  }

  /** Undefined `body`: deletes it. */
  #changeNote(id: number, body: string | undefined): Answer {
    const at = this.#state.notes.findIndex((each) => each.id === id);
    const found = this.#state.notes[at];
    if (!found) return refusal(404, '404 Note Not Found');
    if (found.by.id !== this.#holder.user.id) return refusal(403, '403 Forbidden');
    if (body === undefined) {
      this.#state.notes.splice(at, 1);
      return { status: 204 };
    }
    const problem = noteProblem(body);
    if (problem) return problem;
    found.body = this.#withoutActions(body);
    return { status: 200, body: this.#noteBody(found) };
  }

  #listStatuses(sha: string, request: Incoming): Answer {
    const name = request.query.get('name');
    const all = this.#state.statuses.filter((each) => each.sha === sha && (name ?? each.name) === each.name);
    const latest = all.filter((each, at) => !all.slice(at + 1).some((later) => later.name === each.name));
    const { page, headers } = paged(
      request.query.get('all') === 'true' ? all : latest,
      this.#url,
      request,
      20,
    );
    return { status: 200, headers, body: page.map((each) => this.#statusBody(each)) };
  }

  /** The one that has not ended goes on; https://docs.gitlab.com/api/commits/#set-commit-pipeline-status. */
  #setStatus(sha: string, body: { readonly [name: string]: string }): Answer {
    const name = body['name'] ?? body['context'] ?? 'default';
    if ([...(body['description'] ?? '')].length > 255)
      return refusal(400, { description: ['is too long (maximum is 255 characters)'] });
    const going = this.#state.statuses.find(
      (each) => each.sha === sha && each.name === name && ['pending', 'running'].includes(each.state),
    );
    if (going && body['state'] === 'pending')
      return refusal(
        400,
        `Cannot transition status via :enqueue from :${going.state} (Reason(s): Status cannot transition via "enqueue")`,
      );
    const status: Status = going ?? {
      id: 1 + this.#state.statuses.length,
      sha,
      name,
      by: this.#holder.user,
      state: '',
      description: undefined,
      url: undefined,
    };
    if (!going) this.#state.statuses.push(status);
    status.state = body['state']!;
    status.description = body['description'];
    status.url = body['target_url'];
    return { status: 201, body: this.#statusBody(status) };
  }

  #listMerges(request: Incoming): Answer {
    const [state, source, target, project] = [
      'state',
      'source_branch',
      'target_branch',
      'source_project_id',
    ].map((name) => request.query.get(name));
    const found = this.#state.merges.filter(
      (each) =>
        (state ?? each.state) === each.state &&
        (source ?? each.head.branch) === each.head.branch &&
        (target ?? each.base) === each.base &&
        (project ?? String(this.#state.projects.get(each.head.project))) ===
          String(this.#state.projects.get(each.head.project)),
    );
    const { page, headers } = paged(found.reverse(), this.#url, request, 20);
    return { status: 200, headers, body: page.map((each) => this.#mergeBody(each)) };
  }

  #createMerge(project: string, body: { readonly [name: string]: string }): Answer {
    const { branches, merges } = this.#state;
    const [branch, base] = [body['source_branch']!, body['target_branch']!];
    const sha = branches.get(branch);
    const there = merges.find(
      (each) => each.head.branch === branch && each.base === base && each.state === 'opened',
    );
    if (sha === undefined) return refusal(400, { source_branch: ['does not exist'] });
    if (there)
      return refusal(409, [
        `Another open merge request already exists for this source branch: !${there.iid}`,
      ]);
    const made: Merge = {
      iid: merges.length + 1,
      by: this.#holder.user,
      head: { project, branch, sha },
      base,
      title: body['title']!,
      description: this.#withoutActions(body['description'] ?? ''),
      state: 'opened',
    };
    merges.push(made);
    return { status: 201, body: this.#mergeBody(made) };
  }

  #updateMerge(iid: number, body: { readonly [name: string]: string }): Answer {
    const found = this.#state.merges.find((each) => each.iid === iid);
    if (!found) return refusal(404, '404 Not found');
    found.title = body['title'] ?? found.title;
    found.description = this.#withoutActions(body['description'] ?? found.description);
    return { status: 200, body: this.#mergeBody(found) };
  }

  #listIssues(request: Incoming): Answer {
    const [state, author] = ['state', 'author_id'].map((name) => request.query.get(name));
    const found = this.#state.issues.filter(
      (each) => (state ?? each.state) === each.state && (author ?? String(each.by.id)) === String(each.by.id),
    );
    const { page, headers } = paged(found.reverse(), this.#url, request, 20);
    return { status: 200, headers, body: page.map((each) => this.#issueBody(each)) };
  }

  #createIssue(body: { readonly [name: string]: string }): Answer {
    const made: Issue = {
      iid: this.#state.issues.length + 1,
      by: this.#holder.user,
      title: body['title']!,
      description: this.#withoutActions(body['description'] ?? ''),
      labels: labelsOf(body['labels']),
      state: 'opened',
    };
    this.#state.issues.push(made);
    return { status: 201, body: this.#issueBody(made) };
  }

  #updateIssue(iid: number, body: { readonly [name: string]: string }): Answer {
    const found = this.#state.issues.find((each) => each.iid === iid);
    if (!found) return refusal(404, '404 Not found');
    found.title = body['title'] ?? found.title;
    found.description = this.#withoutActions(body['description'] ?? found.description);
    found.labels = [...new Set([...found.labels, ...labelsOf(body['add_labels'])])];
    if (body['state_event'] === 'close') found.state = 'closed';
    return { status: 200, body: this.#issueBody(found) };
  }

  /** https://docs.gitlab.com/api/project_markdown_uploads/. */
  #upload({ files }: Incoming): Answer {
    const file = files.get('file');
    if (!file) return { status: 400, body: { error: 'file is invalid' } };
    const { uploads } = this.#state;
    uploads.push(file);
    const url = `/uploads/${String(uploads.length).padStart(32, '0')}/${file.name}`;
    return {
      status: 201,
      body: {
        id: uploads.length,
        alt: file.name.replace(/\.\w+$/, ''),
        url,
        full_path: `/-/project/7${url}`,
        markdown: `![${file.name}](${url})`,
      },
    };
  }

  /** A line of a text that is a command is carried out, and is gone: https://docs.gitlab.com/user/project/quick_actions/. */
  #withoutActions(text: string): string {
    return text
      .split('\n')
      .filter((line) => {
        const action = /^\/(approve|assign|close|draft|label|merge|reopen|title)( |$)/.test(line);
        if (action) this.#state.actions.push(line);
        return !action;
      })
      .join('\n')
      .trimEnd();
  }

  #thread({ kind, iid }: Note['on']): boolean {
    const threads = kind === 'issues' ? this.#state.issues : this.#state.merges;
    return threads.some((each) => each.iid === iid);
  }

  #noteBody({ id, body, by, system, on }: Note): unknown {
    return filled(DESCRIPTION, 'Note', {
      id,
      body,
      system,
      author: { ...by, name: by.username, state: 'active' },
      noteable_type: on.kind === 'issues' ? 'Issue' : 'MergeRequest',
      noteable_iid: on.iid,
    });
  }

  #statusBody({ id, sha, name, state, description, url, by }: Status): unknown {
    return {
      id,
      sha,
      name,
      status: state,
      ...(description !== undefined && { description }),
      ...(url !== undefined && { target_url: url }),
      author: { ...by, name: by.username, state: 'active' },
    };
  }

  #mergeBody({ iid, by, head, base, title, description, state }: Merge): unknown {
    const [project] = this.#state.projects.keys();
    const sha = head.project === project ? (this.#state.branches.get(head.branch) ?? head.sha) : head.sha;
    return {
      id: 1000 + iid,
      iid,
      project_id: 7,
      title,
      description,
      state,
      author: by,
      source_branch: head.branch,
      target_branch: base,
      source_project_id: this.#state.projects.get(head.project),
      target_project_id: 7,
      sha,
      web_url: `${this.#url}/${project}/-/merge_requests/${iid}`,
    };
  }

  #issueBody({ iid, by, title, description, labels, state }: Issue): unknown {
    const [project] = this.#state.projects.keys();
    return {
      id: 2000 + iid,
      iid,
      project_id: 7,
      title,
      description,
      labels,
      state,
      author: by,
      web_url: `${this.#url}/${project}/-/issues/${iid}`,
    };
  }
}

const SCOPE: Answer = {
  status: 403,
  body: {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: 'api',
  },
};

function refusal(status: number, message: unknown): Answer {
  return { status, body: { message } };
}

function noteProblem(body: string): Answer | undefined {
  if (body.trim() === '') return refusal(400, { note: ["can't be blank"] });
  if ([...body].length <= NOTE_LIMIT) return undefined;
  return refusal(400, { note: [`is too long (maximum is ${NOTE_LIMIT} characters)`] });
}

function sameThread(a: Note['on'], b: Note['on']): boolean {
  return a.kind === b.kind && a.iid === b.iid;
}

/** A list, or words between commas. */
function labelsOf(given: unknown): string[] {
  if (Array.isArray(given)) return given as string[];
  return String(given ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

function nextId(notes: readonly Note[]): number {
  return Math.max(300, ...notes.map((each) => each.id)) + 1;
}
