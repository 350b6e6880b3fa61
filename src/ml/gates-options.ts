// How gates are written: a map from metric to rule, or a list whose items can also name a slice.
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import {
  atLeast,
  bool,
  either,
  list,
  map,
  number,
  object,
  type Problem,
  type Shape,
  text,
  word,
} from '../core/shape.ts';
import { metricFor, metricHelp, metricName } from './metrics/table.ts';

const LIMITS = ['min', 'max', 'max_worse_abs', 'max_worse_pct', 'min_better_abs', 'max_gap_abs'] as const;
export type Limit = (typeof LIMITS)[number];

const rule: { readonly [key: string]: Shape } = {
  ...Object.fromEntries(LIMITS.map((name) => [name, limitShape(name)])),
  require: word('point', 'ci'),
};

/** Amounts of change count from 0 up; values may be of either sign. */
function limitShape(name: Limit): Shape {
  return name === 'min' || name === 'max' ? number : atLeast(0);
}

export const gatesShape: Shape = either(
  'a map from metric to limits, or a list of them',
  map(object(rule)),
  list(
    object(
      {
        metric: text,
        slice: either(
          'a map from column to value, or the name of a slice',
          text,
          map(either('text, a number, true or false', text, number, bool)),
        ),
        ...rule,
      },
      ['metric'],
    ),
  ),
);

export interface Gate {
  /** As reports call it. */
  readonly metric: string;
  readonly slice: { readonly [column: string]: string | number | boolean } | null;
  readonly limits: { readonly [limit in Limit]?: number };
  readonly require: 'point' | 'ci';
}

/** Parses what `gatesShape` has checked. */
export function gatesOf(written: Json | undefined): readonly Gate[] {
  return entriesOf(written).map(({ metric, rule: each }) => ({
    metric: metricName(metric),
    slice:
      typeof each['slice'] === 'string'
        ? { where: each['slice'] }
        : ((each['slice'] as Gate['slice'] | undefined) ?? null),
    limits: Object.fromEntries(
      LIMITS.flatMap((name) => (each[name] === undefined ? [] : [[name, each[name]]])),
    ),
    require: (each['require'] as Gate['require'] | undefined) ?? 'point',
  }));
}

/** Beyond the shape: unknown metrics, rules without a limit. Paths lead from `gates`. */
export function gateProblems(written: Json | undefined): readonly Problem[] {
  return entriesOf(written).flatMap(({ metric, rule: each, path }) => {
    const problems: Problem[] = [];
    if (!metricFor(metric))
      problems.push({
        path: Array.isArray(written) ? [...path, 'metric'] : path,
        ...(Array.isArray(written) ? {} : { key: true as const }),
        message: `unknown metric "${metric}"`,
        help: metricHelp(metric),
      });
    if (!LIMITS.some((name) => each[name] !== undefined))
      problems.push({
        path,
        message: `the gate on ${metric} has no limit`,
        help: `one of ${LIMITS.join(', ')}`,
      });
    return problems;
  });
}

function entriesOf(written: Json | undefined): readonly {
  readonly metric: string;
  readonly rule: JsonObject;
  readonly path: readonly (string | number)[];
}[] {
  if (Array.isArray(written))
    return written.map((each: JsonObject, index: number) => ({
      metric: each['metric'] as string,
      rule: each,
      path: [index],
    }));
  if (!isJsonObject(written)) return [];
  return Object.entries(written).map(([metric, each]) => ({
    metric,
    rule: each as JsonObject,
    path: [metric],
  }));
}
