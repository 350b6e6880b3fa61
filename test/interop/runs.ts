// Two experiments with everything that an export has to get right: values that are not finite, names that other tools
// refuse, params of each type, one history and one value of the whole run, and a metric that both have.
import type { ExportedRun } from '../../src/interop/exported.ts';

export const OTTER: ExportedRun = {
  name: 'calm-otter',
  commit: '0123456789abcdef0123456789abcdef01234567',
  baseline: 'fedcba9876543210fedcba9876543210fedcba98',
  message: 'train.trees=200 | "more"\nof them',
  user: 'Ada: the "first"',
  started: Date.parse('2026-01-02T03:04:05.678Z'),
  ms: 61_500,
  ended: 'ok',
  params: new Map<string, ExportedRun['params'] extends ReadonlyMap<string, infer V> ? V : never>([
    ['train.trees', 200],
    ['train.rate', 0.1],
    ['train.warm', true],
    ['train.model', 'forest'],
    ['train.layers', [64, 32]],
    ['train.seed', null],
    ['more.yaml:a b', 'on'],
  ]),
  metrics: new Map([
    ['accuracy', 0.93],
    ['train/loss', 0.25],
    ['best', 1 / 3],
    ['acc@5%', 1],
  ]),
  histories: new Map([
    [
      'train/loss',
      [
        { step: 0, value: 0.1 + 0.2 },
        { step: 1, value: Number.NaN },
        { step: 5, value: 0.25 },
      ],
    ],
    [
      'best',
      [
        { step: 0, value: 0.1 },
        { step: 7, value: Number.POSITIVE_INFINITY },
      ],
    ],
  ]),
  artifacts: new Map([['metrics/train.json', Buffer.from('{}\n')]]),
};

export const FALCON: ExportedRun = {
  ...OTTER,
  name: 'on',
  commit: '12345678901234567890123456789012e3456789',
  message: 'train.trees=20',
  started: OTTER.started + 1000,
  ended: 'gate',
  params: new Map([...OTTER.params, ['train.trees', 20], ['train.model', 7]]),
  metrics: new Map([['accuracy', 0.5]]),
  histories: new Map(),
  artifacts: new Map(),
};
