// What does not belong to a directory artifact: droppings of tools, what .mlopsignore says, and inside a directory that
// Git does not ignore what .gitignore says, save what Git tracks all the same. Ignored files are not hashed, stored, set
// aside or removed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { pathIn, type RepoPath } from '../core/ids.ts';
import { orAbsent } from '../util/errno.ts';
import { isTemporary } from '../util/temporary-file.ts';

const DROPPINGS = new Set(['.git', '.mlops', '.DS_Store', 'Thumbs.db', '.ipynb_checkpoints']);

/** Rules as seen from one directory. Deeper files win over higher ones, as in Git. */
export interface IgnoreScope {
  ignores(name: string, directory: boolean): boolean;
  /** By our own rules, whatever Git says. */
  ignoresOutright(name: string, directory: boolean): boolean;
  /** `files`: the names in that directory, when they are known already. */
  enter(name: string, files?: readonly string[]): IgnoreScope;
}

/** The work tree that the rules are about. */
export interface Ground {
  /** Absolute Git top level. */
  readonly top: string;
  /** Files that Git tracks though a rule of .gitignore matches them, from the top level. Asked only when one does. */
  readonly trackedAnyway: () => Iterable<string>;
}

/** The scope of a directory, with the rules of every folder from the Git top level (absolute; '' = itself) down to it. */
export function ignoreScope(ground: Ground, dir: RepoPath | ''): IgnoreScope {
  const names = dir === '' ? [] : dir.split('/');
  let scope = new Scope(ground, '', undefined, true, undefined);
  let ignoredByGit = false;
  for (const name of names) {
    ignoredByGit ||= scope.gitIgnores(name);
    scope = scope.enter(name);
  }
  return ignoredByGit ? scope.withoutGit() : scope;
}

class Scope implements IgnoreScope {
  readonly #ground: Ground;
  readonly #dir: string;
  readonly #parent: Scope | undefined;
  readonly #useGit: boolean;
  readonly #mlops: Ignore | undefined;
  readonly #git: Ignore | undefined;
  /** No rule anywhere above: the common case, answered without building a path. */
  readonly #bare: boolean;

  constructor(
    ground: Ground,
    dir: string,
    parent: Scope | undefined,
    useGit: boolean,
    files: readonly string[] | undefined,
  ) {
    this.#ground = ground;
    this.#dir = dir;
    this.#parent = parent;
    this.#useGit = useGit;
    this.#mlops = rules(join(ground.top, dir, '.mlopsignore'), files);
    this.#git = useGit ? rules(join(ground.top, dir, '.gitignore'), files) : undefined;
    this.#bare = !this.#mlops && !this.#git && (parent === undefined || parent.#bare);
  }

  ignores(name: string, directory: boolean): boolean {
    if (isDropping(name, directory)) return true;
    if (this.#bare) return false;
    const ours = this.#decide('mlops', name, directory);
    if (ours !== undefined) return ours;
    return this.#decide('git', name, directory) === true && !this.#tracks(name);
  }

  ignoresOutright(name: string, directory: boolean): boolean {
    return isDropping(name, directory) || (this.#decide('mlops', name, directory) ?? false);
  }

  /** Git's rules say nothing about what Git tracks, nor about a folder that holds something of it. */
  #tracks(name: string): boolean {
    const path = this.#at(name);
    for (const each of this.#ground.trackedAnyway())
      if (each === path || each.startsWith(`${path}/`)) return true;
    return false;
  }

  gitIgnores(name: string): boolean {
    return this.#decide('git', name, true) ?? false;
  }

  enter(name: string, files?: readonly string[]): Scope {
    return new Scope(this.#ground, this.#at(name), this, this.#useGit, files);
  }

  /** The same folder, its .mlopsignore rules alone: Git ignores all of it, so its .gitignore says nothing about data. */
  withoutGit(): Scope {
    return new Scope(this.#ground, this.#dir, this.#parent?.withoutGit(), false, undefined);
  }

  #at(name: string): string {
    return pathIn(this.#dir, name);
  }

  #decide(kind: 'mlops' | 'git', name: string, directory: boolean): boolean | undefined {
    let path = directory ? `${name}/` : name;
    for (let scope: Scope | undefined = this; scope; scope = scope.#parent) {
      const verdict = (kind === 'mlops' ? scope.#mlops : scope.#git)?.test(path);
      if (verdict?.ignored || verdict?.unignored) return verdict.ignored;
      path = `${scope.#dir.slice(scope.#dir.lastIndexOf('/') + 1)}/${path}`;
    }
    return undefined;
  }
}

function isDropping(name: string, directory: boolean): boolean {
  return (
    DROPPINGS.has(name) || isTemporary(name) || (directory ? name === '__pycache__' : name.endsWith('.pyc'))
  );
}

function rules(path: string, files: readonly string[] | undefined): Ignore | undefined {
  if (files && !files.includes(path.slice(path.lastIndexOf('/') + 1))) return undefined;
  const text = orAbsent(() => readFileSync(path, 'utf8'), undefined);
  return text === undefined ? undefined : ignore().add(text);
}
