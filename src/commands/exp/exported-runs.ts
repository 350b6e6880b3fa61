// Experiments as exports tell of them: params, metrics and histories out of their commits, and of outs that Git does not
// keep out of the store.
import { type Experiment, sameName } from '../../core/experiment.ts';
import type { CommitId, RepoPath } from '../../core/ids.ts';
import type { Pipeline } from '../../core/pipeline.ts';
import { authorsOf } from '../../git/history.ts';
import type { Repository } from '../../git/repository.ts';
import type { ExportedRun, Point } from '../../interop/exported.ts';
import { historiesIn } from '../../interop/histories.ts';
import { readLines } from '../../interop/lines.ts';
import { recordedAt } from '../../run/data-diff.ts';
import { type Side, sideOf } from '../../run/side.ts';
import { metricsAt, metricsFiles, outBodies, paramsAt, paramsFiles, type Value } from '../../run/values.ts';
import type { Store } from '../../store/store.ts';

const HISTORY = /\.(jsonl|ndjson)$/i;

export function exportedRuns(
  {
    repo,
    pipeline,
    store,
  }: { readonly repo: Repository; readonly pipeline: Pipeline; readonly store: Store },
  experiments: readonly Experiment[],
  all: readonly Experiment[],
): ExportedRun[] {
  const authors = authorsOf(
    repo,
    experiments.map(({ commit }) => commit),
  );
  const read = experiments.map((experiment) => {
    const side = sideOf(repo, experiment.commit);
    const values = metricsAt(
      side,
      metricsFiles(pipeline).filter((file) => !HISTORY.test(file)),
      store,
      '/',
    );
    return { experiment, side, values, histories: historiesAt(side, pipeline, store) };
  });
  const named = namesOf(
    read.flatMap(({ values, histories }) =>
      [...values, ...histories].map(({ file, key }) => ({ file, key })),
    ),
  );
  return read.map(({ experiment, side, values, histories }) => ({
    ...aboutOf(experiment, all, authors),
    params: paramsOf(side, experiment, pipeline),
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

function paramsOf(side: Side, { overrides }: Experiment, pipeline: Pipeline): ExportedRun['params'] {
  const files = new Set([...paramsFiles(pipeline), ...overrides.map(({ file }) => file)]);
  const values = paramsAt(side, [...files]);
  return new Map(
    values.map(({ file, key, value }) => [file === 'params.yaml' ? key : `${file}:${key}`, value]),
  );
}

interface History {
  readonly file: RepoPath;
  readonly key: string;
  readonly points: readonly Point[];
}

function historiesAt(side: Side, pipeline: Pipeline, store: Store): History[] {
  const outs = [...recordedAt(side).keys(), ...metricsFiles(pipeline)];
  const files = [...new Set(outs.filter((path) => HISTORY.test(path)))];
  return outBodies(side, files, store).flatMap((body, at) => {
    const histories = body ? [...historiesIn(readLines(body.toString()))] : [];
    return histories.map(([key, points]) => ({ file: files[at]!, key, points }));
  });
}

/** What Git keeps of what stages made, and the lock that names the rest. */
function artifactsAt(side: Side): ExportedRun['artifacts'] {
  const paths = [...recordedAt(side).keys(), ...side.locks().keys()].sort();
  const bodies = side.read(paths);
  return new Map(paths.flatMap((path, at) => (bodies[at] ? [[path, bodies[at]]] : [])));
}

/**
 * `loss`, when only one file has it; else with the name of its file, `train/loss`, or when that is not enough its path.
 * `metrics/train.json` and `metrics/train.jsonl` are two views of one thing.
 */
function namesOf(
  values: readonly Pick<Value, 'file' | 'key'>[],
): (value: Pick<Value, 'file' | 'key'>) => string {
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
