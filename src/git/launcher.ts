// `.git/mlops/hook`: how Git's hooks and merges run this program on this machine. It is the one place that knows where
// the program lies: hooks, and Git's settings, name this file. Where the program is gone (a folder was moved, Node was
// renewed) another one on the PATH serves; where there is none, Git goes on as if mlops were not there, but for a push.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';
import type { Repository } from './repository.ts';

function launcherPath(repo: Repository): string {
  return join(repo.commonDir, 'mlops', 'hook');
}

/** `self`: the Node program, then the script. Returns whether anything changed. */
export function writeLauncher(repo: Repository, self: readonly string[]): boolean {
  const text = launcherText(self);
  if (orAbsent(() => readFileSync(launcherPath(repo), 'utf8'), '') === text) return false;
  writeAtomic(launcherPath(repo), text, { mode: 0o755 });
  return true;
}

export function removeLauncher(repo: Repository): boolean {
  const there = existsSync(launcherPath(repo));
  rmSync(launcherPath(repo), { force: true });
  return there;
}

/** Undefined: not installed. `gone`: the program it names is no longer there. */
export function launcherState(repo: Repository): 'works' | 'gone' | undefined {
  const text = orAbsent(() => readFileSync(launcherPath(repo), 'utf8'), undefined);
  if (text === undefined) return undefined;
  const script = /^mlops='(.*)'$/m.exec(text)?.[1]?.replaceAll(`'\\''`, "'");
  return script !== undefined && existsSync(script) ? 'works' : 'gone';
}

function launcherText([node, script]: readonly string[]): string {
  return `#!/bin/sh
# Runs mlops for Git's hooks and merges. Written by "mlops git install"; run that again when mlops has moved.
node=${quoted(node!)}
mlops=${quoted(script!)}
kind="$1"
shift
[ -x "$node" ] || node=node
if [ -f "$mlops" ] && command -v "$node" >/dev/null 2>&1; then set -- "$node" "$mlops" _git "$kind" -- "$@"
elif command -v mlops >/dev/null 2>&1; then set -- mlops _git "$kind" -- "$@"
else
  case "$kind" in
    merge)
      exec git merge-file -L ours -L base -L theirs "$2" "$1" "$3" ;;
    pre-push)
      echo "mlops: the program is gone from $mlops, so no bytes were pushed, and Git's push is stopped" >&2
      echo "help: install it and run: mlops git install; or push without it: git push --no-verify" >&2
      exit 1 ;;
    *)
      echo "mlops: the program is gone from $mlops; install it and run: mlops git install" >&2
      exit 0 ;;
  esac
fi
case "$kind" in
  post-*) "$@" || exit 0 ;;
  *) exec "$@" ;;
esac
`;
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
