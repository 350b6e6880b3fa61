// What must be true of a repository whatever happens to a command that works in it.
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn, type Holding, inspect } from './checker.ts';
import { sha256 } from './formats.ts';
import type { Place } from './ground.ts';

/** Path → what stands there, in words that are equal when the bytes are: `file 644 <digest>`, `link → a.txt`, `folder`. */
export type Workspace = ReadonlyMap<string, string>;

/** Everything in the workspace, ignored files too; without Git's own folder. */
export function workspaceOf({ repo }: Place): Workspace {
  const found = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(repo, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const absolute = join(repo, path);
      if (path === '.git') continue;
      if (entry.isDirectory()) {
        found.set(path, 'folder');
        walk(path);
      } else if (entry.isSymbolicLink()) found.set(path, `link → ${readlinkSync(absolute)}`);
      else
        found.set(
          path,
          `file ${(lstatSync(absolute).mode & 0o777).toString(8)} ${sha256(readFileSync(absolute))}`,
        );
    }
  };
  walk('');
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `path: was …, is …` for each path that differs. */
export function differences(was: Workspace, is: Workspace): string[] {
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => was.get(path) !== is.get(path))
    .sort()
    .map((path) => `${path}: was ${was.get(path) ?? 'absent'}, is ${is.get(path) ?? 'absent'}`);
}

/** Names under which a program puts down what is not finished. */
export function unfinished(workspace: Workspace): string[] {
  return [...workspace.keys()].filter((path) => /(^|\/)\.[^/]*(\.tmp|\.aside-[^/]*)$/.test(path));
}

/** Contents of `before` that are nowhere any more: not in the workspace, the store, aside or the trash. */
export function lost(before: Workspace, place: Place): string[] {
  const here = new Set(digestsOf(workspaceOf(place)).map(([, digest]) => digest));
  const state = join(place.repo, '.git/mlops');
  const wanted = digestsOf(before).filter(([, digest]) => !here.has(digest));
  if (wanted.length === 0) return [];
  const kept = existsSync(state) ? filesIn(state) : new Map<string, () => Buffer>();
  const digests = new Set([...kept.values()].map((read) => sha256(read())));
  for (const digest of inspect(below(kept, 'store/'), 'read').objects.keys()) digests.add(digest);
  return wanted.filter(([, digest]) => !digests.has(digest)).map(([path]) => path);
}

function digestsOf(workspace: Workspace): (readonly [path: string, digest: string])[] {
  return [...workspace].flatMap(([path, what]) => {
    const digest = /^file \d+ (.*)$/.exec(what)?.[1];
    return digest === undefined ? [] : [[path, digest] as const];
  });
}

function below(files: ReadonlyMap<string, () => Buffer>, prefix: string) {
  return new Map(
    [...files]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, read]) => [name.slice(prefix.length), read]),
  );
}

/** What the store holds; nothing where there is none. */
export function storeHolding({ store }: Place): Holding {
  return inspect(existsSync(store) ? filesIn(store) : new Map(), 'read');
}

/** What the remote holds that whoever pulls can see. */
export function remoteHolding({ remote }: Place): Holding {
  return inspect(existsSync(remote) ? filesIn(remote) : new Map(), 'unseen');
}
