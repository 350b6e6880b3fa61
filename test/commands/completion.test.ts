// Completions as a shell asks for them.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { openRig } from '../rig.ts';
import { cleanEnvironment, PROGRAM, runProgram } from './program.ts';

/** What bash offers for the last of the words. */
function completedByBash(cwd: string, ...words: readonly string[]): string[] {
  const script = `
mlops() { "${process.execPath}" "${PROGRAM}" "$@"; }
eval "$(mlops completion bash)"
COMP_WORDS=(mlops "$@"); COMP_CWORD=$#
_mlops
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    cwd,
    env: cleanEnvironment(cwd),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

it('completes commands, subcommands, flags, choices and stages in bash', async () => {
  const rig = await openRig();
  rig.write({ 'pipeline.yaml': 'stages: {train: {cmd: "true"}, test: {cmd: "true"}}' });
  const complete = (...words: readonly string[]) => completedByBash(rig.path, ...words);
  expect(complete('repr')).toEqual(['repro']);
  expect(complete('remote', 'a')).toEqual(['add']);
  expect(complete('remote', 'add', '--reg')).toEqual(['--region']);
  expect(complete('completion', 'z')).toEqual(['zsh']);
  expect(complete('repro', 't')).toEqual(['train', 'test']);
  expect(complete('repro', '--force', 'tr')).toEqual(['train']);
});

it('offers no stages where there is no pipeline, and says nothing about it', async () => {
  const rig = await openRig();
  expect(completedByBash(rig.path, 'logs', 't')).toEqual([]);
  rig.write({ 'pipeline.yaml': 'stages: {train: {cmd: [}' });
  expect(completedByBash(rig.path, 'logs', 't')).toEqual([]);
});

it.each(['bash', 'zsh', 'fish'])('names every command that is shown in %s', (shell) => {
  const { status, stdout } = runProgram(join(PROGRAM, '..'), ['completion', shell]);
  expect(status).toBe(0);
  const lines = stdout.split('\n').filter((line) => !line.startsWith('#'));
  for (const [name, { hidden }] of Object.entries(COMMANDS))
    expect(lines.join('\n').includes(name), name).toBe(hidden !== true || name === '_complete');
});

it('refuses a shell that it does not know', () => {
  const { status, stderr } = runProgram(join(PROGRAM, '..'), ['completion', 'tcsh']);
  expect(status).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});
