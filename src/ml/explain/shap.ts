// SHAP values of rows: how the model's answer for a row comes about, from its mean over a background to what it is.
//
// A column whose value is the same in every row of the background cannot move the answer: its part is 0, and nothing is
// asked about it. All rows share their orders, so equal rows get equal parts.
import { randomFrom } from '../../util/random.ts';
import type { Column } from '../frame/frame.ts';
import type { Patch } from '../predict/patch.ts';
import { mean } from '../stats/moments.ts';
import type { Asked, Explanandum } from './load.ts';
import { type ColumnGroup, permutations } from './permutation-importance.ts';
import { exactPlan, type GamePlan, permutationPlan } from './shapley.ts';

export interface ShapInput {
  readonly asked: Pick<Asked, 'frame' | 'raw'>;
  readonly answer: Explanandum['of'];
  readonly groups: readonly ColumnGroup[];
  readonly background: Int32Array;
  /** To be explained. */
  readonly rows: Int32Array;
  /** Exact, or so many orders of the columns. */
  readonly method:
    | { readonly kind: 'exact' }
    | { readonly kind: 'permutation'; readonly permutations: number };
  readonly seed: number;
}

export interface RowShares {
  readonly row: number;
  readonly answer: number;
  /** One for each group. */
  readonly values: Float64Array;
  readonly errors: Float64Array | null;
}

export interface Shap {
  /** Mean answer over the background. */
  readonly base: number;
  readonly rows: readonly RowShares[];
}

export async function shapOf(input: ShapInput): Promise<Shap> {
  const { asked, answer, background, rows } = input;
  const base = mean(answer(await asked.raw([{ rows: background, changes: [] }])));
  const answers = answer(await asked.raw([{ rows, changes: [] }]));
  const plans = plansFor(input);
  const differs = input.groups.map(({ columns }) =>
    differenceOf(columns.map((name) => asked.frame.columns.get(name)!)),
  );
  const explained: RowShares[] = [];
  for (const [at, row] of rows.entries()) {
    const players = input.groups.flatMap((_, group) =>
      background.some((other) => differs[group]!(row, other)) ? [group] : [],
    );
    const shares = await shareOut(input, plans(players), players, row, base, answers[at]!);
    explained.push({ row, answer: answers[at]!, ...shares });
  }
  return { base, rows: explained };
}

async function shareOut(
  { asked, answer, groups, background }: ShapInput,
  plan: GamePlan,
  players: readonly number[],
  row: number,
  base: number,
  own: number,
): Promise<Pick<RowShares, 'values' | 'errors'>> {
  const worths = new Float64Array(plan.coalitions.length);
  worths[0] = base;
  worths[worths.length - 1] = own;
  const between = plan.coalitions.slice(1, -1);
  const patches = between.map((coalition): Patch => {
    const columns = players.flatMap((group, player) =>
      coalition[player] === 1 ? groups[group]!.columns : [],
    );
    return { rows: background, changes: [{ columns, from: row }] };
  });
  if (patches.length > 0) {
    const answers = answer(await asked.raw(patches));
    for (let at = 0; at < between.length; at++)
      worths[at + 1] = mean(answers.subarray(at * background.length, (at + 1) * background.length));
  }
  const shares = players.length === 0 ? NOTHING : plan.shares(worths);
  return {
    values: spread(shares.values, players, groups.length),
    errors: shares.errors && spread(shares.errors, players, groups.length),
  };
}

const NOTHING = { values: new Float64Array(0), errors: null };

/** Values of the players at the places of their groups, 0 elsewhere. */
function spread(values: Float64Array, players: readonly number[], groups: number): Float64Array {
  const all = new Float64Array(groups);
  for (const [player, group] of players.entries()) all[group] = values[player]!;
  return all;
}

/** Plans by who plays: rows with the same varying columns share one. */
function plansFor({ groups, method, seed }: ShapInput): (players: readonly number[]) => GamePlan {
  const orders =
    method.kind === 'exact' ? [] : permutations(groups.length, method.permutations, randomFrom(seed));
  const known = new Map<string, GamePlan>();
  return (players) => {
    const key = players.join();
    let plan = known.get(key);
    if (plan === undefined) {
      plan =
        method.kind === 'exact'
          ? exactPlan(players.length)
          : permutationPlan(players.length, ordersOf(orders, players));
      known.set(key, plan);
    }
    return plan;
  };
}

/** The orders without who does not play, as places among the players. */
function ordersOf(orders: readonly Int32Array[], players: readonly number[]): readonly Int32Array[] {
  const place = new Map(players.map((group, player) => [group, player]));
  return orders.map((order) => Int32Array.from([...order].flatMap((group) => place.get(group) ?? [])));
}

function differenceOf(columns: readonly Column[]): (row: number, other: number) => boolean {
  const cells = columns.map((column) => (column.kind === 'categorical' ? column.codes : column.values));
  return (row, other) => cells.some((each) => !Object.is(each[row], each[other]));
}

/** Rows that the model is asked about for one row with so many groups. */
export function shapCalls(method: ShapInput['method'], groups: number, background: number): number {
  const coalitions =
    method.kind === 'exact' ? 2 ** groups - 2 : method.permutations * 2 * Math.max(0, groups - 1);
  return 1 + Math.max(0, coalitions) * background;
}
