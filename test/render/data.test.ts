import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/core/event.ts';
import type { Digest, StageName } from '../../src/core/ids.ts';
import type { Reason, Verdict } from '../../src/core/verdict.ts';
import { renderArtifactChanges, renderListing } from '../../src/render/data/artifacts.ts';
import { renderStatus, statusJson } from '../../src/render/data/status.ts';
import { renderValueChanges, renderValues } from '../../src/render/data/values.ts';
import { PLAIN } from '../../src/render/terminal.ts';
import { expectGolden } from './golden.ts';

const digest = 'a'.repeat(64) as Digest;
const stage = (name: string): StageName => name as StageName;
const planned = (verdict: Verdict): Outcome => ({ kind: 'planned', verdict });
const depth: Reason = { kind: 'changed', field: ['params', 'params.yaml', 'train.depth'], was: 8, now: 4 };
const many: Reason[] = ['A', 'B', 'C', 'D'].map((name) => ({
  kind: 'changed',
  field: ['env', name],
  was: 'x',
  now: 'y',
}));

const STATUS = [
  { stage: stage('prepare'), action: 'cmd', outcome: planned({ kind: 'fresh' }) },
  { stage: stage('train'), action: 'cmd', outcome: planned({ kind: 'stale', reasons: [depth, ...many] }) },
  { stage: stage('judge'), action: 'evaluate', outcome: planned({ kind: 'waiting', on: [stage('train')] }) },
  {
    stage: stage('watch'),
    action: 'drift',
    outcome: planned({
      kind: 'restorable',
      from: 'run',
      outs: {},
      write: 'outs',
      reasons: [{ kind: 'out-missing', path: 'reports/watch.json' as never }],
    }),
  },
  { stage: stage('old'), action: 'cmd', outcome: planned({ kind: 'held' }) },
  {
    stage: stage('broken'),
    action: 'cmd',
    outcome: {
      kind: 'failed',
      ms: 0,
      failure: { exit: 'missing', message: 'dep data/x is missing' },
      reasons: [],
      logTail: [],
    } as Outcome,
  },
];
const DATA = [
  { path: 'data/raw', change: 'modified' },
  { path: 'data/new.csv', change: 'new' },
  { path: 'data/gone', change: 'absent' },
] as const;

describe('status', () => {
  it('says what repro would do, and with --why every reason', () => {
    expectGolden(
      'status.txt',
      [
        renderStatus(STATUS, DATA, { why: false }, PLAIN),
        renderStatus(STATUS, DATA, { why: true }, PLAIN),
        renderStatus(STATUS.slice(0, 1), [], { why: false }, PLAIN),
        renderStatus([], [], { why: false }, PLAIN),
      ].join('\n'),
    );
  });

  it('gives programs the verdicts as they are', () => {
    const { stages } = statusJson(STATUS, DATA);
    expect(stages[1]).toEqual({
      stage: 'train',
      action: 'cmd',
      verdict: { kind: 'stale', reasons: [depth, ...many] },
    });
    expect(stages[5]).toMatchObject({ verdict: { kind: 'failed' }, failure: { exit: 'missing' } });
  });
});

describe('values and artifacts', () => {
  const metrics = [
    { file: 'metrics.json', key: 'accuracy', was: 0.918169, now: 0.833, better: false },
    { file: 'metrics.json', key: 'loss', was: 0.3, now: 0.2, better: true },
  ];
  const params = [
    { file: 'params.yaml', key: 'train.depth', was: 8, now: 4 },
    { file: 'params.yaml', key: 'train.rate', was: 0.005, now: 0.00514 },
    { file: 'params.yaml', key: 'train.decay', was: 1e-7, now: -0.25 },
    { file: 'params.yaml', key: 'layers', was: undefined, now: [8, 8] },
    { file: 'params.yaml', key: 'name', was: 'x'.repeat(60), now: undefined },
  ];
  const tree = (files: number, bytes: number) => ({ tree: digest, files, bytes });
  const artifacts = [
    { path: 'data/raw', was: tree(12, 1_900_000), now: tree(13, 1_950_000) },
    { path: 'models/a.onnx', was: undefined, now: { file: digest, bytes: 9_000 } },
    { path: 'old.csv', was: { file: digest, bytes: 120 }, now: undefined },
  ];
  const listed = [
    { path: 'data/raw', artifact: tree(13, 1_950_000), from: 'data', present: false },
    { path: 'models/a.onnx', artifact: { file: digest, bytes: 9_000 }, from: 'train', present: true },
  ];
  const values = [
    { file: 'm.json', key: 'accuracy', value: 0.918169 },
    { file: 'm.json', key: 'best', value: null },
  ];
  const sides = { was: 'main', now: 'workspace' };

  it.each(['text', 'md'] as const)('are tables: %s', (form) => {
    expectGolden(
      `tables-${form}.txt`,
      [
        renderValues(values, form, PLAIN),
        renderValueChanges('metrics', metrics, sides, form, PLAIN),
        renderValueChanges('params', params, sides, form, PLAIN),
        renderArtifactChanges(artifacts, form, PLAIN),
        renderListing(listed, form, PLAIN),
      ].join('\n'),
    );
  });

  it('say so when there is nothing to show', () => {
    expect([
      renderValues([], 'text', PLAIN),
      renderValueChanges('params', [], sides, 'md', PLAIN),
      renderArtifactChanges([], 'text', PLAIN),
      renderListing([], 'text', PLAIN),
    ]).toEqual([
      'no values\n',
      'no differences between main and workspace\n',
      'no differences\n',
      'nothing is tracked yet: mlops add PATH\n',
    ]);
  });
});
