// Options of an action from the command line: flags for the common ones, `-O key=value` for any, checked by the same
// shape that checks pipeline.yaml.

import type { Command } from 'commander';
import type { ActionSpec } from '../../core/action.ts';
import { failure, MlopsError } from '../../core/failure.ts';
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { checkShape, type Problem } from '../../core/shape.ts';
import { typedValue } from '../value.ts';

/** For commander: gathers a flag that may be given several times. */
export function gather(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** `a,b` → the names of a list. */
export function namesIn(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

/** For commander: gathers a flag of names, given once or several times. */
export function gatherNames(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...namesIn(text)];
}

/** The flags that every action has: any option of its stage, and what becomes of the report. */
export function reportOptions(command: Command, stage: string): Command {
  return command
    .option('-O, --option <key=value>', `any option of ${stage} stage, dotted, in YAML`, gather)
    .option('--html <file>', 'write the page of the report')
    .option('--json', 'the report as JSON');
}

/** A flag as YAML would read it: `1` is a number. */
export function typed(flag: string | undefined): Json | undefined {
  return flag === undefined ? undefined : typedValue(flag);
}

/** The given flags only. */
export function given(flags: { readonly [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)) as JsonObject;
}

/**
 * `options` with every assignment over them: `gates.accuracy.min=0.9`, a dotted key and a value in YAML.
 * @throws MlopsError (usage) with every problem that `spec` finds
 */
export function optionsFor(
  spec: ActionSpec,
  options: JsonObject,
  assignments: readonly string[],
): JsonObject {
  const all = assignments.reduce(assigned, options);
  const wrong = checkShape(spec.options, all);
  const problems = wrong.length > 0 ? wrong : spec.plan(all, { local: spec.name }).problems;
  if (problems.length > 0) throw new MlopsError(problems.map((problem) => failureOf(spec, problem)));
  return all;
}

function assigned(options: JsonObject, assignment: string): JsonObject {
  const at = assignment.indexOf('=');
  if (at < 1)
    throw new MlopsError(
      failure('usage', `-O ${assignment}: expected key=value`, { help: '-O gates.accuracy.min=0.9' }),
    );
  return withValue(options, assignment.slice(0, at).split('.'), typedValue(assignment.slice(at + 1)));
}

function withValue(options: JsonObject, [key, ...rest]: readonly string[], value: Json): JsonObject {
  const below = Object.hasOwn(options, key!) ? options[key!] : undefined;
  return {
    ...options,
    [key!]: rest.length === 0 ? value : withValue(isJsonObject(below) ? below : {}, rest, value),
  };
}

function failureOf(spec: ActionSpec, { path, message, help }: Problem) {
  if (path.length > 0)
    return failure('usage', `option ${path.join('.')}: ${message}`, {
      help: help ?? `mlops ${spec.name} --help`,
    });
  const missing = /^"(\w+)".* is missing$/.exec(message)?.[1];
  const flag = missing === undefined ? '' : `--${missing} …; `;
  return failure('usage', `${spec.name}: ${message}`, { help: help ?? `${flag}mlops ${spec.name} --help` });
}
