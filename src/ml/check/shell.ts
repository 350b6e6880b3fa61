// A command of a check. It runs in the process group of the stage, so that it is ended with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ActionContext } from '../../core/action.ts';
import { fail } from '../../core/failure.ts';

/** Its output is the stage's own. @throws MlopsError when it fails or cannot be started */
export async function runShell(
  command: string,
  env: { readonly [name: string]: string },
  { cwd, signal }: ActionContext,
): Promise<void> {
  const child = spawn('/bin/sh', ['-ec', command], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    signal,
  });
  const [exit, ended] = (await once(child, 'close')) as [number | null, string | null];
  if (exit !== 0)
    fail(
      'stage',
      `the check's command ${ended ? `was ended by ${ended}` : `failed with exit code ${exit}`}`,
      {
        help: 'a finding that fails is no failing command: write it to $MLOPS_FINDINGS and exit 0',
      },
    );
}
