// Experiments as exports tell of them: params, metrics and histories out of their commits, and of outs that Git does not
// keep out of the store.
import { type Experiment, sameName } from '../../core/experiment.ts';
import type { CommitId, RepoPath } from '../../core/ids.ts';
import type { Lock } from '../../core/lock.ts';
import type { Pipeline } from '../../core/pipeline.ts';
import { Commits } from '../../experiments/commits/commits.ts';
import { authorsOf } from '../../git/history.ts';
import type { Repository } from '../../git/repository.ts';
import type { ExportedRun, Point } from '../../interop/exported.ts';
import { historiesIn } from '../../interop/histories.ts';
import { readPoints } from '../../plots/read.ts';
import type { Side } from '../../run/side.ts';
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
  { repo, store }: { readonly repo: Repository; readonly store: Store },
  experiments: readonly Experiment[],
  all: readonly Experiment[],
  unreadable: Unreadable,
): ExportedRun[] {
  const authors = authorsOf(
    repo,
    experiments.map(({ commit }) => commit),
  );
  const commits = new Commits(repo, experiments);
  const sources = experiments.map((experiment) => sourceOf(commits, experiment));
  commits.load(sources.flatMap(filesOf));
  const read = sources.map((source) => ({
    values: metricsAt(source.side, plainMetrics(source), store, unreadable, '/'),
    histories: historiesAt(source, store),
  }));
  const named = namesOf(read.flatMap(({ values, histories }) => [...values, ...histories]));
  return read.map(({ values, histories }, at) => ({
    ...aboutOf(experiments[at]!, all, authors),
    params: paramValues(sources[at]!, unreadable),
    metrics: new Map(values.map((each) => [named(each), each.value as number])),
    histories: new Map(histories.map((each) => [named(each), each.points])),
    artifacts: artifactsAt(sources[at]!),
  }));
}

/** An experiment with what its own pipeline declares; nothing where that is wrong. */
interface Source {
  readonly experiment: Experiment;
  readonly side: Side;
  readonly params: readonly RepoPath[];
  readonly metrics: readonly RepoPath[];
  readonly plots: Pipeline['plots'];
  /** What the locks say that stages made, and the locks themselves. */
  readonly made: readonly RepoPath[];
}

function sourceOf(commits: Commits, experiment: Experiment): Source {
  const { commit, overrides } = experiment;
  const pipeline = commits.pipeline(commit);
  const overridden = overrides.map(({ file }) => file);
  const side = commits.side(commit);
  return {
    experiment,
    side,
    params: [...new Set([...(pipeline ? paramsFiles(pipeline) : []), ...overridden])],
    metrics: pipeline ? metricsFiles(pipeline) : [],
    plots: pipeline?.plots ?? [],
    made: madeBy(side.locks()),
  };
}

function filesOf({ experiment: { commit }, params, metrics, made }: Source) {
  return [...params, ...metrics, ...made].map((path) => ({ commit, path }));
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

function paramValues({ side, params }: Source, unreadable: Unreadable): ExportedRun['params'] {
  const values = paramsAt(side, params, unreadable);
  return new Map(
    values.map(({ file, key, value }) => [file === 'params.yaml' ? key : `${file}:${key}`, value]),
  );
}

function madeBy(locks: ReadonlyMap<RepoPath, Lock>): RepoPath[] {
  const outs = [...locks.values()].flatMap((lock) =>
    [...lock.stages.values()].flatMap((block) => Object.keys(block.outs) as RepoPath[]),
  );
  return [...locks.keys(), ...outs].sort(byCodeUnit);
}

/** A history is read as one. */
function plainMetrics({ metrics }: Source): RepoPath[] {
  return metrics.filter((file) => !HISTORY.test(file));
}

interface History {
  readonly file: RepoPath;
  readonly key: string;
  readonly points: readonly Point[];
}

/** JSON lines that stages made, and tables that they call metrics or that are drawn as lines. */
function historiesAt({ side, made, metrics, plots }: Source, store: Store): History[] {
  const lines = made.filter((path) => LINES.test(path));
  const all = new Set([...lines, ...metrics, ...drawnAsLines(plots)]);
  const files = [...all].filter((path) => HISTORY.test(path));
  return outBodies(side, files, store).flatMap((body, at) => {
    const read = body && readPoints(files[at]!, body);
    const lists = read?.kind === 'points' ? read.lists : [];
    const histories = lists.flatMap((points) => [...historiesIn(points)]);
    return histories.map(([key, points]) => ({ file: files[at]!, key, points }));
  });
}

function drawnAsLines(plots: Pipeline['plots']): RepoPath[] {
  const lines = plots.filter(({ template = 'linear' }) => ['linear', 'simple', 'smooth'].includes(template));
  return lines.flatMap(({ y }) => y.map(({ file }) => file));
}

/** What Git keeps of what stages made, and the lock that names the rest. */
function artifactsAt({ side, made }: Source): ExportedRun['artifacts'] {
  const bodies = side.read(made);
  return new Map(made.flatMap((path, at) => (bodies[at] ? [[path, bodies[at]]] : [])));
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
