// The runs of the tour as events: what a stranger sees in the first five minutes.
import type { GateSummary, Headline, Outcome, RunEvent } from '../../src/core/event.ts';
import type { RepoPath, StageName } from '../../src/core/ids.ts';
import type { Reason } from '../../src/core/verdict.ts';

export const stage = (name: string): StageName => name as StageName;
export const path = (name: string): RepoPath => name as RepoPath;

export function done(name: string, action: string, outcome: Outcome): RunEvent {
  return { kind: 'done', stage: stage(name), action, outcome };
}

type Ran = Outcome & { kind: 'ran' };

export function ran(ms: number, outs: readonly string[], more: Partial<Ran> = {}): Outcome {
  return {
    kind: 'ran',
    ms,
    recorded: true,
    outs: outs.map(path),
    reasons: [],
    headlines: [],
    lines: [],
    ...more,
  };
}

export function summary(more: Partial<RunEvent & { kind: 'summary' }>): RunEvent {
  return {
    kind: 'summary',
    ran: 0,
    restored: 0,
    fresh: 0,
    failed: 0,
    blocked: 0,
    ms: 60,
    savedMs: 0,
    rejected: [],
    views: [],
    ...more,
  };
}

export const gates = (held: number, total: number, more: Partial<GateSummary> = {}): GateSummary => ({
  passed: held === total,
  held,
  total,
  firstRun: false,
  broken: [],
  notes: [],
  ...more,
});

export const PLAN: RunEvent = {
  kind: 'plan',
  stages: ['prepare', 'train', 'judge', 'watch'].map(stage),
  jobs: 2,
  jobsFrom: 'auto',
};

const neverRun: Reason[] = [{ kind: 'never-run' }];
const depth: Reason = {
  kind: 'changed',
  field: ['params', 'params.yaml', 'train.depth'],
  was: 8,
  now: 4,
};
const newModel: Reason = {
  kind: 'changed',
  field: ['deps', 'models/busy.onnx'],
  was: { file: 'a', bytes: 10 },
  now: { file: 'b', bytes: 12 },
};
const words = (...values: string[]): Headline[] => values.map((value) => ({ name: '', value }));

export const FIRST_RUN: RunEvent[] = [
  PLAN,
  done(
    'prepare',
    'cmd',
    ran(310, ['data/train.csv', 'data/holdout.csv', 'data/q3-2011.csv'], { reasons: neverRun }),
  ),
  done('train', 'cmd', ran(900, ['models/busy.onnx'], { reasons: neverRun })),
  done(
    'judge',
    'evaluate',
    ran(400, ['reports/judge.json'], {
      reasons: neverRun,
      headlines: [
        { name: 'accuracy', value: 0.91817, plusMinus: 0.01155 },
        { name: 'f1', value: 0.84378 },
        { name: 'roc_auc', value: 0.96408 },
      ],
      gates: gates(1, 1, { firstRun: true }),
    }),
  ),
  done(
    'watch',
    'drift',
    ran(400, ['reports/watch.json'], {
      reasons: neverRun,
      headlines: words('0 of 9 columns drifted', 'predictions stable', 'no labels yet'),
    }),
  ),
  summary({ ran: 4, ms: 1700, views: ['reports/judge.html', 'reports/watch.html'].map(path) }),
];

const FRESH: Outcome = { kind: 'fresh' };

export const NOTHING_TO_DO: RunEvent[] = [
  PLAN,
  done('prepare', 'cmd', FRESH),
  done('train', 'cmd', FRESH),
  done('judge', 'evaluate', { kind: 'fresh', gates: gates(1, 1) }),
  done('watch', 'drift', FRESH),
  summary({ fresh: 4, ms: 60 }),
];

export const WORSE: RunEvent[] = [
  PLAN,
  done('prepare', 'cmd', FRESH),
  done('train', 'cmd', ran(500, ['models/busy.onnx'], { reasons: [depth] })),
  done(
    'judge',
    'evaluate',
    ran(300, ['reports/judge.json'], {
      reasons: [newModel],
      headlines: [{ name: 'accuracy', value: 0.833, plusMinus: 0.0157, was: 0.918 }],
      gates: gates(0, 2, {
        broken: [
          { text: 'accuracy 0.833 is under min 0.9', where: 'pipeline.yaml:21' },
          { text: 'accuracy fell by 0.085, allowed 0.02 · baseline 3f2c1ab, same 2,163 rows' },
        ],
      }),
    }),
  ),
  done(
    'watch',
    'drift',
    ran(400, ['reports/watch.json'], {
      reasons: [newModel],
      headlines: words('0 of 9 columns drifted', 'predictions stable'),
    }),
  ),
  summary({ ran: 3, fresh: 1, ms: 1300, rejected: [stage('judge')], undo: 'git restore params.yaml' }),
];

const restored = (ms: number, savedMs: number, more: object = {}): Outcome => ({
  kind: 'restored',
  ms,
  savedMs,
  from: 'run',
  outs: [],
  reasons: [],
  headlines: [],
  ...more,
});

export const UNDONE: RunEvent[] = [
  PLAN,
  done('prepare', 'cmd', FRESH),
  done('train', 'cmd', restored(80, 900)),
  done('judge', 'evaluate', restored(100, 400, { gates: gates(1, 1) })),
  done('watch', 'drift', restored(100, 400)),
  summary({ fresh: 1, restored: 3, ms: 200, savedMs: 1700 }),
];

export const PULLED: RunEvent[] = [
  PLAN,
  { kind: 'fetched', objects: 11, bytes: 19e5 },
  ...['prepare', 'train', 'judge', 'watch'].map((name) => done(name, 'cmd', FRESH)),
  summary({ fresh: 4 }),
];

export const LABELS: RunEvent[] = [
  PLAN,
  ...['prepare', 'train', 'judge'].map((name) => done(name, 'cmd', FRESH)),
  done(
    'watch',
    'drift',
    ran(500, ['reports/watch.json'], {
      reasons: [
        {
          kind: 'changed',
          field: ['deps', 'data/q3-2012.csv'],
          was: { file: 'a', bytes: 71_000 },
          now: { file: 'b', bytes: 75_200 },
        },
      ],
      headlines: words('0 of 9 columns drifted'),
      lines: [
        'inputs       0 of 9 moved (most: humidity 0.08, limit 0.10)',
        'predictions  busy 37 % → 39 %, stable',
        'labels       busy 37 % → 58 % · accuracy 0.918 → 0.789 (−0.129, 95 % −0.155 … −0.100)',
        'advice       RETRAIN · probability that accuracy fell by more than 0.02: 1.00',
      ],
    }),
  ),
  summary({ ran: 1, fresh: 3, ms: 560, views: [path('reports/watch.html')] }),
];

export const FAILED: RunEvent[] = [
  PLAN,
  done('prepare', 'cmd', FRESH),
  { kind: 'start', stage: stage('train'), action: 'cmd', reasons: [depth], attempt: 2 },
  done('train', 'cmd', {
    kind: 'failed',
    ms: 83_000,
    failure: {
      exit: 'stage',
      message: 'its command ended with 1',
      where: { file: 'pipeline.yaml', line: 9 },
      help: 'its last good outs were put back',
    },
    reasons: [depth],
    logTail: ['Traceback:', '  \u001b[31mValueError\u001b[0m: depth must be even'],
    log: 'mlops logs train',
  }),
  done('judge', 'evaluate', { kind: 'blocked', by: stage('train') }),
  done('watch', 'drift', { kind: 'blocked', by: stage('train') }),
  summary({ fresh: 1, failed: 1, blocked: 2, ms: 83_100 }),
];

export const DRY: RunEvent[] = [
  PLAN,
  done('prepare', 'cmd', { kind: 'planned', verdict: { kind: 'fresh' } }),
  done('train', 'cmd', { kind: 'planned', verdict: { kind: 'stale', reasons: [depth] } }),
  done('judge', 'evaluate', { kind: 'planned', verdict: { kind: 'waiting', on: [stage('train')] } }),
  done('watch', 'drift', {
    kind: 'planned',
    verdict: { kind: 'restorable', from: 'remote', outs: {}, write: 'outs', reasons: [], savedMs: 400 },
  }),
  summary({ fresh: 1 }),
];

export const TOUR: { readonly [title: string]: readonly RunEvent[] } = {
  'first run': FIRST_RUN,
  'nothing to do': NOTHING_TO_DO,
  'a worse model': WORSE,
  'the change undone': UNDONE,
  'a fresh clone': PULLED,
  'labels arrive': LABELS,
  'a stage fails': FAILED,
  'a dry run': DRY,
};
