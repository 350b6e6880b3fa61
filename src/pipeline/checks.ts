// The `checks:` of a file → one stage for each check and stage that it looks at, named as foreach names them: `rows@prepare`.
import type { ActionCatalog } from '../core/action.ts';
import { pathFrom } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { Stage } from '../core/pipeline.ts';
import { described, list, object, type Shape, text } from '../core/shape.ts';
import { compileGlob } from '../util/glob.ts';
import { stageKeys } from './shapes.ts';
import type { Path } from './yaml-places.ts';

/** Keys of the stage that runs the check; all others of a stage follow from what it looks at. */
const OF_STAGE = ['deps', 'params', 'env', 'secrets', 'resources', 'mutex', 'timeout', 'retries', 'desc'];
/** Options of the action that follow from the stage looked at. */
const FOLLOWS = ['data', 'report'];

/** One entry of `checks:`: the options of the action `check`, which stages it follows, and how it runs. */
export function checksShape(actions: ActionCatalog): Shape {
  const all = stageKeys(actions);
  const own = Object.entries(optionsOf(actions)).filter(([key]) => !FOLLOWS.includes(key));
  return object({
    ...Object.fromEntries(own),
    ...Object.fromEntries(OF_STAGE.map((key) => [key, all[key]!])),
    stages: described('Names or globs of the stages it follows; every stage where not given', list(text, 1)),
    outs: described('Globs of the outs it looks at; every one where not given', list(text, 1)),
  });
}

function optionsOf(actions: ActionCatalog): { readonly [key: string]: Shape } {
  const options = actions.find('check')?.options;
  return options?.kind === 'object' ? options.keys : {};
}

export interface CheckInstance {
  /** What stands after `@`, and the stage looked at. */
  readonly stage: Stage;
  readonly body: JsonObject;
}

/** `check` fits its shape. Stages it does not name, and those with nothing for it to look at, have none. */
export function instancesOf(
  check: JsonObject,
  stages: readonly Stage[],
  actions: ActionCatalog,
): CheckInstance[] {
  return followedBy(check, stages).flatMap((stage) => {
    const outs = outsFor(check, stage);
    const tables = outs.filter((path) => TABLE.test(path));
    if (outs.length === 0 || (check['uses'] !== undefined && tables.length === 0)) return [];
    const files = [...((check['files'] ?? []) as string[]), ...outs.filter((path) => !TABLE.test(path))];
    const options = Object.entries(check).filter(([key]) => key in optionsOf(actions));
    const rest = Object.entries(check).filter(([key]) => OF_STAGE.includes(key));
    const looked = { ...(tables.length > 0 ? { data: tables } : {}), ...(files.length > 0 ? { files } : {}) };
    return [
      { stage, body: { ...Object.fromEntries(rest), check: { ...Object.fromEntries(options), ...looked } } },
    ];
  });
}

/** Patterns of `stages` that name none. */
export function followsNothing(check: JsonObject, stages: readonly Stage[]): readonly string[] {
  const patterns = (check['stages'] ?? []) as readonly string[];
  return patterns.filter((pattern) => !stages.some((stage) => isNamed(stage, pattern)));
}

function followedBy(check: JsonObject, stages: readonly Stage[]): readonly Stage[] {
  const patterns = check['stages'] as readonly string[] | undefined;
  return patterns ? stages.filter((stage) => patterns.some((pattern) => isNamed(stage, pattern))) : stages;
}

function isNamed({ local, base }: Stage, pattern: string): boolean {
  return pattern === base || compileGlob(pattern)(local);
}

/** Formats that the table reader knows by name. */
const TABLE = /\.(csv|txt|tsv|tab|jsonl|ndjson|parquet|pq)(\.gz|\.zst)?$/i;

/** Paths relative to the folder of pipeline.yaml; an out outside of it is not looked at. */
function outsFor(check: JsonObject, { outs, file }: Stage): readonly string[] {
  const patterns = (check['outs'] as readonly string[] | undefined)?.map(compileGlob);
  return outs
    .filter(({ path }) => file.dir === '' || path.startsWith(`${file.dir}/`))
    .map(({ path }) => pathFrom(file.dir, path))
    .filter((path) => !patterns || patterns.some((matches) => matches(path)));
}

/** Where a place in the body of such a stage is written, seen from the check. */
export function writtenAt(path: Path): Path {
  return path[0] === 'check' ? path.slice(1) : path;
}
