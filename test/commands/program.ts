// The real program in some folder, with nothing of the machine's or the user's own settings.
import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';

export const PROGRAM = resolve(import.meta.dirname, '../../bin/mlops.js');

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function cleanEnvironment(home: string): { [name: string]: string } {
  return {
    PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    HOME: home,
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
}

export function runProgram(cwd: string, args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: cleanEnvironment(cwd),
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
