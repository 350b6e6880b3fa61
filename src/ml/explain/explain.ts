// `explain`: what a model relies on, over all rows and for single ones. Options in, report and details out; nothing is
// written. The model is asked nothing before the number of questions is known, and said.
import { fail } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { randomFrom } from '../../util/random.ts';
import { suggest } from '../../util/suggest.ts';
import type { EvaluateIo } from '../evaluate/evaluate.ts';
import { rounded } from '../evaluate/round.ts';
import { isNull, takeRows } from '../frame/frame.ts';
import type { Predictions } from '../predict/interpret.ts';
import { sampleRows } from '../stats/sample.ts';
import { backgroundRows } from './background.ts';
import { type Budget, budgetInWords, budgetOf } from './budget.ts';
import { chosenCount, chosenRows } from './choose-rows.ts';
import { correlatedPairs } from './correlated.ts';
import { type Dependence, dependenceOf, pairDependence } from './dependence.ts';
import { findingsOf } from './findings.ts';
import { groupsOf } from './groups.ts';
import { importanceOf } from './importance.ts';
import { type Interpretable, interpretables } from './interpretable.ts';
import { type Asked, type Explanandum, explanandumOf, withAsked } from './load.ts';
import { localExplanations } from './local-rows.ts';
import { type ExplainOptions, explainOptionsOf, type Method } from './options.ts';
import type { ColumnGroup } from './permutation-importance.ts';
import type {
  ExplainDetails,
  ExplainReport,
  ImportanceReport,
  PdpReport,
  ShapReport,
  SurrogateReport,
} from './report.ts';
import { type Shap, shapOf } from './shap.ts';
import { additivityOf, shapColumns, shapStrips } from './shap-report.ts';
import { surrogateOf } from './surrogate.ts';

export interface Explanation {
  readonly report: ExplainReport;
  readonly details: ExplainDetails;
  /** For the run record, in no out: device and runtime that were used. */
  readonly uses: JsonObject;
}

/**
 * @param given options that `explainShape` and `explainProblems` have accepted
 * @throws MlopsError with what is wrong with model, data, options, or the way they fit
 */
export async function explain(given: JsonObject, io: EvaluateIo): Promise<Explanation> {
  const options = explainOptionsOf(given);
  return withAsked(options, { cwd: io.cwd, signal: io.signal }, async (asked) => {
    const groups = groupsOf(asked.features, options.groups, (columns) => isOneHot(asked, columns));
    const background = backgroundOf(asked, options);
    const budget = budgetOf(
      {
        rows: asked.rows,
        groups: groups.length,
        background: background.length,
        chosen: chosenCount(asked, options),
      },
      options,
    );
    io.log?.(budgetInWords(budget.calls));
    const predictions = await asked.predict([{ rows: upTo(asked.rows), changes: [] }]);
    const explanandum = explanandumOf(predictions, options);
    const features = interpretables(asked.frame, groups, asked.reference, options.privacy.min_count);
    const at: Work = { asked, groups, features, background, budget, predictions, explanandum, options };
    const result = await measure(at);
    for (const { message } of result.report.findings) io.log?.(message);
    const named = { stage: io.stage };
    return {
      report: rounded({ schema: 'mlops.explain/1', ...named, ...result.report }),
      details: rounded({ schema: 'mlops.explain.details/1', ...named, ...result.details }),
      uses: asked.uses,
    };
  });
}

interface Work {
  readonly asked: Asked;
  readonly groups: readonly ColumnGroup[];
  /** As the groups. */
  readonly features: readonly Interpretable[];
  readonly background: Int32Array;
  readonly budget: Budget;
  readonly predictions: Predictions;
  readonly explanandum: Explanandum;
  readonly options: ExplainOptions;
}

interface Result {
  readonly report: Omit<ExplainReport, 'schema' | 'stage'>;
  readonly details: Omit<ExplainDetails, 'schema' | 'stage'>;
}

async function measure(work: Work): Promise<Result> {
  const { asked, groups, features, background, budget, predictions, explanandum, options } = work;
  const unavailable: { [method: string]: string } = {};
  /** null, with its reason noted, where a method cannot be. */
  const known = <T extends object>(method: Method, found: T | { readonly unavailable: string }): T | null => {
    if (!('unavailable' in found)) return found;
    unavailable[method] = found.unavailable;
    return null;
  };
  const wants = (method: Method): boolean => options.methods.includes(method);
  const chosen = chosenRows(asked, predictions, options);
  if (chosen.length === 0 && (wants('lime') || wants('anchors')))
    for (const method of ['lime', 'anchors'] as const)
      if (wants(method)) unavailable[method] = 'no row is chosen: name rows: [0, 17], or add target: COLUMN';
  if (wants('anchors') && predictions.task === 'regression')
    unavailable['anchors'] = 'an anchor keeps a class, and a regression has none';
  const importance = wants('importance')
    ? known('importance', await importanceOf(asked, predictions, groups, options))
    : null;
  const shap = await shapFor(work, chosen);
  const base = shap?.base ?? (await baseOf(work));
  const pdp = wants('pdp') ? await pdpOf(work, orderOf(importance, shap?.report ?? null, groups)) : null;
  if (pdp)
    for (const name of pdp.flat)
      unavailable[`pdp of ${name}`] = 'its 5th and 95th percentile are the same, or it has one value';
  const surrogate = wants('surrogate') ? known('surrogate', surrogateFor(work)) : null;
  const correlated = correlatedPairs(asked.frame, asked.reference, groups, options.seed);
  const local = await localExplanations({
    asked,
    predictions,
    explanandum,
    features,
    chosen,
    shap: shap?.all ?? null,
    options,
  });
  const report: Omit<Result['report'], 'findings'> = {
    task: predictions.task,
    inputs: asked.inputs,
    mapping: { target: options.target, inputs: asked.mapped },
    explains: { ...explanandum.explained, mean: base },
    groups,
    calls: budget.calls,
    metrics: surrogate ? { surrogate_fidelity: surrogate.fidelity } : {},
    importance,
    shap: shap?.report ?? null,
    pdp: pdp?.report ?? null,
    surrogate,
    rows: {
      chosen: options.rows.kind,
      count: chosen.length,
      methods:
        chosen.length === 0
          ? []
          : (['shap', 'lime', 'anchors'] as const).filter(
              (method) => wants(method) && !(method in unavailable),
            ),
    },
    correlated,
    unavailable,
  };
  return {
    report: { ...report, findings: findingsOf(report, options, missingIn(asked)) },
    details: {
      background: {
        from: asked.referenceFrom,
        rows: [...background].map((row) => row - asked.reference[0]!),
      },
      shap: shap ? shapStrips(asked, groups, shap.sampled) : [],
      pdp: pdp?.curves ?? [],
      pairs: pdp?.pairs ?? [],
      local,
    },
  };
}

function upTo(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row);
}

function backgroundOf(
  { frame, reference, features }: Asked,
  { background, seed }: ExplainOptions,
): Int32Array {
  const vectors = features.flatMap((name) => {
    const column = frame.columns.get(name)!;
    return column.kind === 'categorical' ? [] : [Float64Array.from(reference, (row) => column.values[row]!)];
  });
  return backgroundRows(reference.length, background, vectors, randomFrom(seed)).map((at) => reference[at]!);
}

function isOneHot({ frame, reference }: Asked, names: readonly string[]): boolean {
  const columns = names.map((name) => frame.columns.get(name)!);
  return reference.every((row) => {
    let sum = 0;
    for (const column of columns) {
      if (column.kind === 'categorical') return false;
      const cell = column.values[row]!;
      if (cell !== 0 && cell !== 1) return false;
      sum += cell;
    }
    return sum <= 1;
  });
}

/** Columns with cells that hold no value, and in how many rows of the data. */
function missingIn({
  frame,
  rows,
  features,
}: Asked): readonly { readonly name: string; readonly rows: number }[] {
  return features.flatMap((name) => {
    const column = frame.columns.get(name)!;
    let missing = 0;
    for (let row = 0; row < rows; row++) if (isNull(column, row)) missing++;
    return missing === 0 ? [] : [{ name, rows: missing }];
  });
}

interface ShapFor {
  readonly base: number;
  readonly all: Shap;
  /** The rows of the global picture. */
  readonly sampled: Shap['rows'];
  readonly report: ShapReport;
}

async function shapFor(work: Work, chosen: Int32Array): Promise<ShapFor | null> {
  const { asked, groups, background, budget, predictions, explanandum, options } = work;
  if (!options.methods.includes('shap')) return null;
  const sampled = sampleRows(asked.rows, options.shap.rows, randomFrom(options.seed));
  const rows = Int32Array.from(new Set([...sampled, ...chosen]));
  const all = await shapOf({
    asked,
    answer: explanandum.of,
    groups,
    background,
    rows,
    method: budget.shap,
    seed: options.seed,
  });
  const usual = explanandum.ofAll(predictions);
  const shown = all.rows.slice(0, sampled.length);
  return {
    base: all.base,
    all,
    sampled: shown,
    report: {
      method: budget.shap.kind,
      permutations: budget.shap.kind === 'exact' ? null : budget.shap.permutations,
      background: { rows: background.length, method: options.background.method, from: asked.referenceFrom },
      seed: options.seed,
      rows: shown.length,
      additivity: additivityOf(all, (row) => usual[row]!),
      columns: shapColumns(asked, groups, shown),
    },
  };
}

async function baseOf({ asked, background, explanandum }: Work): Promise<number> {
  const answers = explanandum.of(await asked.raw([{ rows: background, changes: [] }]));
  return answers.reduce((sum, answer) => sum + answer, 0) / answers.length;
}

/** Names of the groups, those that the model relies on most first. */
function orderOf(
  importance: ImportanceReport | null,
  shap: ShapReport | null,
  groups: readonly ColumnGroup[],
): readonly string[] {
  return (importance?.columns ?? shap?.columns ?? groups).map(({ name }) => name);
}

interface Pdp {
  readonly report: PdpReport;
  readonly curves: ExplainDetails['pdp'];
  readonly pairs: ExplainDetails['pairs'];
  /** Columns that do not vary. */
  readonly flat: readonly string[];
}

async function pdpOf(
  { asked, features, explanandum, options }: Work,
  order: readonly string[],
): Promise<Pdp> {
  const input: Dependence = { asked, answer: explanandum.of, options };
  const { columns } = options.pdp;
  const names = typeof columns === 'number' ? order.slice(0, columns) : columns;
  const curves: ExplainDetails['pdp'][number][] = [];
  const flat: string[] = [];
  for (const name of names) {
    const curve = await dependenceOf(input, featureNamed(features, name));
    if (curve) curves.push(curve);
    else flat.push(name);
  }
  const pairs: ExplainDetails['pairs'][number][] = [];
  for (const [a, b] of options.pdp.pairs) {
    const pair = await pairDependence(input, [featureNamed(features, a!), featureNamed(features, b!)]);
    if (pair) pairs.push(pair);
    else flat.push(`${a}, ${b}`);
  }
  return {
    report: {
      rows: Math.min(options.pdp.rows, asked.rows),
      columns: curves.map(({ name, kind, mean }) => ({
        name,
        kind,
        span: Math.max(...mean) - Math.min(...mean),
      })),
    },
    curves,
    pairs,
    flat,
  };
}

function featureNamed(features: readonly Interpretable[], name: string): Interpretable {
  const found = features.find((each) => each.name === name);
  if (found) return found;
  const names = features.map((each) => each.name);
  const near = suggest(name, names);
  return fail('config', `pdp: "${name}" is neither a feature nor a group`, {
    help: near ? `did you mean "${near}"?` : `there are: ${names.join(', ')}`,
  });
}

function surrogateFor({
  asked,
  explanandum,
  predictions,
  options,
}: Work): SurrogateReport | { readonly unavailable: string } {
  const data = takeRows(asked.frame, upTo(asked.rows));
  return surrogateOf(data, asked.features, explanandum.ofAll(predictions), {
    ...options.surrogate,
    seed: options.seed,
    min_count: options.privacy.min_count,
  });
}
