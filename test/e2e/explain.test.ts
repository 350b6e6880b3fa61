// `explain:` as a stage: run once, fresh afterwards, its report in Git, its page beside it.
import { copyFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { openRig } from '../rig.ts';
import { expectExit } from './story.ts';

const MODELS = resolve(import.meta.dirname, '../../fixtures/ml/models');

it('explains a model, is fresh the second time, and again when what it explains changes', async () => {
  const rig = await openRig();
  for (const name of ['rows.csv', 'forest-zipmap.onnx'])
    copyFileSync(join(MODELS, name), join(rig.path, name));
  const explain = {
    model: 'forest-zipmap.onnx',
    data: 'rows.csv',
    target: 'busy',
    positive: 'yes',
    features: ['temp', 'wind', 'hour'],
    methods: ['importance', 'shap'],
    background: { rows: 20 },
  };
  rig.write({ 'pipeline.yaml': { stages: { why: { explain } } } });
  const first = await rig.mlops('repro');
  expectExit(first, 0);
  const report = JSON.parse(rig.read('reports/why.json'));
  expect(report).toMatchObject({
    schema: 'mlops.explain/1',
    stage: 'why',
    importance: { metric: 'roc_auc' },
  });
  expect(rig.read('reports/why.html')).toContain('The model relies most on temp');
  expect((await rig.mlops('logs', 'why')).stdout).toContain('planned model calls: ');
  const second = await rig.mlops('repro');
  expectExit(second, 0);
  expect(second.stdout).not.toContain('ran');
  rig.write({ 'pipeline.yaml': { stages: { why: { explain: { ...explain, class: 'no' } } } } });
  expectExit(await rig.mlops('repro'), 0);
  expect(JSON.parse(rig.read('reports/why.json'))).toMatchObject({ explains: { class: 'no' } });
});
