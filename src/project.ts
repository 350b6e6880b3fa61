// Opens what a command needs, each part when it is first asked for: repository, config, pipeline, locks, store, remote.
// Functions below the commands never see a Project; they take the two or three parts they use.

import { readFileSync, statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { cacheScopes } from './config/cache-scopes.ts';
import type { Config } from './config/config.ts';
import { Settings } from './config/settings.ts';
import type { Environment } from './core/environment.ts';
import type { Report } from './core/event.ts';
import { failure, MlopsError } from './core/failure.ts';
import type { CommitId, RepoPath } from './core/ids.ts';
import type { JsonObject } from './core/json.ts';
import type { Pipeline, Stage } from './core/pipeline.ts';
import { filesNamed, trackedAnyway } from './git/files.ts';
import { resolveCommit } from './git/history.ts';
import { convertedAmong } from './git/line-ends.ts';
import { type Repository, requireRepository } from './git/repository.ts';
import { loadPipeline } from './pipeline/load.ts';
import { readParams } from './pipeline/params.ts';
import { openRemote } from './remote/open.ts';
import type { Remote } from './remote/remote.ts';
import { noRequests, type Requests } from './remote/requests.ts';
import type { TransferContext } from './remote/transfer.ts';
import { actions } from './run/actions/registry.ts';
import type { CachePolicy, RunContext, StateDirs } from './run/context.ts';
import { exclusively } from './run/exclusively.ts';
import { localExecutor } from './run/executors/local.ts';
import { LockBook } from './run/lock-book.ts';
import { originOf } from './run/record.ts';
import { RemoteRuns } from './run/remote-runs.ts';
import { openClaims } from './run/stage-claim.ts';
import { removeTemporaries } from './store/temporary.ts';
import { openWorkspace, type Workspace } from './store/workspace.ts';
import { orAbsent } from './util/errno.ts';
import { VERSION } from './util/version.ts';

export interface OpenOptions {
  readonly cwd: string;
  readonly env: Environment;
  /** Where the values of `secrets:` come from, when `env` is without them. */
  readonly secretEnv?: OpenOptions['env'];
  readonly signal: AbortSignal;
  readonly self: readonly string[];
  readonly report: Report;
  /** Where it is known: Git is not asked. */
  readonly repo?: Repository;
  /** Instead of the files of that work tree: `local.yaml` belongs to the one in which the user works. */
  readonly config?: Config;
  /** The work tree does not outlive the command. */
  readonly passing?: true;
  /** The pipeline.yaml files that it begins with, where they are known: Git is not asked. */
  readonly pipelineFiles?: readonly RepoPath[];
}

export class Project {
  readonly repo: Repository;
  readonly settings: Settings;
  readonly config: Config;
  readonly state: StateDirs;
  /** Folder the command was typed in, relative to the top level. */
  readonly dir: RepoPath | '';
  readonly #options: OpenOptions;
  #pipeline: Pipeline | undefined;
  #workspace: Workspace | undefined;
  #locks: LockBook | undefined;
  #claims: RunContext['claims'] | undefined;
  /** What the buckets of this command were asked so far. */
  readonly requests: Requests = noRequests();
  readonly #remotes = new Map<string, Promise<Remote>>();

  /** @throws MlopsError when `cwd` is in no repository or a config file is wrong. */
  constructor(options: OpenOptions) {
    this.#options = options;
    this.repo = options.repo ?? requireRepository(options.cwd);
    this.settings = new Settings(this.repo, options.env, options.config);
    this.config = this.settings.config;
    const shared = `${this.repo.commonDir}/mlops`;
    this.state = { shared, worktree: `${this.repo.gitDir}/mlops`, remotes: `${shared}/remotes` };
    this.dir = relative(
      this.repo.top,
      orAbsent(() => process.cwd(), options.cwd),
    )
      .split(sep)
      .join('/') as RepoPath | '';
  }

  /** Every pipeline.yaml as one graph. @throws MlopsError with all problems of all files. */
  get pipeline(): Pipeline {
    this.#pipeline ??= this.#load(this.#options.pipelineFiles);
    return this.#pipeline;
  }

  /** As it stands in the files at this moment; what the command works with stays as it was. */
  pipelineNow(): Pipeline {
    return this.#load();
  }

  /** Like `pipeline`, with a way out where there is none yet. */
  requirePipeline(): Pipeline {
    const { pipeline } = this;
    if (pipeline.files.length === 0)
      throw new MlopsError(
        failure('config', 'there is no pipeline.yaml in this repository', {
          help: 'mlops init, then: mlops stage add',
        }),
      );
    return pipeline;
  }

  get signal(): AbortSignal {
    return this.#options.signal;
  }

  get claims(): RunContext['claims'] {
    this.#claims ??= openClaims(this.state);
    return this.#claims;
  }

  get workspace(): Workspace {
    this.#workspace ??= openWorkspace({
      top: this.repo.top,
      gitDir: this.repo.gitDir,
      commonDir: this.repo.commonDir,
      ...(this.config.store.dir === undefined ? {} : { storeDir: this.config.store.dir }),
      allowOutside: this.config.allowOutside,
      trackedAnyway: this.#trackedAnyway(),
      warn: (text) => this.#options.report({ kind: 'warning', text }),
      report: this.#options.report,
    });
    return this.#workspace;
  }

  get locks(): LockBook {
    if (!this.#locks) {
      this.#locks = new LockBook(
        this.repo.top,
        this.pipeline,
        (path, write) => this.#exclusively(path, [path], write),
        { durable: !this.#options.passing },
      );
      for (const text of this.#locks.warnings) this.#options.report({ kind: 'warning', text });
    }
    return this.#locks;
  }

  /** Edits pipeline.yaml files and what follows from them, one process at a time: what `edit` reads is as others left it. */
  editing<T>(edit: () => T): T {
    const files = this.pipeline.files.map((file) => file.path);
    return this.#exclusively('pipeline', [...files, 'pipeline.yaml' as RepoPath], edit);
  }

  /** What a killed process left beside `files` goes before anybody writes them again. */
  #exclusively<T>(name: string, files: readonly RepoPath[], work: () => T): T {
    return exclusively(this.claims.worktree, `lock:${name}`, work, (dead) => {
      for (const folder of new Set(files.map((file) => dirname(`${this.repo.top}/${file}`))))
        removeTemporaries(folder, dead.pid, { below: false });
    });
  }

  /** Forgets the pipeline and its locks after a command edited pipeline.yaml. */
  reload(): void {
    this.#pipeline = undefined;
    this.#locks = undefined;
  }

  read(path: RepoPath): string | undefined {
    const absolute = `${this.repo.top}/${path}`;
    const found = orAbsent(() => statSync(absolute, { throwIfNoEntry: false }), undefined);
    if (found && !found.isFile() && !found.isDirectory())
      throw new MlopsError(
        failure('config', `${path} is no file`, { help: 'a device or pipe cannot be read as one' }),
      );
    return orAbsent(() => readFileSync(absolute, 'utf8'), undefined);
  }

  /** The path as typed in the current folder, relative to the top level. */
  pathFromHere(typed: string): string {
    const path = relative(this.repo.top, `${this.#options.cwd}/${typed}`);
    return (typed.startsWith('/') ? relative(this.repo.top, typed) : path).split(sep).join('/');
  }

  get defaultRemote(): string | undefined {
    const names = Object.keys(this.config.remotes);
    return this.config.remote ?? (names.length === 1 ? names[0] : undefined);
  }

  /** @throws MlopsError for a name that is not configured, or when none is default. */
  remote(name = this.defaultRemote): Promise<Remote> {
    if (name === undefined)
      throw new MlopsError(
        failure('config', 'no remote is configured', {
          help: 'mlops remote add -d origin s3://bucket/prefix   (or a folder)',
        }),
      );
    const config = this.config.remotes[name];
    if (!config)
      throw new MlopsError(
        failure('config', `there is no remote "${name}"`, {
          help: `configured: ${Object.keys(this.config.remotes).join(', ') || 'none'}`,
        }),
      );
    const known =
      this.#remotes.get(name) ??
      openRemote(config, {
        base: this.repo.top,
        signal: this.#options.signal,
        state: this.state.remotes,
        requests: this.requests,
        ...(this.#unauthenticated ? { unknown: 'anonymous' as const } : {}),
      });
    this.#remotes.set(name, known);
    return known;
  }

  /** Nobody promises credentials: remotes are read as anybody may, and what cannot be read is made again. */
  get #unauthenticated(): boolean {
    return this.#options.env['MLOPS_ANONYMOUS'] === '1';
  }

  /** What moves bytes between here and `remote`; its events go where those of the project go. */
  transferContext(remote: Remote): TransferContext {
    const { report, signal } = this.#options;
    return { remote, store: this.workspace.store, state: this.state.remotes, report, signal };
  }

  runContext(): RunContext {
    const { env, secretEnv = env, report, signal, self } = this.#options;
    const { cache } = this;
    const remote = this.defaultRemote === undefined ? undefined : () => this.remote();
    const loaded = this.#pipelineStamps();
    return {
      pipeline: this.requirePipeline(),
      workspace: this.workspace,
      locks: this.locks,
      repo: this.repo,
      state: this.state,
      claims: this.claims,
      waitMs: undefined,
      actions,
      executor: localExecutor(env['CI'] ? { graceMs: CI_GRACE_MS } : {}),
      env,
      secretEnv,
      self,
      version: VERSION,
      report,
      signal,
      readParams: this.#paramsReader(),
      converted: this.#converted(),
      cache,
      origin: originOf(this.repo),
      baseline: this.baseline,
      remote,
      remoteIs: this.#unauthenticated ? 'optional' : 'needed',
      remoteRuns: remote && cache.read ? new RemoteRuns(remote, cache.trust, report, signal) : undefined,
      declaredNow: (stage) => (this.#pipelineStamps() === loaded ? stage : this.#declaredNow(stage)),
    };
  }

  /** Asked of Git once, when the first dep is looked at. */
  #converted(): () => ReadonlySet<RepoPath> {
    let known: ReadonlySet<RepoPath> | undefined;
    const ask = (): ReadonlySet<RepoPath> => {
      const stages = [...this.pipeline.stages.values()];
      const deps = stages.flatMap((stage) =>
        stage.deps.flatMap((dep) => (dep.kind === 'path' ? [dep.path] : [])),
      );
      return convertedAmong(this.repo, [...new Set(deps)]);
    };
    return () => {
      known ??= ask();
      return known;
    };
  }

  #trackedAnyway(): () => Iterable<RepoPath> {
    let known: Iterable<RepoPath> | undefined;
    return () => {
      known ??= trackedAnyway(this.repo);
      return known;
    };
  }

  #load(files: readonly RepoPath[] = filesNamed(this.repo, 'pipeline.yaml')): Pipeline {
    return loadPipeline({ files, read: (path) => this.read(path) }, actions);
  }

  #declaredNow(stage: Stage): Stage {
    try {
      return this.#load().stages.get(stage.name) ?? { ...stage, deps: [], outs: [], params: [] };
    } catch (error) {
      // Half an edit is not a pipeline; the stage that ran is no longer what is written there.
      if (error instanceof MlopsError) return { ...stage, deps: [], outs: [], params: [] };
      throw error;
    }
  }

  #pipelineStamps(): string {
    return this.pipeline.files
      .map((file) => orAbsent(() => statSync(`${this.repo.top}/${file.path}`, { bigint: true }).mtimeNs, 0n))
      .join(' ');
  }

  #paramsReader(): (file: RepoPath) => JsonObject | undefined {
    const parsed = new Map<string, JsonObject>();
    return (file) => {
      const text = this.read(file);
      if (text === undefined) return undefined;
      const known = parsed.get(`${file}\0${text}`) ?? readParams(file, text);
      parsed.set(`${file}\0${text}`, known);
      return known;
    };
  }

  /** What a CI job counts changes against. @throws MlopsError `config` where that is no commit here */
  get baseline(): CommitId | undefined {
    const rev = this.#options.env['MLOPS_BASELINE'];
    return rev ? resolveCommit(this.repo, rev) : undefined;
  }

  /** Who may read and write the run cache, and under which scope. */
  get cache(): CachePolicy {
    const ci = Boolean(this.#options.env['CI']);
    const may = (access: string): boolean => access === 'all' || (access === 'ci' && ci);
    return {
      read: may(this.config.runCache.read),
      write: may(this.config.runCache.write),
      ...cacheScopes(this.config, this.#options.env),
    };
  }
}

/**
 * What a stopped stage has to end by itself. GitHub kills a cancelled job 10 s after it told it so (INT, TERM after 7.5 s), and
 * what became of the stages is to be written down before.
 */
const CI_GRACE_MS = 5000;
