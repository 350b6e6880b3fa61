// LIME and Anchors for one row. Perturbed rows take every unknown value from a row of the reference, column by column:
// values that really occur. (lime itself draws numbers from a normal distribution cut to their quartile.)
import { type Random, randomFrom } from '../../util/random.ts';
import type { Patch } from '../predict/patch.ts';
import { sampleRows } from '../stats/sample.ts';
import { type Anchor, type AnchorGame, type AnchorOptions, findAnchor, type Rule } from './anchors.ts';
import { type Interpretable, rangeInWords } from './interpretable.ts';
import { fitLime, type LimeFit } from './lime-fit.ts';
import type { Asked, Explanandum } from './load.ts';

export async function limeOf(
  asked: Pick<Asked, 'raw' | 'reference'>,
  answer: Explanandum['of'],
  features: readonly Interpretable[],
  row: number,
  {
    samples,
    features: most,
    seed,
  }: { readonly samples: number; readonly features: number; readonly seed: number },
): Promise<LimeFit> {
  const random = randomFrom(seed);
  const same = new Uint8Array(samples * features.length);
  const changes = features.map(({ columns, codes }, feature) => {
    const from = Int32Array.from({ length: samples }, (_, at) =>
      at === 0 ? row : any(asked.reference, random),
    );
    for (let at = 0; at < samples; at++)
      same[at * features.length + feature] = codes[from[at]!] === codes[row] ? 1 : 0;
    return { columns, from };
  });
  const patch: Patch = { rows: new Int32Array(samples).fill(row), changes };
  return fitLime({ features: features.length, same, answers: answer(await asked.raw([patch])) }, most);
}

export interface AnchorInWords extends Anchor {
  readonly conditions: readonly string[];
}

/** @param classOf the class that the model gives each row of the patches */
export async function anchorOf(
  reference: Int32Array,
  features: readonly Interpretable[],
  row: number,
  classOf: (patches: readonly Patch[]) => Promise<Int32Array>,
  options: AnchorOptions & { readonly seed: number },
): Promise<AnchorInWords> {
  const conditions = features.flatMap((feature, index) => conditionsOf(feature, index, feature.codes[row]!));
  const own = (await classOf([{ rows: Int32Array.of(row), changes: [] }]))[0]!;
  const game = gameOf(
    reference,
    features,
    row,
    conditions,
    (patches) =>
      classOf(patches).then((classes) => Uint8Array.from(classes, (each) => (each === own ? 1 : 0))),
    randomFrom(options.seed),
  );
  const anchor = await findAnchor(game, options);
  return { ...anchor, conditions: inWords(features, conditions, anchor.rule) };
}

/** Codes that a feature may have. */
interface Condition {
  readonly feature: number;
  readonly from: number;
  readonly to: number;
}

/** Of an ordered feature: at most each cut above the row's value, more than each cut below it. */
function conditionsOf({ edges }: Interpretable, feature: number, code: number): Condition[] {
  if (edges === null || code > edges.length) return [{ feature, from: code, to: code }];
  return Array.from(edges, (_, cut) =>
    code <= cut ? { feature, from: 0, to: cut } : { feature, from: cut + 1, to: edges.length },
  );
}

/** What a rule allows of each feature that it speaks of. */
function rangesOf(conditions: readonly Condition[], rule: Rule): ReadonlyMap<number, Condition> {
  const ranges = new Map<number, Condition>();
  for (const index of rule) {
    const { feature, from, to } = conditions[index]!;
    const before = ranges.get(feature);
    ranges.set(feature, {
      feature,
      from: Math.max(from, before?.from ?? from),
      to: Math.min(to, before?.to ?? to),
    });
  }
  return ranges;
}

/** Coverage is counted on so many rows of the reference. */
const COVERAGE_ROWS = 10_000;

function gameOf(
  reference: Int32Array,
  features: readonly Interpretable[],
  row: number,
  conditions: readonly Condition[],
  sameAnswer: (patches: readonly Patch[]) => Promise<Uint8Array>,
  random: Random,
): AnchorGame {
  const counted = sampleRows(reference.length, COVERAGE_ROWS, random).map((at) => reference[at]!);
  const allowed = new Map<string, Int32Array>();
  /** Rows of the reference with an allowed value; the row itself where there is none. */
  const sourcesOf = ({ feature, from, to }: Condition): Int32Array => {
    const key = `${feature} ${from} ${to}`;
    let rows = allowed.get(key);
    if (rows === undefined) {
      const { codes } = features[feature]!;
      rows = reference.filter((each) => codes[each]! >= from && codes[each]! <= to);
      if (rows.length === 0) rows = Int32Array.of(row);
      allowed.set(key, rows);
    }
    return rows;
  };
  return {
    conditions: conditions.length,
    coverage: (rule) => {
      const ranges = [...rangesOf(conditions, rule).values()];
      const covered = counted.filter((each) =>
        ranges.every(({ feature, from, to }) => {
          const code = features[feature]!.codes[each]!;
          return code >= from && code <= to;
        }),
      );
      return covered.length / counted.length;
    },
    draw: async (rule, rows) => {
      const base = Int32Array.from({ length: rows }, () => any(reference, random));
      const ranges = rangesOf(conditions, rule);
      const sources = features.map(({ codes }, feature) => {
        const range = ranges.get(feature);
        return range
          ? base.map((each) =>
              codes[each]! >= range.from && codes[each]! <= range.to ? each : any(sourcesOf(range), random),
            )
          : base;
      });
      const changes = [...ranges.keys()].map((feature) => ({
        columns: features[feature]!.columns,
        from: sources[feature]!,
      }));
      const holds = new Uint8Array(rows * conditions.length);
      for (const [index, { feature, from, to }] of conditions.entries())
        for (let at = 0; at < rows; at++) {
          const code = features[feature]!.codes[sources[feature]![at]!]!;
          holds[at * conditions.length + index] = code >= from && code <= to ? 1 : 0;
        }
      return { holds, same: await sameAnswer([{ rows: base, changes }]) };
    },
  };
}

function inWords(
  features: readonly Interpretable[],
  conditions: readonly Condition[],
  rule: Rule,
): readonly string[] {
  return [...rangesOf(conditions, rule).values()].map(({ feature, from, to }) => {
    const { name, edges, words } = features[feature]!;
    return edges === null || from > edges.length ? words(from) : rangeInWords(name, edges, from, to);
  });
}

function any(rows: Int32Array, random: Random): number {
  return rows[random.below(rows.length)]!;
}
