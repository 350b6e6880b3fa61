// Explanations of formulas and of a forest, beside shap, lime and scikit-learn.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dependenceOf } from '../../../src/ml/explain/dependence.ts';
import { interpretables } from '../../../src/ml/explain/interpretable.ts';
import { fitLime } from '../../../src/ml/explain/lime-fit.ts';
import { explainOptionsOf } from '../../../src/ml/explain/options.ts';
import { permutationImportance } from '../../../src/ml/explain/permutation-importance.ts';
import { shapOf } from '../../../src/ml/explain/shap.ts';
import { permutationPlan } from '../../../src/ml/explain/shapley.ts';
import { readFrames } from '../../../src/ml/frame/read.ts';
import { sourceOf } from '../../../src/ml/frame/source.ts';
import { computeClassification, computeRegression, metricFor } from '../../../src/ml/metrics/table.ts';
import { openModel, withScorer } from '../../../src/ml/predict/model.ts';
import { predictOptionsOf } from '../../../src/ml/predict/options.ts';
import { spearman } from '../../../src/ml/stats/spearman.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { alone, ask, type Formula, frameOf, rowsOf, valuesIn } from '../explain/formula.ts';
import { type Agreement, agreementOf, type Compared } from './agreement.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/ml');
const SCRIPT = 'fixtures/ml/explain/make.py';

interface Golden {
  readonly shap: {
    readonly background: number[][];
    readonly rows: number[][];
    readonly base: number;
    readonly exact: number[][];
    readonly orders: number[][][];
    readonly permutation: number[][];
    readonly groups: number[][];
    readonly grouped: number[][];
  };
  readonly forest: { readonly base: number; readonly exact: number[][] };
  readonly lime: {
    readonly train: number[][];
    readonly cases: {
      readonly most: number;
      readonly same: string[];
      readonly answers: number[];
      readonly intercept: number;
      readonly weights: [number, number][];
      readonly r2: number;
      readonly prediction: number;
    }[];
  };
  readonly importance: {
    readonly y: number[];
    readonly labels: number[];
    readonly orders: number[][];
    readonly cases: {
      readonly metric: string;
      readonly importances: number[][];
      readonly mean: number[];
      readonly std: number[];
    }[];
  };
  readonly pdp: {
    readonly column: number;
    readonly resolution: number;
    readonly grid: number[];
    readonly average: number[];
    readonly individual: number[][];
  }[];
  readonly spearman: { readonly a: number; readonly b: number; readonly rho: number }[];
}

/** The formulas of make.py. */
const f: Formula = ([a, b, c, d, e, last]) =>
  2 * a! - b! + a! * c! + 0.5 * d! ** 2 + Math.max(b!, e!) * c! * d! - Math.abs(last!);
const g: Formula = (row) => f(row) + 0.7 * row[6]! - (row[7] === 2 ? 1 : 0);

export async function agreements(): Promise<readonly Agreement[]> {
  const golden = JSON.parse(readFileSync(join(FIXTURES, 'explain/golden.json'), 'utf8')) as Golden;
  const row = (subject: string, tool: string, compared: readonly Compared[], tolerance = 1e-9): Agreement =>
    agreementOf({ part: 'explain', subject, tool, script: SCRIPT, tolerance, measure: 'absolute' }, compared);
  return [
    row('SHAP values, exact', 'shap', await exactValues(golden)),
    row('SHAP values, the same orders', 'shap', await sampledValues(golden)),
    row('SHAP values, columns in groups', 'shap', await groupedValues(golden)),
    row('SHAP values of an ONNX forest (float32)', 'shap', await forestValues(golden), 1e-6),
    row('LIME weights, the same neighbours', 'lime', golden.lime.cases.flatMap(limeNumbers)),
    row('permutation importance, the same orders', 'scikit-learn', await importances(golden)),
    row('partial dependence and single curves, brute', 'scikit-learn', await dependences(golden)),
    row(
      'Spearman correlation',
      'scipy',
      golden.spearman.map(({ a, b, rho }) => ({
        ours: spearman(column(golden.lime.train, a), column(golden.lime.train, b)),
        theirs: rho,
      })),
    ),
  ];
}

function column(rows: readonly number[][], at: number): Float64Array {
  return Float64Array.from(rows, (row) => row[at]!);
}

function pairs(ours: ArrayLike<number>, theirs: readonly number[]): Compared[] {
  return theirs.map((each, at) => ({ ours: ours[at]!, theirs: each }));
}

function shapInput({ shap }: Golden, groups = alone(6)) {
  const frame = frameOf([...shap.rows, ...shap.background]);
  const count = shap.rows.length;
  return {
    asked: { frame, raw: ask(frame, f) },
    answer: valuesIn,
    groups,
    background: Int32Array.from(shap.background, (_, at) => count + at),
    rows: Int32Array.from(shap.rows.keys()),
    method: { kind: 'exact' as const },
    seed: 0,
  };
}

async function exactValues(golden: Golden): Promise<Compared[]> {
  const { base, rows } = await shapOf(shapInput(golden));
  return [
    { ours: base, theirs: golden.shap.base },
    ...rows.flatMap(({ values }, at) => pairs(values, golden.shap.exact[at]!)),
  ];
}

async function groupedValues(golden: Golden): Promise<Compared[]> {
  const groups = golden.shap.groups.map((members, at) => ({
    name: `g${at}`,
    columns: members.map((k) => `c${k}`),
  }));
  const { rows } = await shapOf(shapInput(golden, groups));
  return rows.flatMap(({ values }, at) => pairs(values, golden.shap.grouped[at]!));
}

/** shap draws new orders for each row; they stand in the fixture. */
async function sampledValues(golden: Golden): Promise<Compared[]> {
  const { asked, background } = shapInput(golden);
  const compared: Compared[] = [];
  for (const [row, orders] of golden.shap.orders.entries()) {
    const players = orders[0]!.toSorted((a, b) => a - b);
    const plan = permutationPlan(
      players.length,
      orders.map((order) => Int32Array.from(order, (k) => players.indexOf(k))),
    );
    const worths = new Float64Array(plan.coalitions.length);
    for (const [at, coalition] of plan.coalitions.entries()) {
      const columns = players.flatMap((k, player) => (coalition[player] === 1 ? [`c${k}`] : []));
      const answers = valuesIn(await asked.raw([{ rows: background, changes: [{ columns, from: row }] }]));
      worths[at] = answers.reduce((sum, each) => sum + each, 0) / answers.length;
    }
    const { values } = plan.shares(worths);
    for (const [player, k] of players.entries())
      compared.push({ ours: values[player]!, theirs: golden.shap.permutation[row]![k]! });
  }
  return compared;
}

async function forestValues({ forest }: Golden): Promise<Compared[]> {
  const cwd = join(FIXTURES, 'models');
  const names = ['temp', 'wind', 'hour'];
  const [frame] = await readFrames([sourceOf('rows.csv')], { cwd, columns: names });
  const options = predictOptionsOf({});
  const file = openModel('forest-zipmap.onnx', cwd);
  const inputs = [
    { name: file.model.inputs[0]!.name, dtype: 'float32', columns: names, from: 'option' as const },
  ];
  return withScorer(file, options, async (scorer) => {
    const scores = scorer.model.outputs.find(({ dtype }) => dtype === 'float32')!.name;
    const { base, rows } = await shapOf({
      asked: {
        frame: frame!,
        raw: scorer.patcher(frame!, inputs, { task: 'classes', scores, label: null, value: null }),
      },
      answer: ({ scores: given }) => given!.values.filter((_, at) => at % 2 === 1),
      groups: names.map((name) => ({ name, columns: [name] })),
      background: Int32Array.from({ length: 50 }, (_, at) => at),
      rows: Int32Array.from(forest.exact, (_, at) => 50 + at),
      method: { kind: 'exact' },
      seed: 0,
    });
    return [
      { ours: base, theirs: forest.base },
      ...rows.flatMap(({ values }, at) => pairs(values, forest.exact[at]!)),
    ];
  });
}

function limeNumbers(each: Golden['lime']['cases'][number]): Compared[] {
  const features = each.same[0]!.length;
  const same = Uint8Array.from(each.same.join(''), Number);
  const fit = fitLime({ features, same, answers: Float64Array.from(each.answers) }, each.most);
  const weight = new Map(fit.weights.map((found) => [found.feature, found.weight]));
  return [
    { ours: fit.intercept, theirs: each.intercept },
    { ours: fit.r2, theirs: each.r2 },
    { ours: fit.prediction, theirs: each.prediction },
    ...each.weights.map(([feature, theirs]) => ({ ours: weight.get(feature) ?? Number.NaN, theirs })),
    ...pairs(
      fit.weights.map(({ feature }) => feature),
      each.weights.map(([feature]) => feature),
    ),
  ];
}

async function importances({ importance, lime }: Golden): Promise<Compared[]> {
  const frame = frameOf(lime.train.slice(0, importance.y.length));
  const rows = Int32Array.from(importance.y.keys());
  const compared: Compared[] = [];
  for (const { metric: name, importances: theirs, mean, std } of importance.cases) {
    const classes = name === 'roc_auc' || name === 'neg_log_loss';
    const metric = metricFor(name, classes ? 'binary' : 'regression')!;
    const score = (answers: Float64Array): number => {
      const values = classes
        ? computeClassification([metric], classification(answers, importance.labels))
        : computeRegression([metric], {
            truth: Float64Array.from(importance.y),
            predicted: answers,
            weights: null,
          });
      return Number(values.get(metric.name)) * (metric.better === 'max' ? 1 : -1);
    };
    const { groups } = await permutationImportance<Float64Array>({
      rows: rows.length,
      groups: alone(8),
      orders: importance.orders.map((order) => Int32Array.from(order)),
      predict: async (change) => {
        const changes = change ? [{ columns: change.columns, from: change.order }] : [];
        return Float64Array.from(rowsOf(frame, [{ rows, changes }]), classes ? f : g);
      },
      goodness: score,
      replicates: 0,
      level: 0.95,
      random: randomFrom(0),
    });
    groups.forEach((group, at) => {
      compared.push(
        ...pairs(group.drops, theirs[at]!),
        { ours: group.mean, theirs: mean[at]! },
        { ours: group.std, theirs: std[at]! },
      );
    });
  }
  return compared;
}

function classification(logits: Float64Array, labels: readonly number[]) {
  const scores = new Float64Array(2 * logits.length);
  for (const [row, logit] of logits.entries()) {
    scores[2 * row + 1] = 1 / (1 + Math.exp(-logit));
    scores[2 * row] = 1 - scores[2 * row + 1]!;
  }
  return {
    truth: Int32Array.from(labels),
    predicted: Int32Array.from(logits, (logit) => (logit > 0 ? 1 : 0)),
    classes: 2,
    positive: 1,
    scores,
    probabilities: true,
    weights: null,
  };
}

async function dependences({ pdp, lime }: Golden): Promise<Compared[]> {
  const frame = frameOf(lime.train);
  const all = Int32Array.from(lime.train.keys());
  const columns = [...frame.columns.keys()];
  const asked = {
    frame,
    rows: frame.rows,
    reference: all,
    features: columns,
    mapped: [{ name: 'X', dtype: 'float64', columns, from: 'option' as const }],
    over: (other: typeof frame) => ask(other, g),
  };
  const features = interpretables(frame, alone(columns.length), all, 1);
  const compared: Compared[] = [];
  for (const { column: at, resolution, grid, average, individual } of pdp) {
    const options = explainOptionsOf({ model: 'm', data: 'd', pdp: { points: resolution, curves: 300 } });
    const curve = (await dependenceOf({ asked, answer: valuesIn, options }, features[at]!))!;
    compared.push(
      ...pairs(curve.at as readonly number[], grid),
      { ours: curve.at.length, theirs: grid.length },
      ...pairs(curve.mean, average),
      ...individual.flatMap((each, row) =>
        pairs(
          curve.curves[row]!,
          each.map((value) => value - each[0]!),
        ),
      ),
    );
  }
  return compared;
}
