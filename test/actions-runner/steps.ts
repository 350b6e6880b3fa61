// Steps one after the other: of a job, and inside of composite actions.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openCommandFiles } from './command-files.ts';
import { type Contexts, filled, filledAll, holds, type Status } from './expressions.ts';
import type { Host, HostEvent } from './host.ts';
import { type Machine, runScript } from './machine.ts';
import { STAND_INS, type StandIn } from './stand-ins.ts';
import { readAction, type StepYaml } from './workflow-file.ts';

export type Result = 'success' | 'failure' | 'cancelled' | 'skipped';

interface Texts {
  readonly [name: string]: string;
}

export interface StepDone {
  readonly name: string;
  readonly outcome: Result;
  /** What it counts as: a failure with `continue-on-error` is a success. */
  readonly conclusion: Result;
  readonly outputs: Texts;
  /** Of a composite action, the steps inside. */
  readonly inside: readonly StepDone[];
}

/** What all steps of a job share. */
export interface JobRun {
  readonly host: Host;
  readonly event: HostEvent;
  readonly machine: Machine;
  readonly runId: number;
  /** `github.token`. */
  readonly token: string;
  readonly summary: string[];
  /** Run when the job is over, last first. */
  readonly post: (() => Promise<void>)[];
  /** GITHUB_…, RUNNER_…, and what the workflow and the job set. */
  readonly env: Texts;
}

/** What the steps of one list see. */
interface Scope {
  /** `github`, `runner`, `needs`, `matrix`, `secrets`, … */
  readonly contexts: Contexts;
  readonly defaults: { readonly shell?: string; readonly 'working-directory'?: string };
  /** Inside an action: what the step that calls it sets, and GITHUB_ACTION_PATH. */
  readonly env: Texts;
}

interface Ran {
  readonly ok: boolean;
  readonly outputs: Texts;
  readonly inside: readonly StepDone[];
}

const FINE: Status = { failed: false, cancelled: false };

export async function runSteps(job: JobRun, scope: Scope, steps: readonly StepYaml[]): Promise<StepDone[]> {
  const done: StepDone[] = [];
  for (const [at, step] of steps.entries()) {
    const failed = done.some(({ conclusion }) => conclusion === 'failure');
    const status = { failed, cancelled: job.machine.cancel.aborted };
    const contexts = { ...scope.contexts, steps: byId(done, steps) };
    done.push(await runStep(job, { ...scope, contexts }, step, { status, file: `step-${at}` }));
  }
  return done;
}

/** The `steps` context: those with an id. */
export function byId(done: readonly StepDone[], steps: readonly StepYaml[]): Contexts {
  return Object.fromEntries(
    done.flatMap(({ outputs, outcome, conclusion }, at) => {
      const { id } = steps[at]!;
      return id === undefined ? [] : [[id, { outputs, outcome, conclusion }]];
    }),
  );
}

interface Place {
  readonly status: Status;
  /** Of its script. */
  readonly file: string;
}

async function runStep(
  job: JobRun,
  scope: Scope,
  step: StepYaml,
  { status, file }: Place,
): Promise<StepDone> {
  const { machine } = job;
  const name = step.name ?? step.id ?? step.uses ?? step.run!.split('\n')[0]!;
  const outer = { ...job.env, ...Object.fromEntries(machine.env), ...scope.env };
  const before = { ...scope.contexts, env: outer };
  if (!holds(step.if, before, status))
    return { name, outcome: 'skipped', conclusion: 'skipped', outputs: {}, inside: [] };
  machine.output.line(`##[step]${name}`);
  const env = { ...outer, ...filledAll(step.env, before, status) };
  const inner: Scope = { ...scope, contexts: { ...scope.contexts, env }, env };
  const ran =
    step.run === undefined ? await useAction(job, inner, step) : await runText(job, inner, step, file);
  const interrupted = machine.cancel.aborted && !status.cancelled;
  const outcome = interrupted ? 'cancelled' : ran.ok ? 'success' : 'failure';
  const forgiven =
    outcome === 'failure' && filled(step['continue-on-error'], inner.contexts, FINE) === 'true';
  return {
    name,
    outcome,
    conclusion: forgiven ? 'success' : outcome,
    outputs: ran.outputs,
    inside: ran.inside,
  };
}

async function runText(job: JobRun, scope: Scope, step: StepYaml, file: string): Promise<Ran> {
  const { machine } = job;
  const files = openCommandFiles(machine.temp);
  const folder = step['working-directory'] ?? scope.defaults['working-directory'] ?? '.';
  const code = await runScript(machine, {
    file,
    text: filled(step.run, scope.contexts, FINE),
    shell: step.shell ?? scope.defaults.shell ?? '',
    cwd: resolve(machine.workspace, filled(folder, scope.contexts, FINE)),
    env: { ...scope.env, ...files.env },
  });
  const said = files.read();
  for (const [name, value] of Object.entries(said.env)) machine.env.set(name, value);
  machine.path.unshift(...said.path.toReversed());
  job.summary.push(said.summary);
  if (code !== 0) machine.output.line(`##[error]Process completed with exit code ${code}.`);
  return { ok: code === 0, outputs: said.outputs, inside: [] };
}

async function useAction(job: JobRun, scope: Scope, step: StepYaml): Promise<Ran> {
  const name = step.uses!.replace(/@.*$/, '');
  const given = filledAll(step.with, scope.contexts, FINE);
  const standIn = STAND_INS[name];
  if (standIn) return runStandIn(job, standIn, name, given);
  const folder = name.startsWith('./') ? join(job.machine.workspace, name) : job.host.actions[name];
  if (folder === undefined) throw new Error(`there is no action ${step.uses}`);
  return runComposite(job, scope, given, folder);
}

async function runStandIn(job: JobRun, standIn: StandIn, name: string, given: Texts): Promise<Ran> {
  const unknown = Object.keys(given).filter((input) => !standIn.inputs.includes(input));
  if (unknown.length > 0) throw new Error(`the stand-in for ${name} does not know: ${unknown}`);
  try {
    return { ok: true, outputs: await standIn.run(job, given), inside: [] };
  } catch (error) {
    job.machine.output.line(`::error::${(error as Error).message.replaceAll('\n', '%0A')}`);
    return { ok: false, outputs: {}, inside: [] };
  }
}

/** Its steps see its inputs, its own steps, and its own successes and failures. */
async function runComposite(job: JobRun, scope: Scope, given: Texts, folder: string): Promise<Ran> {
  const file = ['action.yml', 'action.yaml'].find((each) => existsSync(join(folder, each)));
  if (file === undefined) throw new Error(`there is no action in ${folder}`);
  const action = readAction(join(folder, file));
  const unknown = Object.keys(given).filter((input) => action.inputs?.[input] === undefined);
  if (unknown.length > 0) throw new Error(`unexpected inputs: ${unknown}`);
  const defaults = Object.entries(action.inputs ?? {}).map(([input, { default: value }]) => [
    input,
    filled(value, scope.contexts, FINE),
  ]);
  const contexts = {
    ...scope.contexts,
    inputs: { ...Object.fromEntries(defaults), ...given },
    github: { ...(scope.contexts['github'] as object), action_path: folder },
    secrets: {}, // an action sees those that it is given
    needs: {},
  };
  const env = { ...scope.env, GITHUB_ACTION_PATH: folder };
  const inside = await runSteps(job, { contexts, defaults: {}, env }, action.runs.steps);
  const outputs = Object.entries(action.outputs ?? {}).map(([output, { value }]) => [output, value]);
  return {
    ok: inside.every(({ conclusion }) => conclusion !== 'failure'),
    outputs: filledAll(
      Object.fromEntries(outputs),
      { ...contexts, steps: byId(inside, action.runs.steps) },
      FINE,
    ),
    inside,
  };
}
