// What a comment is about, from nothing at all to more than anyone reads.
import type { RepoPath } from '../../src/core/ids.ts';
import type { PipelineView, RunView, StageRun, StageView } from '../../src/render/pipeline/types.ts';
import { PIPELINE } from './page-samples.ts';

const RUN: RunView = {
  command: 'repro --pull',
  exit: 'ok',
  ms: 83_000,
  savedMs: 7_800_000,
  failures: [],
  notes: [],
  pushed: { objects: 12, bytes: 1_200_000, runs: 3, to: 's3' },
};

const did = (outcome: StageRun['outcome'], more: Partial<StageRun> = {}): StageRun => ({
  outcome,
  ms: outcome === 'ran' || outcome === 'failed' ? 12_300 : 0,
  savedMs: 0,
  why: '',
  failure: null,
  logTail: [],
  ...more,
});

const links = {
  page: 'https://github.com/a/b/actions/runs/1/artifacts/2',
  job: 'https://github.com/a/b/actions/runs/1',
  files: 'https://github.com/a/b/blob/89abcdef89abcdef89abcdef89abcdef89abcdef/',
};
const nothing = { data: [], params: [], metrics: [] };

const withRuns = (stages: readonly StageView[], runs: { readonly [stage: string]: StageRun }): StageView[] =>
  stages.map((each) => ({ ...each, state: 'fresh', why: '', run: runs[each.stage] ?? did('fresh') }));

const held = { passed: true, held: 8, total: 8, firstRun: false, broken: [], notes: [] };
const [, JUDGE, WATCH] = PIPELINE.stages as [StageView, StageView, StageView];
const KEEP: StageView = {
  ...WATCH,
  said: {
    advice: {
      decision: 'keep',
      odds: 'Probability that the estimated accuracy is more than 0.05 below the reference: 0.06.',
      reasons: [],
    },
    points: ['0 of 10 columns drifted', 'predictions stable'],
    worse: [],
  },
};
const calm = [PIPELINE.stages[0]!, { ...JUDGE, gates: held, said: { ...JUDGE.said!, worse: [] } }, KEEP];

const QUIET: PipelineView = {
  ...PIPELINE,
  stages: withRuns(calm, {}),
  changes: nothing,
  run: { ...RUN, ms: 900, savedMs: 41_000, pushed: null },
  links,
};

const GOOD: PipelineView = {
  ...PIPELINE,
  stages: withRuns(calm, {
    train: did('ran', { why: 'params.yaml: train.depth 8 → 9' }),
    judge: did('ran', { ms: 1900, why: 'model.onnx changed' }),
    watch: did('restored', { savedMs: 7_800_000, why: 'models/busy.onnx changed' }),
  }),
  changes: {
    data: [
      {
        path: 'data/train.csv' as RepoPath,
        was: { file: 'a' as never, bytes: 341_254 },
        now: { file: 'b' as never, bytes: 359_100 },
      },
      {
        path: 'data/photos' as RepoPath,
        was: { tree: 'a' as never, bytes: 341_254_000, files: 1200 },
        now: { tree: 'b' as never, bytes: 359_100_000, files: 1210 },
      },
      {
        path: 'models/busy.onnx' as RepoPath,
        was: { file: 'a' as never, bytes: 449_958 },
        now: { file: 'b' as never, bytes: 451_002 },
      },
    ],
    params: [
      { file: 'params.yaml', key: 'train.depth', was: 8, now: 9 },
      { file: 'params.yaml', key: 'train.columns', was: ['hr', 'temp'], now: ['hr', 'temp', 'humidity'] },
    ],
    metrics: [
      {
        file: 'reports/judge.json',
        key: 'accuracy',
        was: 0.812,
        now: 0.815,
        better: true,
        interval: [0.8, 0.83],
        chance: 'within',
      },
      {
        file: 'reports/judge.json',
        key: 'roc_auc',
        was: 0.884,
        now: 0.912,
        better: true,
        interval: [0.9, 0.924],
        chance: 'beyond',
      },
      {
        file: 'reports/judge.json',
        key: 'log_loss',
        was: 0.412,
        now: 0.389,
        better: true,
        interval: [0.38, 0.4],
        chance: 'beyond',
      },
      { file: 'reports/judge.json', key: 'rows', was: 3000, now: 3080 },
    ],
  },
  tables: [
    {
      path: 'data/train.csv',
      rows: { was: 4000, now: 4210 },
      columns: {
        added: [{ name: 'humidity', type: 'float64' }],
        removed: [],
        retyped: [{ name: 'hr', was: 'int64', now: 'float64' }],
      },
      unavailable: null,
    },
  ],
  folders: [
    {
      path: 'data/photos',
      added: 12,
      removed: 2,
      modified: 1,
      examples: [
        { how: 'added', name: 'winter/0912.jpg' },
        { how: 'removed', name: 'summer/0001.jpg' },
      ],
    },
  ],
  images: [
    { alt: 'ROC curve', file: 'images/roc.png', url: null },
    { alt: 'Confusion matrix', file: 'images/confusion.png', url: null },
  ],
  run: RUN,
  links,
};

const BAD: PipelineView = {
  ...GOOD,
  stages: withRuns(PIPELINE.stages, {
    train: did('ran', { why: 'params.yaml: train.depth 8 → 9' }),
    judge: did('ran', { why: 'model.onnx changed' }),
  }).map((each) =>
    each.stage === 'judge'
      ? {
          ...each,
          gates: {
            ...held,
            passed: false,
            held: 7,
            broken: [
              {
                text: 'recall 0.965 is under min 0.99 · baseline 3f2c1ab, same rows',
                where: 'pipeline.yaml:34',
              },
            ],
          },
          said: {
            ...each.said!,
            worse: [
              { slice: 'season = winter', metric: 'accuracy', now: 0.712, change: -0.093, than: 'main' },
              {
                slice: 'weather = rain',
                metric: 'accuracy',
                now: 0.771,
                change: -0.041,
                than: 'the baseline model',
              },
            ],
          },
        }
      : each,
  ),
  changes: {
    ...GOOD.changes,
    metrics: [
      {
        file: 'reports/judge.json',
        key: 'roc_auc',
        was: 0.912,
        now: 0.884,
        better: false,
        interval: [0.87, 0.898],
        chance: 'beyond',
      },
      {
        file: 'reports/judge.json',
        key: 'recall',
        was: 0.991,
        now: 0.965,
        better: false,
        interval: [0.95, 0.98],
        chance: 'within',
      },
      { file: 'metrics/train.json', key: 'train.seconds', was: 12, now: 14.5 },
    ],
  },
  run: {
    ...RUN,
    exit: 'gate',
    notes: ['remote "s3" of this branch differs from that of main and is ignored: s3://elsewhere'],
  },
};

const FAILED: PipelineView = {
  ...GOOD,
  stages: withRuns(calm, {
    train: did('failed', {
      failure: {
        exit: 'stage',
        message: 'its command ended with exit code 1',
        where: { file: 'pipeline.yaml', line: 12 },
        help: 'mlops logs train',
      },
      logTail: [
        'Traceback (most recent call last):',
        '  File "train.py", line 12, in <module>',
        '    model.fit(x, y)',
        'ValueError: could not convert string to float: "n/a"',
      ],
    }),
    judge: did('blocked'),
    watch: did('blocked'),
  }),
  changes: { ...nothing, params: GOOD.changes.params },
  tables: [],
  folders: [],
  images: [],
  run: { ...RUN, exit: 'stage', savedMs: 0, pushed: null },
};

const FIRST: PipelineView = {
  ...GOOD,
  against: null,
  changes: nothing,
  tables: [],
  folders: [],
  images: [],
  stages: withRuns(calm, {
    train: did('ran', { why: 'never run' }),
    judge: did('ran', { why: 'never run' }),
    watch: did('ran', { why: 'never run' }),
  }),
  run: { ...RUN, savedMs: 0 },
};

const many = Array.from({ length: 200 }, (_, at) => `train@model-${at}-of-quite-some-name`);

const MANY: PipelineView = {
  ...GOOD,
  stages: [
    ...GOOD.stages,
    ...many.map(
      (stage, at): StageView => ({
        ...PIPELINE.stages[0]!,
        stage,
        state: 'fresh',
        why: '',
        run:
          at % 3 === 0
            ? did('ran', { why: `params.yaml: train.depth.${at} 8 → 9` })
            : at % 3 === 1
              ? did('restored', { savedMs: 60_000, why: 'src/train.py changed' })
              : did('fresh'),
      }),
    ),
  ],
  changes: {
    ...GOOD.changes,
    metrics: many.map((stage, at) => ({
      file: `metrics/${stage}.json`,
      key: 'accuracy',
      was: 0.8,
      now: 0.8 + (at - 100) / 1000,
      better: at > 100,
    })),
    params: many.map((stage, at) => ({ file: 'params.yaml', key: `${stage}.depth`, was: at, now: at + 1 })),
  },
};

export const COMMENTS: { readonly [name: string]: PipelineView } = {
  'nothing changed': QUIET,
  'a good change': GOOD,
  'a broken gate': BAD,
  'a failed stage': FAILED,
  'the first run': FIRST,
  '200 stages': MANY,
};

/** All that a view can hold at once, though no run is so. */
export const EVERYTHING: PipelineView = {
  ...BAD,
  stages: [...BAD.stages, ...FAILED.stages],
  images: [...GOOD.images, { alt: 'ROC curve', file: 'images/roc.png', url: 'https://example.org/roc.png' }],
  run: {
    ...BAD.run!,
    exit: 'stage',
    failures: [
      {
        exit: 'remote',
        message: 'the remote refused',
        where: { file: 'a.yaml', line: 3 },
        help: 'try again',
      },
    ],
  },
};

/** Words that are no text of anybody's. */
const KINDS = new Set(
  'ok gate stage remote ran restored fresh frozen failed blocked cancelled keep retrain added removed modified beyond within data max pass'.split(
    ' ',
  ),
);

/** Every text replaced by what `text` says, but for addresses and words of ours. */
export function poisoned<T>(value: T, text: () => string): T {
  if (typeof value === 'string') return (KINDS.has(value) || /^https:/.test(value) ? value : text()) as T;
  if (Array.isArray(value)) return value.map((each) => poisoned(each, text)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, poisoned(each, text)])) as T;
}
