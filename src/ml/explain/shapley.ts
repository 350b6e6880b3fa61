// Shapley values of a game: how its worth is shared among players. Here the players are groups of columns, and the worth
// of a coalition is the model's mean answer when these columns are those of the row and all others those of a background.
//
// Exact: over all 2^M coalitions (Shapley 1953), as shap's ExactExplainer. Sampled: over random orders, each walked
// forward and backward (antithetic), as shap's PermutationExplainer; both share out exactly worth(all) − worth(none).

/** Who is in: 1 for each player that is. */
export type Coalition = Uint8Array;

/** Coalitions to be measured, each once, and how Shapley values come out of their worths. */
export interface GamePlan {
  /** The first is empty, the last is everybody. */
  readonly coalitions: readonly Coalition[];
  /** @param worths one for each coalition */
  shares(worths: Float64Array): Shares;
}

export interface Shares {
  readonly values: Float64Array;
  /** Standard errors from the spread over the orders; null where nothing was sampled, or one order only. */
  readonly errors: Float64Array | null;
}

/** All coalitions of up to 30 players. */
export function exactPlan(players: number): GamePlan {
  if (players > 30) throw new Error('BUG: too many coalitions');
  const coalitions = Array.from({ length: 2 ** players }, (_, mask) =>
    Uint8Array.from({ length: players }, (__, player) => (mask >> player) & 1),
  );
  return { coalitions, shares: (worths) => ({ values: exactShares(players, worths), errors: null }) };
}

/** φᵢ = Σ |S|! (M − |S| − 1)! / M! · (worth(S ∪ i) − worth(S)) over the coalitions S without i. */
function exactShares(players: number, worths: Float64Array): Float64Array {
  const weights = coalitionWeights(players);
  const values = new Float64Array(players);
  for (let player = 0; player < players; player++) {
    const bit = 1 << player;
    for (let mask = 0; mask < worths.length; mask++) {
      if ((mask & bit) !== 0) continue;
      values[player]! += weights[bitsIn(mask)]! * (worths[mask | bit]! - worths[mask]!);
    }
  }
  return values;
}

/** By size s: s! (M − s − 1)! / M! = 1 / (M · C(M − 1, s)). */
function coalitionWeights(players: number): Float64Array {
  const weights = new Float64Array(players);
  let choose = 1;
  for (let size = 0; size < players; size++) {
    weights[size] = 1 / (players * choose);
    choose = (choose * (players - 1 - size)) / (size + 1);
  }
  return weights;
}

function bitsIn(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/**
 * Walks each order of the players: one joins after the other until all are in, then they leave in the same order.
 * Coalitions that several walks pass are measured once.
 */
export function permutationPlan(players: number, orders: readonly Int32Array[]): GamePlan {
  const coalitions: Coalition[] = [];
  const known = new Map<string, number>();
  const indexOf = (coalition: Coalition): number => {
    const key = coalition.join('');
    let index = known.get(key);
    if (index === undefined) {
      index = coalitions.length;
      known.set(key, index);
      coalitions.push(coalition.slice());
    }
    return index;
  };
  indexOf(new Uint8Array(players));
  const walks = orders.map((order) => {
    const now = new Uint8Array(players);
    const steps = [0];
    for (const present of [1, 0])
      for (const player of order) {
        now[player] = present;
        steps.push(indexOf(now));
      }
    return steps;
  });
  const everybody = indexOf(new Uint8Array(players).fill(1));
  const last = coalitions.length - 1;
  const place = (index: number): number => (index === everybody ? last : index === last ? everybody : index);
  [coalitions[everybody], coalitions[last]] = [coalitions[last]!, coalitions[everybody]!];
  const placed = walks.map((steps) => steps.map(place));
  return { coalitions, shares: (worths) => permutationShares(players, orders, placed, worths) };
}

function permutationShares(
  players: number,
  orders: readonly Int32Array[],
  walks: readonly (readonly number[])[],
  worths: Float64Array,
): Shares {
  const n = orders.length;
  // orders × players: the mean of a player's joining and its leaving.
  const shares = new Float64Array(n * players);
  for (const [index, order] of orders.entries()) {
    const steps = walks[index]!;
    for (const [at, player] of order.entries()) {
      const joining = worths[steps[at + 1]!]! - worths[steps[at]!]!;
      const leaving = worths[steps[at + players]!]! - worths[steps[at + players + 1]!]!;
      shares[index * players + player] = (joining + leaving) / 2;
    }
  }
  const over = (player: number, of: (share: number) => number): number => {
    let sum = 0;
    for (let index = 0; index < n; index++) sum += of(shares[index * players + player]!);
    return sum;
  };
  const values = Float64Array.from({ length: players }, (_, player) => over(player, (share) => share) / n);
  if (n < 2) return { values, errors: null };
  const errors = values.map((value, player) =>
    Math.sqrt(over(player, (share) => (share - value) ** 2) / (n - 1) / n),
  );
  return { values, errors };
}
