// The settings of one repository: what was committed, and on top of it what this machine says. Committed are those of the
// work tree, or of the commit that MLOPS_CONFIG_REV names: a job for a pull request runs under the settings of its base.

import { readFileSync } from 'node:fs';
import type { Environment } from '../core/environment.ts';
import { fail } from '../core/failure.ts';
import type { CommitId, RepoPath } from '../core/ids.ts';
import { readAt, tryResolve } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import { orAbsent } from '../util/errno.ts';
import type { Config } from './config.ts';
import { configDifferences } from './differences.ts';
import { type ConfigFile, committedConfig, localConfig, readConfig, sharedConfig } from './read.ts';

const PATH = '.mlops/config.yaml' as RepoPath;

export class Settings {
  readonly config: Config;
  readonly #repo: Repository;
  /** Undefined: the committed settings are those of the work tree. */
  readonly #at: CommitId | undefined;

  /** `given`: counts instead of the files. @throws MlopsError `config` with every problem of every file */
  constructor(repo: Repository, env: Environment, given?: Config) {
    this.#repo = repo;
    this.#at = revisionIn(repo, env['MLOPS_CONFIG_REV']);
    this.config = given ?? readConfig([this.#committed(), localConfig(repo.gitDir)]);
  }

  /**
   * The file to edit. @throws MlopsError `refused` where the committed settings come from another commit: what is
   * written would not count
   */
  editable(which: 'shared' | 'local'): ConfigFile {
    if (which === 'local') return localConfig(this.#repo.gitDir);
    if (this.#at !== undefined)
      fail('refused', `the settings here are those of commit ${this.#at.slice(0, 7)}`, {
        help: 'MLOPS_CONFIG_REV says so: unset it to edit those of the work tree, or --local',
      });
    return sharedConfig(this.#repo.top);
  }

  /**
   * What `.mlops/config.yaml` in the work tree says otherwise than the settings that count; empty where they are one and
   * the same. No credentials are in it; the rest is as somebody wrote it.
   */
  ignored(): readonly string[] {
    if (this.#at === undefined) return [];
    const here = orAbsent(() => readFileSync(`${this.#repo.top}/${PATH}`, 'utf8'), '');
    return configDifferences(readConfig([this.#committed()]), here);
  }

  #committed(): ConfigFile {
    const { top } = this.#repo;
    if (this.#at === undefined) return sharedConfig(top);
    const [bytes] = readAt(this.#repo, this.#at, [PATH]);
    return committedConfig(top, bytes?.toString() ?? '', this.#at);
  }
}

/** @throws MlopsError `config` for what names no commit that is here: any other settings would be a guess */
function revisionIn(repo: Repository, rev: string | undefined): CommitId | undefined {
  if (rev === undefined) return undefined;
  const commit = /^[0-9a-f]{40,64}$/.test(rev) ? tryResolve(repo, rev) : undefined;
  return (
    commit ??
    fail('config', `MLOPS_CONFIG_REV is no commit that is here: ${JSON.stringify(rev.slice(0, 80))}`, {
      help: 'it is the whole id of one; in a shallow clone: git fetch origin COMMIT',
    })
  );
}
