// Stages that leave a trace of having run, so that a test can say what ran and what did not.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Ended, Rig } from '../rig.ts';

/** A shell command that says its name to `ran` before it does its work. */
export function step(name: string, work: string): string {
  return `echo ${name} >> "$MLOPS_ROOT/.rig/ran" && ${work}`;
}

/** What ran since the last call, sorted: independent stages run in any order. */
export function ran(rig: Rig): string[] {
  const trace = join(rig.path, '.rig/ran');
  const names = existsSync(trace) ? readFileSync(trace, 'utf8').trim().split('\n').sort() : [];
  rmSync(trace, { force: true });
  return names;
}

/** Two stages in a row and what they read: in.txt → prepared.txt → model.txt. */
export const TWO_STAGES = {
  'pipeline.yaml': `# how the model is made
stages:
  prepare:
    cmd: ${step('prepare', 'tr a-z A-Z < in.txt > prepared.txt')}
    deps: [in.txt]
    outs: [prepared.txt]
  train:
    cmd: ${step('train', `(cat prepared.txt; echo depth \${train.depth}) > model.txt`)}
    deps: [prepared.txt]
    params: [train]
    outs: [model.txt]
`,
  'params.yaml': 'train:\n  depth: 5\n  trees: 10\n',
  'in.txt': 'hello\n',
};

/** @throws the whole output, when the exit code is another */
export function expectExit(ended: Ended, exit: number): Ended {
  if (ended.exit !== exit)
    throw new Error(`exit ${ended.exit} instead of ${exit}:\n${ended.stdout}${ended.stderr}`);
  expect(ended.stdout + ended.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  return ended;
}

/** Everything that was said. */
export function words(ended: Ended): string {
  return ended.stdout + ended.stderr;
}

/** `repro` that is expected to succeed; returns what it said. */
export async function repro(rig: Rig, ...args: readonly string[]): Promise<string> {
  return words(expectExit(await rig.mlops('repro', ...args), 0));
}

/** The verdicts of `status --json`, by stage. */
export async function verdicts(rig: Rig): Promise<{ [stage: string]: string }> {
  const { stages } = JSON.parse(expectExit(await rig.mlops('status', '--json'), 0).stdout) as {
    stages: { stage: string; verdict: { kind: string } }[];
  };
  return Object.fromEntries(stages.map((each) => [each.stage, each.verdict.kind]));
}
