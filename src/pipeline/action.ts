// Which action a stage has, and what a built-in one reads and writes.
import type { ActionCatalog, ActionPlan, ActionSpec } from '../core/action.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { Action } from '../core/pipeline.ts';
import { checkShape } from '../core/shape.ts';
import { suggest } from '../util/suggest.ts';
import type { StageSource } from './stage-source.ts';

export interface PlannedAction {
  readonly action: Action;
  /** Of a built-in action. */
  readonly plan?: ActionPlan;
  /** Path of a module that holds an action, as written. */
  readonly module?: string;
}

/** Exactly one action; anything else is reported and undefined. */
export function planAction(source: StageSource, actions: ActionCatalog): PlannedAction | undefined {
  const { body, raw, problems, where, whereKey } = source;
  const given = ['cmd', 'uses', ...actions.names].filter((key) => body[key] !== undefined);
  const [kind, second] = given;
  if (kind === undefined) {
    if (Object.keys(raw).some((key) => !(key in body))) return undefined; // a key was wrong, maybe this one
    problems.add(
      `stage "${source.base}" does nothing`,
      where([]),
      `give it one of cmd, ${actions.names.join(', ')}, uses`,
    );
    return undefined;
  }
  if (second !== undefined) {
    problems.add(
      `stage "${source.base}" has two actions, ${kind} and ${second}`,
      whereKey([second]),
      'a stage does one thing: make two stages of it',
    );
    return undefined;
  }
  if (body['with'] !== undefined && kind !== 'uses') {
    problems.add('"with" belongs to "uses"', whereKey(['with']), `put the options under ${kind}:`);
    return undefined;
  }
  if (kind === 'cmd') {
    const cmd = typeof body['cmd'] === 'string' ? [body['cmd']] : (body['cmd'] as string[]);
    return { action: { kind: 'cmd', cmd, where: where(['cmd']) } };
  }
  if (kind === 'uses') return planUses(source, actions);
  return planBuiltIn(actions.find(kind)!, (body[kind] ?? {}) as JsonObject, [kind], source);
}

function planUses(source: StageSource, actions: ActionCatalog): PlannedAction | undefined {
  const { body, problems, where } = source;
  const uses = body['uses'] as string;
  const options = (body['with'] ?? Object.create(null)) as JsonObject;
  if (/^\.\.?\//.test(uses)) {
    return { action: { kind: 'uses', uses, options, where: where(['uses']) }, module: uses };
  }
  const spec = actions.find(uses);
  if (!spec) {
    const near = suggest(uses, actions.names);
    problems.add(
      `there is no action "${uses}"`,
      where(['uses']),
      near
        ? `did you mean "${near}"?`
        : `built in: ${actions.names.join(', ')}; a module of yours starts with ./`,
    );
    return undefined;
  }
  const wrong = checkShape(spec.options, options);
  for (const each of wrong) {
    const place = ['with', ...each.path];
    problems.add(each.message, each.key ? source.whereKey(place) : where(place), each.help);
  }
  return wrong.length > 0 ? undefined : planBuiltIn(spec, options, ['with'], source);
}

function planBuiltIn(
  spec: ActionSpec,
  options: JsonObject,
  place: readonly string[],
  { problems, where, whereKey, local }: StageSource,
): PlannedAction | undefined {
  const plan = spec.plan(options, { local });
  for (const each of plan.problems) {
    const path = [...place, ...each.path];
    problems.add(each.message, each.key ? whereKey(path) : where(path), each.help);
  }
  if (plan.problems.length > 0) return undefined;
  return { action: { kind: 'uses', uses: spec.name, options, where: where(place) }, plan };
}

/** Where in the options a path is written, to underline it. */
export function placeOf(options: JsonObject, text: string): readonly string[] | undefined {
  for (const [key, value] of Object.entries(options)) {
    if (value === text) return [key];
    const below = isJsonObject(value) ? placeOf(value, text) : undefined;
    if (below) return [key, ...below];
  }
  return undefined;
}
