// Anchors (Ribeiro, Singh and Guestrin 2018): a rule that keeps the model's answer, whatever else changes. Rules grow by
// one condition at a time; of all rules of a size the best few (`beam`) are found with as few questions to the model as
// needed (KL-LUCB), and of the rules that are precise enough the one that holds for most rows is taken.
//
// Agrees in kind with the authors' anchor-exp; here the beam is really as wide as asked for, and bounds are exact.
import { lowerBound, upperBound } from './kl-bounds.ts';

export interface AnchorOptions {
  /** Precision that is asked for. */
  readonly threshold: number;
  /** Chance of being wrong about it. */
  readonly delta: number;
  /** Rules this close in precision are equally good. */
  readonly tau: number;
  /** Rows asked about at a time. */
  readonly batch: number;
  readonly beam: number;
  /** Rows asked about in all, for one anchor; then the best rule so far is taken, and said to be unfinished. */
  readonly most: number;
}

/** Perturbed rows: which conditions hold in each, and whether the model's answer is still the same. */
export interface Perturbed {
  /** rows × conditions, 1 where it holds. */
  readonly holds: Uint8Array;
  readonly same: Uint8Array;
}

export interface AnchorGame {
  readonly conditions: number;
  /** `rows` perturbed rows in which all of `rule` hold. */
  draw(rule: Rule, rows: number): Promise<Perturbed>;
  /** Share of the reference for which all of `rule` hold. */
  coverage(rule: Rule): number;
}

/** Conditions by index, ascending. */
export type Rule = readonly number[];

export interface Anchor {
  readonly rule: Rule;
  /** Share of perturbed rows with the same answer, and its lower bound at `delta`. */
  readonly precision: number;
  readonly precisionLow: number;
  readonly coverage: number;
  readonly asked: number;
  /** Precise enough, as far as `delta` allows. */
  readonly found: boolean;
}

export async function findAnchor(game: AnchorGame, options: AnchorOptions): Promise<Anchor> {
  const search = new Search(game, options);
  const nothing = search.candidate([]);
  await search.settle(nothing);
  if (search.precise(nothing)) return search.anchor(nothing);
  let best: Candidate | undefined;
  let beam: readonly Candidate[] = [nothing];
  for (let size = 1; size <= game.conditions && !search.spent; size++) {
    const grown = search.grow(beam).filter(({ coverage }) => coverage > (best?.coverage ?? -1));
    if (grown.length === 0) break;
    beam = await search.mostPrecise(grown, Math.min(options.beam, grown.length));
    for (const candidate of beam) {
      await search.settle(candidate);
      if (search.precise(candidate) && candidate.coverage > (best?.coverage ?? -1)) best = candidate;
    }
  }
  if (best) return search.anchor(best);
  return search.anchor(search.tried.reduce((a, b) => (precision(b) > precision(a) ? b : a)));
}

interface Candidate {
  readonly rule: Rule;
  readonly coverage: number;
  rows: number;
  same: number;
  /** Indexes of the kept samples in which the rule holds. */
  readonly samples: number[];
}

const precision = ({ same, rows }: Candidate): number => (rows === 0 ? 0 : same / rows);

class Search {
  readonly tried: Candidate[] = [];
  #asked = 0;
  readonly #holds: Uint8Array[] = [];
  readonly #same: number[] = [];
  readonly #game: AnchorGame;
  readonly #options: AnchorOptions;

  constructor(game: AnchorGame, options: AnchorOptions) {
    this.#game = game;
    this.#options = options;
  }

  get spent(): boolean {
    return this.#asked >= this.#options.most;
  }

  candidate(rule: Rule, from?: Candidate): Candidate {
    const added = from && rule.find((condition) => !from.rule.includes(condition))!;
    const samples = from ? from.samples.filter((at) => this.#holds[at]![added!] === 1) : [];
    const same = samples.reduce((sum, at) => sum + this.#same[at]!, 0);
    return { rule, coverage: this.#game.coverage(rule), rows: samples.length, same, samples };
  }

  /** Every rule with one condition more than one of `beam`, each once; what is known of its parent's rows it knows too. */
  grow(beam: readonly Candidate[]): Candidate[] {
    const found = new Map<string, Candidate>();
    for (const parent of beam)
      for (let condition = 0; condition < this.#game.conditions; condition++) {
        if (parent.rule.includes(condition)) continue;
        const rule = [...parent.rule, condition].sort((a, b) => a - b);
        const key = rule.join();
        const child = found.has(key) ? undefined : this.candidate(rule, parent);
        // A condition that rules out no row says nothing.
        if (child && (child.coverage < parent.coverage || parent.rule.length === 0)) found.set(key, child);
      }
    return [...found.values()];
  }

  async draw(candidate: Candidate, rows: number): Promise<void> {
    const { holds, same } = await this.#game.draw(candidate.rule, rows);
    this.#asked += rows;
    const width = this.#game.conditions;
    for (let row = 0; row < rows; row++) {
      candidate.samples.push(this.#holds.length);
      this.#holds.push(holds.subarray(row * width, (row + 1) * width));
      this.#same.push(same[row]!);
      candidate.same += same[row]!;
    }
    candidate.rows += rows;
  }

  /** KL-LUCB: asks about the two rules that are hardest to tell apart until the best `count` are known up to `tau`. */
  async mostPrecise(candidates: readonly Candidate[], count: number): Promise<readonly Candidate[]> {
    const { batch, tau, delta } = this.#options;
    this.tried.push(...candidates);
    for (const each of candidates) if (each.rows === 0) await this.draw(each, batch);
    const ranked = (): Candidate[] =>
      candidates.toSorted((a, b) => precision(b) - precision(a) || b.coverage - a.coverage);
    for (let t = 1; count < candidates.length && !this.spent; t++) {
      const beta = explorationRate(candidates.length, t, delta);
      const order = ranked();
      const weakest = least(order.slice(0, count), (each) => lowerBound(precision(each), beta / each.rows));
      const rival = least(order.slice(count), (each) => -upperBound(precision(each), beta / each.rows));
      const gap =
        upperBound(precision(rival), beta / rival.rows) - lowerBound(precision(weakest), beta / weakest.rows);
      if (gap <= tau) break;
      await this.draw(rival, batch);
      await this.draw(weakest, batch);
    }
    return ranked().slice(0, count);
  }

  /** Asks until it is clear whether the rule is precise enough. */
  async settle(candidate: Candidate): Promise<void> {
    const { threshold, batch } = this.#options;
    if (candidate.rows === 0) await this.draw(candidate, batch);
    for (;;) {
      const level = this.#level(candidate);
      const p = precision(candidate);
      const open =
        p >= threshold ? lowerBound(p, level) < threshold - CLOSE : upperBound(p, level) >= threshold + CLOSE;
      if (!open || this.spent) return;
      await this.draw(candidate, batch);
    }
  }

  precise(candidate: Candidate): boolean {
    const p = precision(candidate);
    const { threshold } = this.#options;
    return p >= threshold && lowerBound(p, this.#level(candidate)) >= threshold - CLOSE;
  }

  anchor(candidate: Candidate): Anchor {
    const p = precision(candidate);
    return {
      rule: candidate.rule,
      precision: p,
      precisionLow: lowerBound(p, this.#level(candidate)),
      coverage: candidate.coverage,
      asked: this.#asked,
      found: this.precise(candidate),
    };
  }

  /** All rules of the beam, of all sizes, are right together with chance 1 − delta. */
  #level({ rows }: Candidate): number {
    const { delta, beam } = this.#options;
    return Math.log((1 + (beam - 1) * this.#game.conditions) / delta) / rows;
  }
}

/** How near the threshold a bound has to come: without it a rule right at the threshold is never settled. */
const CLOSE = 0.05;

function explorationRate(candidates: number, t: number, delta: number): number {
  const rate = Math.log((405.5 * candidates * t ** 1.1) / delta);
  return rate + Math.log(rate);
}

function least(candidates: readonly Candidate[], of: (candidate: Candidate) => number): Candidate {
  return candidates.reduce((a, b) => (of(b) < of(a) ? b : a));
}
