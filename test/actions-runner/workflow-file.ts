// A workflow or an action as YAML, valid by GitHub's own schema.
import { readFileSync } from 'node:fs';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parseAction } from '@actions/workflow-parser/actions/action-parser';
import { parse } from 'yaml';

interface Texts {
  readonly [name: string]: unknown;
}

export interface StepYaml {
  readonly id?: string;
  readonly name?: string;
  readonly if?: unknown;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Texts;
  readonly env?: Texts;
  readonly shell?: string;
  readonly 'working-directory'?: string;
  readonly 'continue-on-error'?: unknown;
}

export interface JobYaml {
  readonly name?: string;
  readonly if?: unknown;
  readonly needs?: string | readonly string[];
  readonly env?: Texts;
  readonly outputs?: Texts;
  readonly permissions?: string | Texts;
  readonly strategy?: { readonly matrix?: unknown; readonly 'fail-fast'?: boolean };
  readonly defaults?: { readonly run?: { readonly shell?: string; readonly 'working-directory'?: string } };
  readonly 'continue-on-error'?: unknown;
  readonly steps: readonly StepYaml[];
}

export interface WorkflowYaml {
  readonly name?: string;
  readonly on: string | readonly string[] | Texts;
  readonly env?: Texts;
  readonly permissions?: string | Texts;
  readonly jobs: { readonly [id: string]: JobYaml };
}

export interface ActionYaml {
  readonly inputs?: { readonly [name: string]: { readonly default?: unknown; readonly required?: boolean } };
  readonly outputs?: { readonly [name: string]: { readonly value: string } };
  readonly runs: { readonly using: string; readonly steps: readonly StepYaml[] };
}

/** @throws with every error of the schema */
export function readWorkflow(file: string): WorkflowYaml {
  const content = readFileSync(file, 'utf8');
  const { context } = parseWorkflow({ name: file, content }, new NoOperationTraceWriter());
  complain(file, context.errors.getErrors());
  return parse(content) as WorkflowYaml;
}

/** @throws with every error of the schema */
export function readAction(file: string): ActionYaml {
  const content = readFileSync(file, 'utf8');
  const { context } = parseAction({ name: file, content }, new NoOperationTraceWriter());
  complain(file, context.errors.getErrors());
  return parse(content) as ActionYaml;
}

function complain(file: string, errors: readonly { readonly message: string }[]): void {
  if (errors.length > 0) throw new Error(`${file}:\n${errors.map(({ message }) => message).join('\n')}`);
}

/** The events that start it. */
export function eventsOf({ on }: WorkflowYaml): readonly string[] {
  return typeof on === 'string' ? [on] : Array.isArray(on) ? (on as readonly string[]) : Object.keys(on);
}
