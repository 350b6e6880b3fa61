// The options of `explain`: their shape, their defaults, what the shape cannot say.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import {
  between,
  bool,
  count,
  either,
  elsewhere,
  integer,
  list,
  map,
  nothing,
  object,
  orNothing,
  type Problem,
  type Shape,
  share,
  text,
  word,
} from '../../core/shape.ts';
import type { Label } from '../evaluate/report.ts';
import {
  type ColumnOverrides,
  type DataSource,
  optionalSourceOf,
  optionalSourceShape,
  overridesShape,
  sourceOf,
  sourceShape,
} from '../frame/source.ts';
import { givenIn } from '../given.ts';
import { metricFor, metricHelp } from '../metrics/table.ts';
import { FOR_EXPLAIN, FOR_METHODS } from '../other-tools.ts';
import {
  labelOf,
  labelShape,
  type PredictOptions,
  predictKeys,
  predictOptionsOf,
  taskShape,
} from '../predict/options.ts';
import type { PredictTask } from '../predict/outputs.ts';
import type { AnchorOptions } from './anchors.ts';
import type { BackgroundOptions } from './background.ts';
import type { GroupsOption } from './groups.ts';

const METHODS = ['importance', 'shap', 'pdp', 'surrogate', 'lime', 'anchors'] as const;
export type Method = (typeof METHODS)[number];

export const explainShape: Shape = elsewhere(
  FOR_EXPLAIN,
  object(
    {
      model: text,
      data: sourceShape,
      target: orNothing('a column', text),
      reference: optionalSourceShape,
      task: taskShape,
      columns: overridesShape,
      ...predictKeys,
      methods: list(elsewhere(FOR_METHODS, word(...METHODS)), 1),
      class: labelShape,
      output: word('probability', 'logit'),
      rows: either(
        'a list of row numbers from 0, {where: EXPRESSION}, {worst: COUNT} or nothing',
        list(count(0)),
        object({ where: text }, ['where']),
        object({ worst: count(0) }, ['worst']),
        nothing,
      ),
      groups: either(
        'none, prefix, or a map from a name to its columns',
        word('none', 'prefix'),
        map(list(text, 1)),
      ),
      background: object({ rows: count(1), method: word('sample', 'medoids') }),
      importance: object({
        metric: text,
        repeats: count(1),
        rows: count(2),
        replicates: count(0, 100_000),
        level: between(0.5, 0.999),
      }),
      shap: object({ method: word('auto', 'exact', 'permutation'), permutations: count(1), rows: count(0) }),
      pdp: object({
        columns: either('a count, or a list of columns or groups', count(0), list(text, 1)),
        pairs: list(list(text, 2)),
        points: count(2),
        percentiles: list(share, 2),
        rows: count(1),
        curves: count(0),
      }),
      surrogate: object({ depth: count(1, 4), fidelity: share }),
      lime: object({ samples: count(10), features: count(1) }),
      anchors: object({
        threshold: between(0.5, 1),
        delta: between(0.0001, 0.5),
        tau: between(0.001, 1),
        batch: count(1),
        beam: count(1),
        calls: count(100),
      }),
      max_calls: count(1),
      seed: integer,
      privacy: object({ min_count: count(1), rows: bool }),
      report: text,
    },
    ['model', 'data'],
  ),
);

export type RowsOption =
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'where'; readonly where: string }
  /** The rows where the model is most wrong. */
  | { readonly kind: 'worst'; readonly count: number };

export interface ExplainOptions {
  readonly model: string;
  readonly data: DataSource;
  readonly target: string | null;
  readonly reference: DataSource | null;
  readonly task: PredictTask;
  readonly columns: ColumnOverrides;
  readonly predict: PredictOptions;
  readonly methods: readonly Method[];
  readonly class: Label | null;
  readonly output: 'probability' | 'logit';
  readonly rows: RowsOption;
  readonly groups: GroupsOption;
  readonly background: BackgroundOptions;
  readonly importance: {
    readonly metric: string;
    readonly repeats: number;
    readonly rows: number;
    readonly replicates: number;
    readonly level: number;
  };
  readonly shap: {
    readonly method: 'auto' | 'exact' | 'permutation';
    /** Null: as many of ten as `max_calls` allows. */
    readonly permutations: number | null;
    /** Rows for the global picture, beside the chosen ones. */
    readonly rows: number;
  };
  readonly pdp: {
    /** So many, the most important first; or these. */
    readonly columns: number | readonly string[];
    readonly pairs: readonly (readonly string[])[];
    readonly points: number;
    readonly percentiles: readonly [number, number];
    readonly rows: number;
    readonly curves: number;
  };
  readonly surrogate: { readonly depth: number; readonly fidelity: number };
  readonly lime: { readonly samples: number; readonly features: number };
  readonly anchors: AnchorOptions;
  readonly max_calls: number;
  readonly seed: number;
  readonly privacy: { readonly min_count: number; readonly rows: boolean };
}

/** Parses what `explainShape` has checked and `explainProblems` found nothing wrong with. */
export function explainOptionsOf(given: JsonObject): ExplainOptions {
  const { get, part } = givenIn(given);
  const { calls: most = 20_000, ...anchors } = part('anchors');
  const target = get<string | null>('target', null);
  const named = given['class'] as Label | boolean | undefined;
  return {
    model: given['model'] as string,
    data: sourceOf(given['data']!),
    target,
    reference: optionalSourceOf(given['reference']),
    task: get<PredictTask>('task', 'auto'),
    columns: part('columns') as ColumnOverrides,
    predict: predictOptionsOf(given),
    methods: get<readonly Method[]>('methods', defaultMethods(target)),
    class: named === undefined ? null : labelOf(named),
    output: get('output', 'probability'),
    rows: rowsOf(given['rows'] ?? null),
    groups: get<GroupsOption>('groups', 'none'),
    background: { rows: 100, method: 'sample', ...part('background') },
    importance: {
      metric: 'auto',
      repeats: 5,
      rows: 2000,
      replicates: 200,
      level: 0.95,
      ...part('importance'),
    },
    shap: { method: 'auto', permutations: null, rows: 100, ...part('shap') },
    pdp: {
      columns: 6,
      pairs: [],
      points: 100,
      percentiles: [0.05, 0.95],
      rows: 500,
      curves: 50,
      ...(part('pdp') as Partial<ExplainOptions['pdp']>),
    },
    surrogate: { depth: 4, fidelity: 0.8, ...part('surrogate') },
    lime: { samples: 5000, features: 10, ...part('lime') },
    anchors: {
      threshold: 0.95,
      delta: 0.1,
      tau: 0.15,
      batch: 100,
      beam: 4,
      ...anchors,
      most: most as number,
    },
    max_calls: get('max_calls', 10_000_000),
    seed: get('seed', 0),
    privacy: { min_count: 10, rows: false, ...part('privacy') },
  };
}

/** What can be had without asking for more: the importance of a column is measured by the truth. */
function defaultMethods(target: string | null): readonly Method[] {
  return target === null ? ['shap', 'pdp', 'surrogate'] : ['importance', 'shap', 'pdp', 'surrogate'];
}

const WORST = 5;

function rowsOf(given: Json): RowsOption {
  if (Array.isArray(given)) return { kind: 'indexes', indexes: given as readonly number[] };
  if (!isJsonObject(given)) return { kind: 'worst', count: WORST };
  if (typeof given['where'] === 'string') return { kind: 'where', where: given['where'] };
  return { kind: 'worst', count: given['worst'] as number };
}

/** Beyond the shape: what contradicts itself. Paths lead from the options. */
export function explainProblems(given: JsonObject): readonly Problem[] {
  const problems: Problem[] = [];
  const { target, methods, importance, rows, pdp } = explainOptionsOf(given);
  if (target === null && methods.includes('importance'))
    problems.push({
      path: ['methods'],
      message: 'importance measures how much worse the model gets, so it needs the truth',
      help: 'add target: COLUMN, or leave importance out of methods:',
    });
  if (target === null && rows.kind === 'worst' && isJsonObject(given['rows']))
    problems.push({
      path: ['rows'],
      message: 'the worst rows are those where the model is most wrong, so they need the truth',
      help: 'add target: COLUMN, or name rows: [0, 17]',
    });
  const { metric } = importance;
  if (metric !== 'auto' && !metricFor(metric))
    problems.push({
      path: ['importance', 'metric'],
      message: `unknown metric "${metric}"`,
      help: metricHelp(metric),
    });
  if (pdp.percentiles.length !== 2 || !(pdp.percentiles[0] < pdp.percentiles[1]))
    problems.push({ path: ['pdp', 'percentiles'], message: 'expected two shares, the lower first' });
  pdp.pairs.forEach((pair, index) => {
    if (pair.length !== 2 || pair[0] === pair[1])
      problems.push({ path: ['pdp', 'pairs', index], message: 'a pair is two different columns' });
  });
  return problems;
}
