// A repository whose stage logs steps with mlops/log, and experiments in it.
import { resolve } from 'node:path';
import { commitOf } from '../../src/core/ids.ts';
import { writeExperiment } from '../../src/experiments/refs.ts';
import { openRepository } from '../../src/git/repository.ts';
import type { Rig } from '../rig.ts';
import { repro } from './story.ts';

const LOG = resolve(import.meta.dirname, '../../dist/log.js');

/** Its history has values that are not finite; `best` has no history. */
export const TRAINING = {
  'params.yaml': 'train:\n  rate: 1\n  model: forest\n',
  'pipeline.yaml': `stages:
  train:
    cmd: node train.mjs \${train.rate}
    deps: [train.mjs]
    params: [train]
    outs: [metrics/train.jsonl: {git: true}]
    metrics: [metrics/train.json]
`,
  'train.mjs': `import { openLog } from ${JSON.stringify(LOG)};
const rate = Number(process.argv[2]);
const log = openLog('metrics/train');
for (const loss of [1 / rate, NaN, 1 / rate / 2]) {
  log.metric('train/loss', loss);
  log.step();
}
log.final('best', 1 / rate / 4);
log.end();
`,
};

/** Runs the pipeline with that rate; the workspace is the baseline's again afterwards. Returns the commit. */
export async function loggedExperiment(rig: Rig, name: string, rate: number): Promise<string> {
  const repo = openRepository(rig.path)!;
  const baseline = commitOf((await rig.git('rev-parse', 'HEAD')).trim());
  rig.write({ 'params.yaml': TRAINING['params.yaml'].replace('rate: 1', `rate: ${rate}`) });
  await repro(rig);
  await rig.git('add', '-A');
  const tree = (await rig.git('write-tree')).trim();
  await rig.git('reset', '-q', '--hard');
  const override = { file: 'params.yaml', key: ['train', 'rate'], op: 'set', value: rate } as const;
  const record = {
    v: 1,
    name,
    baseline,
    baselineTree: (await rig.git('rev-parse', 'HEAD^{tree}')).trim(),
    patch: null,
    overrides: [override as never],
    ticket: null,
    sweep: null,
    ended: 'ok',
    ms: 1667,
    started: '2026-01-02T03:04:05.678Z',
  } as const;
  return writeExperiment(repo, tree, record, `train.rate=${rate}`).commit;
}
