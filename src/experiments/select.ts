// Which experiments a wish means: names, or all that answer to every condition.
import type { Experiment } from '../core/experiment.ts';
import { fail } from '../core/failure.ts';
import type { CommitId, RepoPath } from '../core/ids.ts';
import type { Repository } from '../git/repository.ts';
import { metricFor } from '../ml/metrics/table.ts';
import { sideOf } from '../run/side.ts';
import { metricsAt } from '../run/values.ts';
import type { Store } from '../store/store.ts';
import { placeExperiments } from './baselines.ts';
import { findExperiment } from './refs.ts';

export interface Selection {
  readonly names: readonly string[];
  /** Those that started from it, or from a commit that it took the place of. */
  readonly baseline?: CommitId;
  /** Those that started before. */
  readonly before?: Date;
  /** All but the best of those. */
  readonly butBest?: { readonly count: number; readonly by: Objective };
}

export interface Objective {
  readonly file: RepoPath;
  readonly key: string;
  readonly direction: 'max' | 'min';
}

/** `metrics.json:accuracy`. @throws MlopsError `usage` */
export function objectiveOf(typed: string, direction: 'max' | 'min' | undefined): Objective {
  const colon = typed.lastIndexOf(':');
  const [file, key] = [typed.slice(0, colon) as RepoPath, typed.slice(colon + 1)];
  if (colon <= 0 || key === '')
    fail('usage', `"${typed}" is no metric`, { help: 'its file and its key: --by metrics.json:accuracy' });
  const known = metricFor(key.split('.').at(-1)!)?.better;
  return { file, key, direction: direction ?? (known === 'min' || known === 'zero' ? 'min' : 'max') };
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
  { store, refs }: { readonly store: Store; readonly refs: string | undefined },
): Selected {
  let chosen = names.length === 0 ? [...experiments] : named(experiments, names);
  if (baseline !== undefined) {
    const places = placeExperiments(repo, chosen, refs);
    chosen = chosen.filter((each) => {
      const place = places.get(each.baseline)!;
      return each.baseline === baseline || (place.kind !== 'gone' && place.commit === baseline);
    });
  }
  if (before) chosen = chosen.filter(({ started }) => Date.parse(started) < before.getTime());
  if (!butBest) return { chosen, unjudged: [] };
  const { by, count } = butBest;
  const judged = chosen.map((each) => ({ each, value: metricOf(repo, store, each, by) }));
  const order = judged
    .flatMap(({ each, value }) => (value === undefined ? [] : [{ each, value }]))
    .sort((a, b) => (by.direction === 'max' ? b.value - a.value : a.value - b.value));
  return {
    chosen: order.slice(count).map(({ each }) => each),
    unjudged: judged.flatMap(({ each, value }) => (value === undefined ? [each] : [])),
  };
}

function named(experiments: readonly Experiment[], names: readonly string[]): Experiment[] {
  return [...new Set(names.map((name) => findExperiment(experiments, name)))];
}

function metricOf(
  repo: Repository,
  store: Store,
  { commit }: Experiment,
  { file, key }: Objective,
): number | undefined {
  const found = metricsAt(sideOf(repo, commit), [file], store, () => {}).find(
    (each) => each.key === key,
  )?.value;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}
