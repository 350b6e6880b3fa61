// One job on a machine of its own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, type Run } from './contexts.ts';
import { type Contexts, filledAll } from './expressions.ts';
import { openMachine } from './machine.ts';
import type { Annotation } from './output.ts';
import { byId, type JobRun, type Result, runSteps, type StepDone } from './steps.ts';

export interface JobDone {
  readonly id: string;
  readonly matrix: { readonly [axis: string]: unknown };
  readonly result: Result;
  readonly steps: readonly StepDone[];
  readonly outputs: { readonly [name: string]: string };
  readonly log: string;
  readonly annotations: readonly Annotation[];
  readonly summary: string;
  readonly workspace: string;
}

const FINE = { failed: false, cancelled: false };

export async function runJob(run: Run, id: string, contexts: Contexts, folder: string): Promise<JobDone> {
  const { host, event, workflow, runId, cancel, look } = run;
  const job = workflow.jobs[id]!;
  const machine = openMachine({ host, folder, cancel, look });
  const { token } = contexts['github'] as { token: string };
  for (const secret of [token, ...Object.values(host.secrets)]) machine.output.mask(secret);
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  const env = {
    ...environmentOf(run, id),
    ...filledAll(workflow.env, contexts, FINE),
    ...filledAll(job.env, contexts, FINE),
    GITHUB_WORKSPACE: machine.workspace,
    GITHUB_EVENT_PATH: join(machine.temp, 'event.json'),
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    RUNNER_TEMP: machine.temp,
    RUNNER_TOOL_CACHE: tools,
  };
  writeFileSync(env.GITHUB_EVENT_PATH, JSON.stringify(event.payload));
  const jobRun: JobRun = { host, event, machine, runId, token, summary: [], post: [], env };
  const all = {
    ...contexts,
    github: { ...(contexts['github'] as object), workspace: machine.workspace },
    runner: { os: 'Linux', arch: 'X64', temp: machine.temp, tool_cache: tools },
  };
  const steps = await runSteps(
    jobRun,
    { contexts: all, defaults: job.defaults?.run ?? {}, env: {} },
    job.steps,
  );
  for (const post of jobRun.post.toReversed()) await post();
  const failed = steps.some(({ conclusion }) => conclusion === 'failure');
  return {
    id,
    matrix: contexts['matrix'] as { [axis: string]: unknown },
    result: cancel.aborted ? 'cancelled' : failed ? 'failure' : 'success',
    steps,
    outputs: filledAll(job.outputs, { ...all, steps: byId(steps, job.steps) }, FINE),
    log: machine.output.lines.join('\n'),
    annotations: machine.output.annotations,
    summary: jobRun.summary.join(''),
    workspace: machine.workspace,
  };
}
