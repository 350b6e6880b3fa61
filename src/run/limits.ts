// How much may run at once on this machine.
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { RunContext } from './context.ts';
import type { Limits } from './room.ts';

/** min(4, half the cores), and at least 2. */
function autoJobs(): number {
  return Math.min(4, Math.max(2, Math.floor(availableParallelism() / 2)));
}

export function limitsOf(jobs: number | undefined, env: RunContext['env']): Limits {
  return { jobs: jobs ?? autoJobs(), cpus: availableParallelism(), memory: totalmem(), gpus: gpuCount(env) };
}

/** The first time that stages run side by side in a repository, says who chose how many. */
export function sayAutoJobs(context: RunContext, jobs: number): void {
  const said = `${context.state.shared}/said-jobs`;
  if (existsSync(said)) return;
  writeFileSync(said, '');
  context.report({
    kind: 'note',
    text: `up to ${jobs} stages run at once here (-j auto)`,
    help: `another number: -j N, or for good: mlops config jobs N`,
  });
}

/** GPUs that stages may share: those made visible, else those the machine is said to have. */
function gpuCount(env: RunContext['env']): number {
  const visible = env['CUDA_VISIBLE_DEVICES'];
  if (visible !== undefined) return visible.split(',').filter((id) => id !== '' && id !== '-1').length;
  return Number(env['MLOPS_GPUS'] ?? 1);
}
