import { spawnSync } from 'node:child_process';

/** Branches of a bare repository → their commits, as they are now. */
export function branchesOf(bare: string): Map<string, string> {
  const format = '--format=%(refname:lstrip=2) %(objectname)';
  const { stdout } = spawnSync('git', ['for-each-ref', format, 'refs/heads'], {
    cwd: bare,
    encoding: 'utf8',
  });
  const lines = stdout.trim().split('\n').filter(Boolean);
  return new Map(lines.map((line) => line.split(' ') as [string, string]));
}
