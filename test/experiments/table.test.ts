// What the table holds, read from real commits.
import { describe, expect, it } from 'vitest';
import type { Ticket } from '../../src/core/experiment.ts';
import type { ExperimentTable } from '../../src/core/experiment-table.ts';
import type { CommitId } from '../../src/core/ids.ts';
import { listExperiments } from '../../src/experiments/refs.ts';
import { type BuiltTable, buildTable } from '../../src/experiments/table.ts';
import { findColumn } from '../../src/experiments/table-cells.ts';
import { type QueueListing, queueEntries } from '../../src/experiments/table-queue.ts';
import { type BaselineWish, selectGroups } from '../../src/experiments/table-select.ts';
import { requireRepository } from '../../src/git/repository.ts';
import { openRig, type Rig } from '../rig.ts';
import { baselineIn, madeExperiment, override, PIPELINE } from './made.ts';

const EMPTY = { has: () => false, read: () => Buffer.alloc(0) };
const QUIET: QueueListing = { waiting: [], running: [], ended: [] };

function tableOf(
  rig: Rig,
  wish: BaselineWish = { kind: 'recent', count: 1 },
  queue: QueueListing = QUIET,
): BuiltTable & { readonly elsewhere: number; readonly gone: number } {
  const repo = requireRepository(rig.path);
  const selected = selectGroups(repo, listExperiments(repo), queueEntries(queue), wish);
  const built = buildTable({
    repo,
    store: EMPTY,
    groups: selected.groups,
    head: selected.head,
    workspace: undefined,
  });
  return { ...built, elsewhere: selected.elsewhere, gone: selected.gone };
}

/** `calm-otter: trees=200 accuracy=0.9`, with every column that a row has. */
function lines({ columns, rows }: ExperimentTable): string[] {
  return rows.map(({ name, values }) => {
    const cells = columns.flatMap((column, at) =>
      values[at] === undefined ? [] : `${column.name}=${JSON.stringify(values[at])}`,
    );
    return `${name}: ${cells.join(' ')}`;
  });
}

describe('the table of experiments', () => {
  it('has the baseline, then experiments as they were made, with params and metrics', async () => {
    const rig = await openRig();
    const baseline = await baselineIn(rig);
    madeExperiment(rig, baseline, 'late', {
      files: { 'metrics.json': { accuracy: 0.95, loss: 0.1 } },
      record: { started: '2026-11-22T10:00:00Z', ended: 'gate', ms: 7 },
    });
    madeExperiment(rig, baseline, 'early', {
      files: { 'params.yaml': 'train: {trees: 200, depth: 8}\n' },
      overrides: [override('train.trees', 200)],
    });
    const { table } = tableOf(rig);
    expect(lines(table)).toEqual([
      'main: trees=100 depth=8 accuracy=0.8 loss=0.5',
      'early: trees=200 depth=8 accuracy=0.8 loss=0.5',
      'late: trees=100 depth=8 accuracy=0.95 loss=0.1',
    ]);
    expect(table.rows.map(({ state, ms, created }) => [state, ms, created])).toEqual([
      ['baseline', null, '2026-01-02T03:04:05.000Z'],
      ['done', 1500, '2026-11-21T10:00:00.000Z'],
      ['gate', 7, '2026-11-22T10:00:00.000Z'],
    ]);
    expect(table.columns.map(({ name, differs, better }) => [name, differs, better])).toEqual([
      ['trees', true, null],
      ['depth', false, null],
      ['accuracy', true, 'max'],
      ['loss', true, 'min'],
    ]);
    expect(table.groups).toEqual([{ commit: baseline, name: 'main', gone: false }]);
  });

  it('shows a param that somebody overrode with what it was', async () => {
    const rig = await openRig();
    const baseline = await baselineIn(rig);
    madeExperiment(rig, baseline, 'same', { files: {}, overrides: [override('train', { trees: 100 })] });
    const { table } = tableOf(rig);
    expect(table.columns.filter(({ differs }) => differs).map(({ name }) => name)).toEqual(['trees']);
  });

  it('calls a column by no name that could mean another', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': 'stages:\n  a: {cmd: x, params: [lr, {other.yaml: }], metrics: [a.json, b.json]}\n',
      'params.yaml': 'lr: 1\nname: x\nmodel: {lr: 2, size: 3}\ntest: {loss: 4}\n',
      'other.yaml': 'size: 4\n',
      'a.json': { test: { loss: 1 }, valid: { loss: 2, auc: 3 } },
      'b.json': { test: { loss: 1 } },
    });
    await rig.commit('first');
    const { table } = tableOf(rig);
    expect(table.columns.map(({ file, key, name }) => [`${file}:${key}`, name])).toEqual([
      ['params.yaml:lr', 'params.yaml:lr'],
      ['params.yaml:name', 'params.yaml:name'],
      ['params.yaml:model.lr', 'model.lr'],
      ['params.yaml:model.size', 'model.size'],
      ['params.yaml:test.loss', 'params.yaml:test.loss'],
      ['other.yaml:size', 'other.yaml:size'],
      ['a.json:test.loss', 'a.json:test.loss'],
      ['a.json:valid.loss', 'valid.loss'],
      ['a.json:valid.auc', 'auc'],
      ['b.json:test.loss', 'b.json:test.loss'],
    ]);
  });

  it('calls what is shown as short as can be beside what other files hide', async () => {
    const rig = await openRig();
    await baselineIn(rig);
    rig.write({
      'pipeline.yaml': PIPELINE.replace('[metrics.json]', '[metrics.json, rule.json]'),
      'rule.json': { accuracy: 0.7 },
      'metrics.json': { accuracy: 0.8, test: { loss: 0.5 }, train: { loss: 0.4 } },
    });
    const baseline = (await rig.commit('with a rule')) as CommitId;
    const reached = { accuracy: 0.9, test: { loss: 0.5 }, train: { loss: 0.3 } };
    madeExperiment(rig, baseline, 'better', { files: { 'metrics.json': reached } });
    const { columns } = tableOf(rig).table;
    const metrics = columns.filter(({ kind }) => kind === 'metric');
    expect(metrics.map(({ name, differs }) => [name, differs])).toEqual([
      ['accuracy', true],
      ['test.loss', false],
      // Not `loss`, which could be that of the test.
      ['train.loss', true],
      ['rule.json:accuracy', false],
    ]);
    expect(columns.indexOf(metrics[0]!)).toBe((findColumn(columns, 'accuracy') as { at: number }).at);
  });

  it('reads an experiment by its own pipeline', async () => {
    const rig = await openRig();
    const baseline = await baselineIn(rig);
    madeExperiment(rig, baseline, 'moved', {
      files: {
        'pipeline.yaml': PIPELINE.replace('metrics.json', 'out/scores.json'),
        'metrics.json': null,
        'out/scores.json': { accuracy: 0.7 },
      },
    });
    madeExperiment(rig, baseline, 'nested', {
      files: {
        'sub/pipeline.yaml': 'stages: {more: {cmd: x, metrics: [m.json]}}\n',
        'sub/m.json': { f1: 0.5 },
        'sub/params.yaml': 'deep: 1\n',
      },
    });
    madeExperiment(rig, baseline, 'without', { files: { 'metrics.json': null } });
    madeExperiment(rig, baseline, 'broken', { files: { 'pipeline.yaml': 'stages: [' } });
    expect(lines(tableOf(rig).table)).toEqual([
      'main: trees=100 depth=8 metrics.json:accuracy=0.8 loss=0.5',
      'broken: ',
      'moved: trees=100 depth=8 out/scores.json:accuracy=0.7',
      'nested: trees=100 depth=8 deep=1 metrics.json:accuracy=0.8 loss=0.5 f1=0.5',
      'without: trees=100 depth=8',
    ]);
  });

  it('follows a path of metrics that is written with a param', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml':
        // biome-ignore lint/suspicious/noTemplateCurlyInString: of pipeline.yaml
        'stages: {train: {cmd: "train ${model}", params: [model], metrics: ["${model}.json"]}}\n',
      'params.yaml': 'model: a\n',
      'a.json': { f1: 0.1 },
    });
    const baseline = (await rig.commit('first')) as CommitId;
    const other = { 'params.yaml': 'model: b\n', 'a.json': null, 'b.json': { f1: 0.2 } };
    madeExperiment(rig, baseline, 'other', { files: other });
    expect(lines(tableOf(rig).table)).toEqual([
      'main: model="a" a.json:f1=0.1',
      'other: model="b" b.json:f1=0.2',
    ]);
  });

  it('says which file of which row cannot be read, and shows the rest', async () => {
    const rig = await openRig();
    const baseline = await baselineIn(rig);
    madeExperiment(rig, baseline, 'half', { files: { 'metrics.json': '{"accuracy": 0.' } });
    const { table, unreadable } = tableOf(rig);
    expect(lines(table)[1]).toBe('half: trees=100 depth=8');
    expect(unreadable).toMatchObject([
      { row: 'half', failure: { message: 'metrics.json is not valid JSON' } },
    ]);
  });

  it('finds experiments of other baselines, of rewritten ones, and of those that are gone', async () => {
    const rig = await openRig();
    const first = await baselineIn(rig);
    madeExperiment(rig, first, 'on-first', { files: {} });
    rig.write({ 'params.yaml': 'train:\n  trees: 100\n  depth: 9\n' });
    const second = (await rig.commit('second')) as CommitId;
    madeExperiment(rig, second, 'on-second', { files: {} });
    await rig.git('commit', '-q', '--amend', '-m', 'second, amended');
    rig.write({ 'params.yaml': 'train:\n  trees: 100\n  depth: 10\n' });
    const third = (await rig.commit('third')) as CommitId;
    madeExperiment(rig, third, 'on-third', { files: {} });
    await rig.git('reset', '-q', '--hard', 'HEAD~');

    const head = tableOf(rig);
    expect(lines(head.table)).toEqual([
      'main: trees=100 depth=9 accuracy=0.8 loss=0.5',
      'on-second: trees=100 depth=9 accuracy=0.8 loss=0.5',
    ]);
    expect(head).toMatchObject({ elsewhere: 1, gone: 1 });

    const all = tableOf(rig, { kind: 'all' });
    expect(lines(all.table)).toEqual([
      'main: trees=100 depth=9 accuracy=0.8 loss=0.5',
      'on-second: trees=100 depth=9 accuracy=0.8 loss=0.5',
      `${first.slice(0, 7)}: trees=100 depth=8 accuracy=0.8 loss=0.5`,
      'on-first: trees=100 depth=8 accuracy=0.8 loss=0.5',
      `${third.slice(0, 7)}: trees=100 depth=10 accuracy=0.8 loss=0.5`,
      'on-third: trees=100 depth=10 accuracy=0.8 loss=0.5',
    ]);
    expect(all.table.groups.map(({ gone }) => gone)).toEqual([false, false, true]);
    expect(all).toMatchObject({ elsewhere: 0, gone: 0 });

    await rig.git('tag', 'v1', first);
    expect(tableOf(rig, { kind: 'tags' }).table.rows.map(({ name }) => name)).toEqual(['v1', 'on-first']);
    expect(tableOf(rig, { kind: 'recent', count: 2 }).table.rows.map(({ name }) => name)).toEqual([
      'main',
      'on-second',
      'v1',
      'on-first',
    ]);
  });

  it('shows tickets with the params they will have', async () => {
    const rig = await openRig();
    const baseline = await baselineIn(rig);
    const ticket = (name: string, overrides: Ticket['overrides']): Ticket => ({
      v: 1,
      id: name,
      name,
      baseline,
      commit: baseline,
      overrides,
      message: null,
      targets: [],
      dir: '',
      sweep: null,
      created: '2026-11-21T10:00:00.000Z',
    });
    const failed = {
      ...ticket('failed', [override('train.depth', 3)]),
      state: 'failed' as const,
      exit: 1,
      experiment: null,
      failure: 'stage train failed (exit 2)',
      started: '2026-11-21T10:00:00.000Z',
      ended: '2026-11-21T10:00:02.000Z',
      by: 'vm 1',
    };
    const done = { ...failed, name: 'done', state: 'done' as const };
    const queue: QueueListing = {
      waiting: [
        ticket('set', [override('train.trees', 200)]),
        ticket('whole', [override('train', { trees: 5, new: [1, 2] })]),
        ticket('added', [
          { ...override('seed', 7), op: 'add' },
          { ...override('train.depth', null), op: 'remove' },
        ]),
      ],
      running: [ticket('running', [override('train.trees', 300)])],
      ended: [failed, done],
    };
    const { table } = tableOf(rig, undefined, queue);
    expect(lines(table)).toEqual([
      'main: trees=100 depth=8 accuracy=0.8 loss=0.5',
      'running: trees=300 depth=8',
      'set: trees=200 depth=8',
      'whole: trees=5 new=[1,2]',
      'added: trees=100 seed=7',
      'failed: trees=100 depth=3',
    ]);
    expect(table.rows.at(-1)).toMatchObject({
      state: 'failed',
      ms: 2000,
      failure: 'stage train failed (exit 2)',
    });
    expect(table.rows[1]).toMatchObject({ state: 'running', message: 'train.trees=300' });
    expect(queueEntries(queue, new Set(['failed'])).map(({ state }) => state)).toEqual([
      'running',
      'waiting',
      'waiting',
      'waiting',
    ]);
    expect(queueEntries(queue, new Set(['queued'])).map(({ state }) => state)).toEqual(['failed']);
  });

  it('overrides one item of a list', async () => {
    const { withOverrides } = await import('../../src/experiments/table-overrides.ts');
    const params = [{ file: 'params.yaml', key: 'layers', value: [64, 32] }] as never;
    const at = (op: 'set' | 'remove') => [
      { file: 'params.yaml' as never, key: ['layers', 0], op, value: 128 },
    ];
    expect(withOverrides(params, at('set'))).toMatchObject([{ value: [128, 32] }]);
    expect(withOverrides(params, at('remove'))).toMatchObject([{ value: [32] }]);
  });
});
