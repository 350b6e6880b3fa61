// An empty repository, as each tool's own documentation begins one.
import { dvc, mlops } from './tools.mjs';

export function mlopsRepository(turn, name = 'repository') {
  const dir = turn.folder(name);
  turn.do(['git', 'init', '-q', '-b', 'main'], dir);
  turn.do([...mlops, 'init'], dir);
  return dir;
}

export function dvcRepository(turn, name = 'repository') {
  const dir = turn.folder(name);
  turn.do(['git', 'init', '-q', '-b', 'main'], dir);
  turn.do([...dvc, 'init', '-q'], dir);
  turn.do([...dvc, 'config', 'core.analytics', 'false'], dir);
  turn.do([...dvc, 'config', 'core.check_update', 'false'], dir);
  return dir;
}

export function commitAll(turn, dir) {
  turn.do(['git', 'add', '.'], dir);
  turn.do(['git', 'commit', '-q', '-m', 'All'], dir);
}
