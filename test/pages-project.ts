// A project with a stage of every action that has a page, over a table of 50 columns whose second half moved.
import { writeLogisticRegression } from '../src/ml/onnx/write.ts';
import { randomFrom } from '../src/util/random.ts';
import type { Rig } from './rig.ts';

const NUMBERS = Array.from({ length: 50 }, (_, at) => `measured_value_${at}`);
const ROWS = 400;

/** `moved` is added to each seventh column. */
function table(seed: number, moved: number): string {
  const random = randomFrom(seed);
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const values = NUMBERS.map((_name, at) => random.unit() + (at % 7 === 0 ? moved : 0));
    const busy = values[0]! + values[1]! - moved + 0.3 * random.unit() > 1.1 ? 'yes' : 'no';
    const sky = ['sun', 'rain', 'fog'][random.below(3)];
    return [...values.map((value) => value.toFixed(4)), sky, row % 2 === 0 ? 'north' : 'south', busy].join();
  });
  return `${[...NUMBERS, 'sky', 'region', 'busy'].join()}\n${lines.join('\n')}\n`;
}

const CHECK = `export default async function (batches) {
  for await (const batch of batches);
  return [{ check: 'rows', subject: 'before.csv', status: 'fail', message: 'too few', value: 1, limit: 2 }];
}`;

const MODEL = { model: 'model.onnx', target: 'busy', positive: 'yes' };

export function writePagesProject(rig: Rig): void {
  rig.write({
    'before.csv': table(1, 0),
    'now.csv': table(2, 0.4),
    'model.onnx': writeLogisticRegression({
      features: NUMBERS,
      labels: ['no', 'yes'],
      weights: NUMBERS.map((_name, at) => [0, at < 2 ? 6 : 0.01 * at]),
      intercepts: [0, -12],
    }),
    'check.mjs': CHECK,
    'schema.yaml': {
      format: 'mlops.schema/1',
      columns: { measured_value_0: { type: 'float64', max: 0.9 }, sky: { type: 'string', values: ['sun'] } },
    },
    'pipeline.yaml': {
      stages: {
        judge: {
          evaluate: {
            ...MODEL,
            data: 'now.csv',
            compare: 'before.csv',
            slices: [['sky'], ['region', 'sky']],
            fairness: { by: ['region'] },
            decide: { costs: { false_positive: 1, false_negative: 5 } },
            gates: { accuracy: { min: 0.99 } },
          },
        },
        watch: { drift: { ...MODEL, reference: 'before.csv', current: 'now.csv', detector: 'pca' } },
        why: {
          explain: {
            ...MODEL,
            data: 'before.csv',
            methods: ['importance', 'shap', 'pdp'],
            importance: { rows: 100, repeats: 2, replicates: 20 },
            shap: { rows: 10, permutations: 2 },
            background: { rows: 10 },
            pdp: { rows: 50 },
            rows: { worst: 2 },
            privacy: { rows: true },
          },
        },
        check: {
          validate: { data: 'now.csv', against: 'before.csv', schema: 'schema.yaml', target: 'busy' },
        },
        smoke: { smoke: { model: 'model.onnx', data: 'before.csv', rows: 20 } },
        amounts: { check: { uses: './check.mjs', data: 'before.csv' } },
      },
    },
  });
}

const STAGES = ['judge', 'watch', 'why', 'check', 'smoke', 'amounts'];

/** Made by the real program; paths inside the repository. */
export async function makePages(rig: Rig): Promise<{ readonly [page: string]: string }> {
  const ended = [
    await rig.mlops('repro', '--keep-going'),
    await rig.mlops('data', 'profile', 'now.csv', 'before.csv', '--html', 'profile.html'),
    await rig.mlops('report', '--html', 'report.html'),
  ];
  const stages = STAGES.map((stage) => [stage, `reports/${stage}.html`]);
  const missing = stages.filter(([, path]) => !rig.has(path!));
  if (missing.length > 0) throw new Error(ended.map(({ stdout, stderr }) => stdout + stderr).join('\n'));
  return { ...Object.fromEntries(stages), profile: 'profile.html', report: 'report.html' };
}
