// Submodules of a work tree of ours, cloned from where the user has them: what was committed there and not pushed is
// here too, and no server is asked.
import { existsSync } from 'node:fs';
import { fail } from '../core/failure.ts';
import { NO_HOOKS, runGit } from './repository.ts';

/** Checks out in `to` the submodules that are checked out in `from`, and theirs. Both are tops of work trees. */
export function copySubmodules(from: string, to: string): void {
  if (!existsSync(`${to}/.gitmodules`)) return;
  const there = submodulesOf(to).filter(({ path }) => existsSync(`${from}/${path}/.git`));
  if (there.length === 0) return;
  const sources = there.flatMap(({ name, path }) => ['-c', `submodule.${name}.url=${from}/${path}`]);
  const { code, stderr } = runGit(to, [
    ...NO_HOOKS,
    // A folder of this machine, which a submodule may otherwise not name.
    ...['-c', 'protocol.file.allow=always'],
    ...sources,
    ...['submodule', '--quiet', 'update', '--checkout', '--'],
    ...there.map(({ path }) => path),
  ]);
  if (code !== 0) fail('config', `git submodule update failed: ${stderr.trim()}`);
  for (const { path } of there) copySubmodules(`${from}/${path}`, `${to}/${path}`);
}

function submodulesOf(top: string): { readonly name: string; readonly path: string }[] {
  const { stdout } = runGit(top, [
    'config',
    '-z',
    '-f',
    '.gitmodules',
    '--get-regexp',
    '^submodule\\..*\\.path$',
  ]);
  return stdout
    .toString()
    .split('\0')
    .flatMap((entry) => {
      const match = /^submodule\.(.*)\.path\n(.+)$/s.exec(entry);
      return match ? [{ name: match[1]!, path: match[2]! }] : [];
    });
}
