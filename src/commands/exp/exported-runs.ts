// Experiments as exports tell of them: params, metrics and histories out of their commits, and of outs that Git does not
// keep out of the store.
import { type Experiment, sameName } from '../../core/experiment.ts';
import { type CommitId, pathIn, type RepoPath } from '../../core/ids.ts';
import type { Lock } from '../../core/lock.ts';
import type { Pipeline } from '../../core/pipeline.ts';
import { authorsOf } from '../../git/history.ts';
import type { Repository } from '../../git/repository.ts';
import type { ExportedRun, Point } from '../../interop/exported.ts';
import { historiesIn } from '../../interop/histories.ts';
import { readPoints } from '../../plots/read.ts';
import { type Side, sidesAt } from '../../run/side.ts';
import {
  metricsAt,
  metricsFiles,
  outBodies,
  paramsAt,
  paramsFiles,
  type Unreadable,
  type Value,
} from '../../run/values.ts';
import type { Store } from '../../store/store.ts';
import { byCodeUnit } from '../../util/compare.ts';

const LINES = /\.(jsonl|ndjson)$/i;
const HISTORY = /\.(jsonl|ndjson|csv|tsv)$/i;

export function exportedRuns(
  {
    repo,
    pipeline,
    store,
  }: { readonly repo: Repository; readonly pipeline: Pipeline; readonly store: Store },
  experiments: readonly Experiment[],
  all: readonly Experiment[],
  unreadable: Unreadable,
): ExportedRun[] {
  const commits = experiments.map(({ commit }) => commit);
  const authors = authorsOf(repo, commits);
  const sides = sidesAt(repo, commits, lockFiles(pipeline), (locks, at) => [
    ...paramsOf(experiments[at]!, pipeline),
    ...metricsFiles(pipeline),
    ...madeBy(locks),
  ]);
  const read = sides.map((side) => ({
    side,
    values: metricsAt(side, plainMetrics(pipeline), store, unreadable, '/'),
    histories: historiesAt(side, pipeline, store),
  }));
  const named = namesOf(read.flatMap(({ values, histories }) => [...values, ...histories]));
  return read.map(({ side, values, histories }, at) => ({
    ...aboutOf(experiments[at]!, all, authors),
    params: paramValues(paramsAt(side, paramsOf(experiments[at]!, pipeline), unreadable)),
    metrics: new Map(values.map((each) => [named(each), each.value as number])),
    histories: new Map(histories.map((each) => [named(each), each.points])),
    artifacts: artifactsAt(side),
  }));
}

/** Where two experiments of different baselines have one name, the baseline tells them apart. */
export function nameAmong({ name, baseline, commit }: Experiment, all: readonly Experiment[]): string {
  const alone = all.every((other) => other.commit === commit || !sameName(other.name, name));
  return alone ? name : `${name}-${baseline.slice(0, 7)}`;
}

function aboutOf(
  experiment: Experiment,
  all: readonly Experiment[],
  authors: ReadonlyMap<CommitId, string>,
): Omit<ExportedRun, 'params' | 'metrics' | 'histories' | 'artifacts'> {
  const { commit, baseline, message, started, ms, ended } = experiment;
  return {
    name: nameAmong(experiment, all),
    commit,
    baseline,
    message,
    user: authors.get(commit) ?? '',
    started: Date.parse(started) || 0,
    ms,
    ended,
  };
}

function paramsOf({ overrides }: Experiment, pipeline: Pipeline): RepoPath[] {
  return [...new Set([...paramsFiles(pipeline), ...overrides.map(({ file }) => file)])];
}

function paramValues(values: readonly Value[]): ExportedRun['params'] {
  return new Map(
    values.map(({ file, key, value }) => [file === 'params.yaml' ? key : `${file}:${key}`, value]),
  );
}

function lockFiles(pipeline: Pipeline): RepoPath[] {
  return pipeline.files.map(({ dir }) => pathIn(dir, 'pipeline.lock'));
}

/** What the locks say that stages made, and the locks themselves. */
function madeBy(locks: ReadonlyMap<RepoPath, Lock>): RepoPath[] {
  const outs = [...locks.values()].flatMap((lock) =>
    [...lock.stages.values()].flatMap((block) => Object.keys(block.outs) as RepoPath[]),
  );
  return [...locks.keys(), ...outs].sort(byCodeUnit);
}

/** A history is read as one. */
function plainMetrics(pipeline: Pipeline): RepoPath[] {
  return metricsFiles(pipeline).filter((file) => !HISTORY.test(file));
}

interface History {
  readonly file: RepoPath;
  readonly key: string;
  readonly points: readonly Point[];
}

/** JSON lines that stages made, and tables that they call metrics or that are drawn as lines. */
function historiesAt(side: Side, pipeline: Pipeline, store: Store): History[] {
  const made = [...madeBy(side.locks()).filter((path) => LINES.test(path)), ...metricsFiles(pipeline)];
  const files = [...new Set([...made, ...drawnAsLines(pipeline)])].filter((path) => HISTORY.test(path));
  return outBodies(side, files, store).flatMap((body, at) => {
    const read = body && readPoints(files[at]!, body);
    const lists = read?.kind === 'points' ? read.lists : [];
    const histories = lists.flatMap((points) => [...historiesIn(points)]);
    return histories.map(([key, points]) => ({ file: files[at]!, key, points }));
  });
}

function drawnAsLines({ plots }: Pipeline): RepoPath[] {
  const lines = plots.filter(({ template = 'linear' }) => ['linear', 'simple', 'smooth'].includes(template));
  return lines.flatMap(({ y }) => y.map(({ file }) => file));
}

/** What Git keeps of what stages made, and the lock that names the rest. */
function artifactsAt(side: Side): ExportedRun['artifacts'] {
  const paths = madeBy(side.locks());
  const bodies = side.read(paths);
  return new Map(paths.flatMap((path, at) => (bodies[at] ? [[path, bodies[at]]] : [])));
}

type Named = Pick<Value, 'file' | 'key'>;

/**
 * `loss`, when only one file has it; else with the name of its file, `train/loss`, or when that is not enough its path.
 * `metrics/train.json` and `metrics/train.jsonl` are two views of one thing.
 */
function namesOf(values: readonly Named[]): (value: Named) => string {
  const stems = new Map<string, Set<string>>();
  for (const { file, key } of values) stems.set(key, (stems.get(key) ?? new Set()).add(stemOf(file)));
  return ({ file, key }) => {
    const among = stems.get(key)!;
    if (among.size === 1) return key;
    const short = baseOf(stemOf(file));
    const alike = [...among].filter((each) => baseOf(each) === short).length > 1;
    return `${alike ? stemOf(file) : short}/${key}`;
  };
}

function stemOf(file: string): string {
  return file.replace(/\.[^./]+$/, '');
}

function baseOf(stem: string): string {
  return stem.slice(stem.lastIndexOf('/') + 1);
}
