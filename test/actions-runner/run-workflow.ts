// One run of a workflow, job by job, step by step, from its own YAML.
//
//   const host = openHost({ repository: 'acme/weather', … });
//   const run = await runWorkflow(host, 'docs/ci/pull-request.yml', event);
//   expect(run.conclusion).toBe('success');
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { contextsOf, type Run } from './contexts.ts';
import { type Contexts, filledValue, holds } from './expressions.ts';
import type { Host, HostEvent } from './host.ts';
import { combinations } from './matrix.ts';
import { type JobDone, runJob } from './run-job.ts';
import type { Result } from './steps.ts';
import { eventsOf, type JobYaml, readWorkflow, type WorkflowYaml } from './workflow-file.ts';

export interface WorkflowDone {
  readonly runId: number;
  readonly conclusion: Result;
  readonly jobs: readonly JobDone[];
}

export interface RunOptions {
  /** Aborts: somebody presses Cancel. */
  readonly cancel?: AbortSignal;
  /** Sees each line of the log as it comes. */
  readonly look?: (line: string) => void;
}

const NOTHING = {
  matrix: {},
  steps: [],
  outputs: {},
  log: '',
  annotations: [],
  summary: '',
  workspace: '',
};

/** @throws when the workflow is not valid, or not started by this event */
export async function runWorkflow(
  host: Host,
  file: string,
  event: HostEvent,
  { cancel = new AbortController().signal, look = () => {} }: RunOptions = {},
): Promise<WorkflowDone> {
  const workflow = readWorkflow(file);
  if (!eventsOf(workflow).includes(event.name)) throw new Error(`${file} is not started by ${event.name}`);
  const runId = host.nextRun();
  const folder = join(host.folder, 'runs', String(runId));
  mkdirSync(folder);
  const run: Run = { host, event, workflow, runId, folder, cancel, look };
  const jobs: JobDone[] = [];
  for (const id of inOrder(workflow)) jobs.push(...(await runJobs(run, id, jobs)));
  return { runId, conclusion: worst(jobs.map(({ result }) => result)), jobs };
}

/** Every job after those that it needs. */
function inOrder({ jobs }: WorkflowYaml): string[] {
  const order: string[] = [];
  const visit = (id: string): void => {
    if (order.includes(id)) return;
    for (const need of needsOf(jobs[id]!)) visit(need);
    order.push(id);
  };
  for (const id of Object.keys(jobs)) visit(id);
  return order;
}

function needsOf({ needs = [] }: JobYaml): readonly string[] {
  return typeof needs === 'string' ? [needs] : needs;
}

/** The job once for each combination of its matrix, one after the other. */
async function runJobs(run: Run, id: string, before: readonly JobDone[]): Promise<JobDone[]> {
  const job = run.workflow.jobs[id]!;
  const needs = Object.fromEntries(needsOf(job).map((need) => [need, needed(before, need)]));
  const status = {
    failed: Object.values(needs).some(({ result }) => result !== 'success'),
    cancelled: run.cancel.aborted,
  };
  const contexts = { ...contextsOf(run, id), needs };
  if (!holds(job.if, contexts, status))
    return [{ ...NOTHING, id, result: status.cancelled ? 'cancelled' : 'skipped' }];
  const done: JobDone[] = [];
  for (const [at, matrix] of combinations(matrixOf(job, contexts)).entries())
    done.push(await runJob(run, id, { ...contexts, matrix }, join(run.folder, `${id}-${at}`)));
  return done;
}

function matrixOf(job: JobYaml, contexts: Contexts): unknown {
  const fine = { failed: false, cancelled: false };
  return JSON.parse(JSON.stringify(job.strategy?.matrix ?? {}), (_, value) =>
    typeof value === 'string' ? filledValue(value, contexts, fine) : value,
  );
}

function needed(before: readonly JobDone[], id: string): { result: Result; outputs: object } {
  const jobs = before.filter((job) => job.id === id);
  return {
    result: worst(jobs.map(({ result }) => result)),
    outputs: Object.assign({}, ...jobs.map(({ outputs }) => outputs)),
  };
}

function worst(results: readonly Result[]): Result {
  const found = (['cancelled', 'failure', 'success'] as const).find((result) => results.includes(result));
  return found ?? 'skipped';
}
