// All that CI is made of, on this machine: the demo in a bare repository behind a Git server that asks for a token, MinIO that gives
// roles to jobs, GitHub's API, a developer with a clone, and runners.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { type Host, type HostEvent, openHost } from '../actions-runner/host.ts';
import { type RunOptions, runWorkflow, type WorkflowDone } from '../actions-runner/run-workflow.ts';
import { type GithubStandIn, JOB, openGithub, type Pull, type Rights } from '../forge/github.ts';
import { startGitServer } from '../git-server.ts';
import { type Issuer, startIssuer } from './issuer.ts';
import { addPolicy, roleArn, roleSettings } from './minio-admin.ts';
import {
  createBucket,
  findProgram,
  howToGet,
  listBucket,
  MINIO,
  PROGRAM_ENV,
  type RunningS3,
  startProgram,
} from './s3-programs.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MLOPS = join(ROOT, 'bin/mlops.js');
const REPOSITORY = 'octo/weather';
const AUDIENCE = 'sts.amazonaws.com';

/** Of MinIO; undefined where there is none, and then that is said. */
export const minio = findProgram(MINIO);
if (minio === undefined) console.warn(howToGet(MINIO));

/** The cloud: one for a test file. */
export interface Cloud {
  readonly s3: RunningS3;
  readonly issuer: Issuer;
  stop(): Promise<void>;
}

/** Started before the tests of this file and stopped after them. Skip them where there is no `minio`. */
export function useCloud(): () => Cloud {
  let cloud: Cloud | undefined;
  beforeAll(async () => {
    if (minio !== undefined) cloud = await startCloud(minio);
  });
  afterAll(() => cloud?.stop());
  return () => cloud!;
}

async function startCloud(program: string): Promise<Cloud> {
  const issuer = await startIssuer();
  const s3 = await startProgram(MINIO, program, roleSettings(issuer, 'ci', AUDIENCE));
  await addPolicy(s3, 'ci', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:*'], Resource: ['arn:aws:s3:::*'] }],
  });
  return {
    s3,
    issuer,
    stop: async () => {
      await s3.stop();
      await issuer.close();
    },
  };
}

export interface Ground {
  readonly host: Host;
  readonly github: GithubStandIn;
  readonly bare: string;
  readonly bucket: string;
  /** A clone of theirs, with keys to the bucket. */
  readonly developer: Developer;
  /** Keys below a prefix of the bucket, without the prefix. */
  keys(prefix: string): Promise<string[]>;
  /** Pushes the developer's branch, and opens a pull request for it; or finds the one that is open. */
  pull(branch: string, repository?: string): Promise<Pull>;
  /** GitHub starts the workflow of `docs/ci/`. */
  run(workflow: string, event: HostEvent, options?: RunOptions): Promise<WorkflowDone>;
  /** Of a pull request as it stands. */
  pullEvent(pull: Pull): HostEvent;
  pushEvent(): HostEvent;
  scheduleEvent(): HostEvent;
  /** The run of `pull-request.yml` for a pull request is over. */
  afterRun(run: WorkflowDone, pull: Pull): HostEvent;
  /** `git` in the bare repository. */
  git(...args: readonly string[]): string;
}

/** The demo, run once by its developer, pushed to `main` with its bytes and runs in the bucket. */
export async function openGround(cloud: Cloud, bucket: string): Promise<Ground> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-ground-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  const bare = join(root, 'git', `${REPOSITORY}.git`);
  mkdirSync(dirname(bare), { recursive: true });
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', bare]);
  await createBucket(cloud.s3, bucket);
  const github = await openGithub({ repository: REPOSITORY, bare });
  const contents = new Map<string, unknown>();
  const server = await startGitServer(join(root, 'git'), ({ headers }, what) => {
    const basic = Buffer.from(headers.authorization?.replace(/^basic /i, '') ?? '', 'base64').toString();
    const right = contents.get(basic.replace(/^x-access-token:/, ''));
    return right === 'write' || (what === 'read' && right === 'read');
  });
  const token = (permissions: unknown, fork: boolean): string => {
    const given = (permissions ?? {}) as { readonly [scope: string]: 'read' | 'write' };
    const right = (scope: string): 'none' | 'read' | 'write' =>
      given[scope] === 'write' && fork ? 'read' : (given[scope] ?? 'none');
    const rights: Rights = {
      issues: right('issues'),
      pulls: right('pull-requests'),
      statuses: right('statuses'),
    };
    const made = github.tokenOf(JOB, rights);
    contents.set(made, right('contents'));
    return made;
  };
  const developer = new Developer(join(root, 'developer'), root);
  await developer.begin(cloud.s3.url, bucket, `file://${bare}`);
  const host = openHost({
    repository: REPOSITORY,
    private: true,
    gitUrl: `${server.url}/${REPOSITORY}.git`,
    apiUrl: github.url,
    secrets: {},
    vars: { MLOPS_ROLE: roleArn(AUDIENCE), MLOPS_REGION: 'us-east-1' },
    token,
    actions: { 'mlops/mlops': ROOT },
    idToken: {
      url: cloud.issuer.env['ACTIONS_ID_TOKEN_REQUEST_URL']!,
      token: cloud.issuer.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']!,
    },
    machine: { GIT_CONFIG_NOSYSTEM: '1' },
  });
  return ground({ host, github, bare, bucket, developer, list: () => listBucket(cloud.s3, bucket) });
}

interface Parts extends Pick<Ground, 'host' | 'github' | 'bare' | 'bucket' | 'developer'> {
  readonly list: () => Promise<string[]>;
}

function ground(parts: Parts): Ground {
  const { host, github, bare, developer, list } = parts;
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', bare, ...args], { encoding: 'utf8' }).trim();
  const repository = {
    full_name: REPOSITORY,
    name: 'weather',
    default_branch: 'main',
    private: host.private,
  };
  const pullEvent = (pull: Pull): HostEvent => {
    const sha = mergeOf(bare, pull);
    return {
      name: 'pull_request',
      payload: { action: 'synchronize', number: pull.number, repository, pull_request: pullPayload(pull) },
      ref: `refs/pull/${pull.number}/merge`,
      sha,
      headRef: pull.head.branch,
      baseRef: pull.base.branch,
    };
  };
  return {
    ...parts,
    git,
    keys: async (prefix) =>
      (await list()).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)),
    pullEvent,
    run: (workflow, event, options) => runWorkflow(host, join(ROOT, 'docs/ci', workflow), event, options),
    pull: async (branch, of = REPOSITORY) => {
      await developer.git('push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
      const head = { repository: of, branch, sha: git('rev-parse', branch) };
      const open = github.state.pulls.find((each) => each.head.branch === branch && each.state === 'open');
      if (!open) return github.openPull({ head, base: { branch: 'main', sha: git('rev-parse', 'main') } });
      const moved = { ...open, head };
      github.state.pulls.splice(github.state.pulls.indexOf(open), 1, moved);
      return moved;
    },
    pushEvent: () => {
      const [after, before] = git('rev-parse', 'main', 'main^').split('\n') as [string, string];
      const payload = { ref: 'refs/heads/main', before, after, repository };
      return { name: 'push', payload, ref: 'refs/heads/main', sha: after };
    },
    afterRun: ({ runId, conclusion }, { head }) => ({
      name: 'workflow_run',
      payload: {
        action: 'completed',
        repository,
        workflow_run: {
          id: runId,
          name: 'mlops',
          event: 'pull_request',
          conclusion,
          head_sha: head.sha,
          head_branch: head.branch,
          head_repository: { full_name: head.repository },
          html_url: `https://github.com/${REPOSITORY}/actions/runs/${runId}`,
        },
      },
      ref: 'refs/heads/main',
      sha: git('rev-parse', 'main'),
    }),
    scheduleEvent: () => ({
      name: 'schedule',
      payload: { schedule: '7 6 * * *', repository },
      ref: 'refs/heads/main',
      sha: git('rev-parse', 'main'),
    }),
  };
}

/** The merge that GitHub makes for a pull request and checks out: `refs/pull/N/merge`. */
function mergeOf(bare: string, { number, head, base }: Pull): string {
  const who = { GIT_AUTHOR_NAME: 'GitHub', GIT_AUTHOR_EMAIL: 'noreply@github.com' };
  const env = {
    ...process.env,
    ...who,
    GIT_COMMITTER_NAME: who.GIT_AUTHOR_NAME,
    GIT_COMMITTER_EMAIL: who.GIT_AUTHOR_EMAIL,
  };
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', bare, ...args], { encoding: 'utf8', env }).trim();
  const tree = git('merge-tree', '--write-tree', base.branch, head.sha).split('\n')[0]!;
  const parents = [git('rev-parse', base.branch), head.sha];
  const message = `Merge ${parents[1]} into ${parents[0]}`;
  const sha = git('commit-tree', tree, ...parents.flatMap((each) => ['-p', each]), '-m', message);
  git('update-ref', `refs/pull/${number}/merge`, sha);
  git('update-ref', `refs/pull/${number}/head`, head.sha);
  return sha;
}

function pullPayload({ number, head, base }: Pull): object {
  const side = (branch: string, sha: string, full: string): object => ({
    ref: branch,
    sha,
    repo: { full_name: full, fork: full !== REPOSITORY, html_url: `https://github.com/${full}` },
  });
  return {
    number,
    head: side(head.branch, head.sha, head.repository),
    base: side(base.branch, base.sha, REPOSITORY),
  };
}

/** Somebody with a clone, and keys. */
export class Developer {
  readonly path: string;
  readonly #home: string;

  constructor(path: string, home: string) {
    this.path = path;
    this.#home = home;
  }

  async begin(endpoint: string, bucket: string, origin: string): Promise<void> {
    await this.#do(process.execPath, [MLOPS, 'demo', '--no-play', this.path], dirname(this.path));
    await this.mlops('remote', 'add', '-d', 'shared', `s3://${bucket}/team`, '--endpoint', endpoint);
    await this.mlops('repro');
    await this.commit('first model');
    await this.mlops('push');
    await this.git('remote', 'add', 'origin', origin);
    await this.git('push', '-q', 'origin', 'HEAD:main');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.path, path)), { recursive: true });
    writeFileSync(join(this.path, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.path, path), 'utf8');
  }

  edit(path: string, change: (text: string) => string): void {
    this.write(path, change(this.read(path)));
  }

  mlops(...args: readonly string[]): Promise<string> {
    return this.#do(process.execPath, [MLOPS, ...args], this.path);
  }

  git(...args: readonly string[]): Promise<string> {
    return this.#do('git', args, this.path);
  }

  async commit(message: string): Promise<void> {
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', message);
  }

  #do(file: string, args: readonly string[], cwd: string): Promise<string> {
    const env = {
      PATH: process.env['PATH'],
      HOME: this.#home,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
      ...PROGRAM_ENV,
    };
    return new Promise((done, failed) => {
      execFile(file, args, { cwd, env, encoding: 'utf8' }, (error, stdout, stderr) => {
        if (error) failed(new Error(`${file} ${args.join(' ')}: ${stdout}${stderr}`));
        else done(stdout);
      });
    });
  }
}
