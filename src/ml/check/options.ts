// The options of `check`, and what a check stage will read and write.
import type { ActionPlan } from '../../core/action.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import {
  any,
  count,
  described,
  either,
  list,
  map,
  object,
  type Problem,
  type Shape,
  text,
} from '../../core/shape.ts';
import {
  type ColumnOverrides,
  type DataSource,
  overridesShape,
  sourceOf,
  sourceShape,
} from '../frame/source.ts';
import { findingsGatesShape } from '../gates-findings.ts';
import { withoutGates } from '../given.ts';
import { reportPaths } from '../report-files.ts';

export const checkShape: Shape = object({
  uses: described('A module whose default export gets batches of rows and returns findings', text),
  cmd: described(
    'Instead of a module: a command, or a list of them, that writes findings to the file $MLOPS_FINDINGS',
    either('a command or a list of commands', text, list(text, 1)),
  ),
  data: described(
    'What is looked at; each item of a list is a table of its own',
    either('a table or a list of tables', list(sourceShape, 1), sourceShape),
  ),
  files: described('Further files that it reads, tables or not', list(text)),
  with: described('Handed to the check', map(any)),
  columns: overridesShape,
  batch: described('Rows of a batch; 10,000 where not given', count(1)),
  report: text,
  gates: findingsGatesShape,
});

export interface CheckOptions {
  readonly check:
    | { readonly kind: 'module'; readonly path: string }
    | { readonly kind: 'command'; readonly commands: readonly string[] };
  readonly data: readonly DataSource[];
  readonly files: readonly string[];
  readonly with: JsonObject;
  readonly columns: ColumnOverrides;
  readonly batch: number;
}

/** `json` fits `checkShape`, and `planCheck` found no problem. */
export function checkOptionsOf(json: JsonObject): CheckOptions {
  const { uses, cmd } = json;
  return {
    check:
      typeof uses === 'string'
        ? { kind: 'module', path: uses }
        : { kind: 'command', commands: typeof cmd === 'string' ? [cmd] : (cmd as readonly string[]) },
    data: sourcesOf(json['data']),
    files: (json['files'] ?? []) as readonly string[],
    with: (json['with'] ?? {}) as JsonObject,
    columns: (json['columns'] ?? {}) as ColumnOverrides,
    batch: (json['batch'] ?? 10_000) as number,
  };
}

function sourcesOf(data: Json | undefined): readonly DataSource[] {
  if (data === undefined) return [];
  return (Array.isArray(data) ? (data as readonly Json[]) : [data]).map(sourceOf);
}

export function planCheck(options: JsonObject, stage: { readonly local: string }): ActionPlan {
  const { uses } = options;
  return {
    reads: [
      ...(typeof uses === 'string' ? [uses.replace(/^\.\//, '')] : []),
      ...sourcesOf(options['data']).flatMap(({ paths }) => paths),
      ...((options['files'] ?? []) as readonly string[]),
    ],
    writes: [{ path: reportPaths(options, stage.local).report, git: true, metric: true }],
    hashed: withoutGates(options),
    problems: checkProblems(options),
  };
}

function checkProblems({ uses, cmd, data }: JsonObject): readonly Problem[] {
  if (uses === undefined && cmd === undefined)
    return [{ path: [], message: 'a check needs "uses", a module, or "cmd", a command' }];
  if (uses !== undefined && cmd !== undefined)
    return [{ path: ['cmd'], key: true, message: 'a check is a module or a command: give one of uses, cmd' }];
  if (typeof uses === 'string' && !/^\.\.?\//.test(uses))
    return [{ path: ['uses'], message: `"${uses}" is no module of yours`, help: 'its path starts with ./' }];
  if (uses !== undefined && data === undefined)
    return [{ path: [], message: 'a module needs "data", the tables whose rows it gets' }];
  return [];
}
