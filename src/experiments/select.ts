// Which experiments a wish means: names, or all that answer to every condition.
import type { Experiment } from '../core/experiment.ts';
import type { CommitId } from '../core/ids.ts';
import type { Repository } from '../git/repository.ts';
import type { Metric } from '../ml/metrics/table.ts';
import { outBodies } from '../run/values.ts';
import type { Store } from '../store/store.ts';
import { Commits } from './commits/commits.ts';
import { findBaselines } from './find-baselines.ts';
import { type Objective, readObjective } from './objective.ts';
import { findExperiment } from './refs.ts';

export interface Selection {
  readonly names: readonly string[];
  /** Those that started from it, or from a commit that it took the place of. */
  readonly baseline?: CommitId;
  /** Those that started before. */
  readonly before?: Date;
  /** All but the best of those. */
  readonly butBest?: { readonly count: number; readonly by: Objective; readonly direction: Metric['better'] };
}

export interface Selected {
  readonly chosen: readonly Experiment[];
  /** They lack the metric, so that nobody can say whether they are among the best: not chosen. */
  readonly unjudged: readonly Experiment[];
}

export function selectExperiments(
  repo: Repository,
  experiments: readonly Experiment[],
  { names, baseline, before, butBest }: Selection,
  { store, refs }: { readonly store: Pick<Store, 'has' | 'read'>; readonly refs: string | undefined },
): Selected {
  let chosen = names.length === 0 ? [...experiments] : named(experiments, names);
  if (baseline !== undefined) {
    const found = findBaselines(repo, chosen, refs);
    chosen = chosen.filter((each) => {
      const now = found.get(each.baseline)!;
      return each.baseline === baseline || (now.kind !== 'gone' && now.commit === baseline);
    });
  }
  if (before) chosen = chosen.filter(({ started }) => Date.parse(started) < before.getTime());
  if (!butBest) return { chosen, unjudged: [] };
  const { by, count, direction } = butBest;
  const values = valuesOf(repo, store, chosen, by);
  const judged = chosen.map((each, at) => ({ each, value: values[at] }));
  const order = judged
    .flatMap(({ each, value }) => (value === undefined ? [] : [{ each, value }]))
    .sort((a, b) => gain(b.value, direction) - gain(a.value, direction));
  return {
    chosen: order.slice(count).map(({ each }) => each),
    unjudged: judged.flatMap(({ each, value }) => (value === undefined ? [each] : [])),
  };
}

function gain(value: number, direction: Metric['better']): number {
  return direction === 'max' ? value : direction === 'min' ? -value : -Math.abs(value);
}

function named(experiments: readonly Experiment[], names: readonly string[]): Experiment[] {
  return [...new Set(names.map((name) => findExperiment(experiments, name)))];
}

/** Undefined where it has none. */
function valuesOf(
  repo: Repository,
  store: Pick<Store, 'has' | 'read'>,
  experiments: readonly Experiment[],
  by: Objective,
): (number | undefined)[] {
  const commits = new Commits(repo, experiments);
  commits.load(experiments.map(({ commit }) => ({ commit, path: by.file })));
  return experiments.map(({ commit }) => {
    const [body] = outBodies(commits.side(commit), [by.file], store);
    const outcome = readObjective(by, body?.toString());
    return outcome.kind === 'value' ? outcome.value : undefined;
  });
}
