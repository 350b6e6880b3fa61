// A drift report of a wide table, and a forest that scores a long one.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../files.mjs';
import { quickest, seconds, times } from '../goal.mjs';
import {
  evidently,
  mlops,
  node,
  pythonOnnx,
  pythonPandas,
  pythonShap,
  pythonSklearn,
  script,
} from '../tools.mjs';

const SESSION = join(import.meta.dirname, '../score-forest.mjs');
const MILLION = join(import.meta.dirname, '../million-rows.mjs');

/** Hours, and 6 GB of files: only for who asks. */
const LONG = process.env.MLOPS_BENCH_LONG === '1';

/** In which the columns are walked, both ways, for each row. */
const ORDERS = 10;

export function cases(scale) {
  const million = scale(1_000_000);
  return [
    {
      name: 'drift',
      rows: [
        {
          phase: 'report',
          work: 'drift report of 25,000 × 49 cells against as many, CSV to HTML',
          goal: seconds(1),
        },
      ],
      tools: {
        mlops(turn) {
          tables(turn);
          turn.measure('report', [...mlops, 'drift', 'reference.csv', 'current.csv', '--html', 'drift.html']);
          turn.note('report', `page of ${pageSize(turn)}`);
        },
        ...(evidently && {
          Evidently(turn) {
            tables(turn);
            turn.measure(
              'report',
              script(evidently, 'drift_report.py', 'reference.csv', 'current.csv', 'drift.html'),
            );
            turn.note('report', `page of ${pageSize(turn)}`);
          },
        }),
      },
    },
    {
      name: 'drift-million',
      memoryMB: 500,
      rows: ['csv', 'parquet'].map((format) => ({
        phase: format,
        work: `drift report of ${million.toLocaleString('en')} × 20 cells against as many, ${format === 'csv' ? 'CSV' : 'Parquet'}`,
        goal: seconds(5),
      })),
      /** Made once, both formats of the same cells. */
      shared: (turn) => turn.do([...node, MILLION, turn.dir, String(million)]),
      large: true,
      tools: {
        mlops(turn, shared) {
          for (const format of ['csv', 'parquet'])
            turn.measure(format, [
              ...mlops,
              'drift',
              join(shared, `reference.${format}`),
              join(shared, `current.${format}`),
              '--json',
            ]);
        },
        ...(evidently && {
          Evidently(turn, shared) {
            const [reference, current] = [join(shared, 'reference.csv'), join(shared, 'current.csv')];
            turn.measure('csv', script(evidently, 'drift_report.py', reference, current, 'drift.html'));
          },
        }),
      },
    },
    {
      name: 'drift-million-judged',
      memoryMB: 500,
      rows: [
        {
          phase: 'labels',
          work: `… with predictions and labels: performance chunk by chunk, realised and estimated (CBPE), Parquet`,
          goal: seconds(5),
        },
      ],
      shared: (turn) => turn.do([...node, MILLION, turn.dir, String(million), 'judged']),
      large: true,
      tools: {
        mlops(turn, shared) {
          const files = ['reference.parquet', 'current.parquet'].map((name) => join(shared, name));
          const predictions = 'predictions={label: said, scores: score}';
          turn.measure('labels', [...mlops, 'drift', ...files, '-O', predictions, '-t', 'truth', '--json']);
        },
      },
    },
    {
      name: 'drift-out-of-core',
      unless: LONG ? undefined : 'it takes long: MLOPS_BENCH_LONG=1 runs it',
      memoryMB: 1500,
      repeats: 1,
      rows: [
        {
          phase: 'report',
          work: `drift report of ${(20 * million).toLocaleString('en')} × 20 cells against as many, Parquet`,
        },
      ],
      shared: (turn) => turn.do([...node, MILLION, turn.dir, String(20 * million), 'parquet']),
      large: true,
      tools: {
        mlops(turn, shared) {
          const files = ['reference.parquet', 'current.parquet'].map((name) => join(shared, name));
          turn.measure('report', [...mlops, 'drift', ...files, '--json']);
        },
      },
    },
    {
      name: 'look-million',
      rows: [
        {
          phase: 'profile',
          work: `first look at ${million.toLocaleString('en')} × 20 cells, CSV: data profile; pandas: describe, duplicated, corr`,
        },
        { phase: 'validate', work: '… the same data against a schema' },
      ],
      shared(turn) {
        turn.do([...node, MILLION, turn.dir, String(million)]);
        turn.do([...mlops, 'schema', 'infer', 'reference.csv', '-o', 'schema.yaml']);
      },
      large: true,
      tools: {
        mlops(turn, shared) {
          const data = join(shared, 'reference.csv');
          turn.measure('profile', [...mlops, 'data', 'profile', data, '--json']);
          turn.measure('validate', [
            ...mlops,
            'validate',
            data,
            '--schema',
            join(shared, 'schema.yaml'),
            '--json',
          ]);
        },
        ...(pythonPandas && {
          pandas(turn, shared) {
            turn.measure('profile', script(pythonPandas, 'look.py', join(shared, 'reference.csv')));
          },
        }),
      },
    },
    {
      name: 'forest-million',
      unless: pythonSklearn
        ? undefined
        : 'scikit-learn and skl2onnx, which make the forest, are not installed',
      rows: [
        {
          phase: 'inference',
          work: `forest of 100 trees over ${million.toLocaleString('en')} × 20 rows, one thread, inference alone`,
        },
        {
          phase: 'evaluate',
          work: '… CSV, inference and metrics, from process start; mlops with all intervals and weak segments',
          goal: times(1.1, 'Python'),
        },
      ],
      shared: (turn) => turn.do(script(pythonSklearn, 'make_forest.py', turn.dir, String(million), '20')),
      large: true,
      tools: {
        mlops(turn, shared) {
          turn.measure('evaluate', evaluation(shared));
        },
        ...(pythonOnnx && {
          Python(turn, shared) {
            const [rows, model] = [join(shared, 'rows.csv'), join(shared, 'forest.onnx')];
            const own = join(turn.dir, 'inference.json');
            turn.measure('evaluate', script(pythonOnnx, 'score_forest.py', model, rows, own));
            turn.record('inference', JSON.parse(readFileSync(own, 'utf8')));
          },
        }),
      },
    },
    {
      name: 'forest',
      unless: pythonSklearn
        ? undefined
        : 'scikit-learn and skl2onnx, which make the forest, are not installed',
      rows: [
        {
          phase: 'inference',
          work: 'forest of 100 trees over 101,160 × 48 rows, one thread, inference alone',
          goal: times(1.1, 'Python'),
        },
        { phase: 'evaluate', work: '… CSV, inference and metrics, from process start' },
      ],
      /** Made once: training is no part of the comparison. */
      shared: (turn) => turn.do(script(pythonSklearn, 'make_forest.py', turn.dir, '101160', '48')),
      tools: {
        mlops(turn, shared) {
          const [rows, model] = [join(shared, 'rows.f32'), join(shared, 'forest.onnx')];
          turn.record('inference', JSON.parse(turn.do([...node, SESSION, model, rows])));
          turn.measure('evaluate', evaluation(shared));
        },
        ...(pythonOnnx && {
          Python(turn, shared) {
            const [rows, model] = [join(shared, 'rows.csv'), join(shared, 'forest.onnx')];
            const own = join(turn.dir, 'inference.json');
            turn.measure('evaluate', script(pythonOnnx, 'score_forest.py', model, rows, own));
            turn.record('inference', JSON.parse(readFileSync(own, 'utf8')));
          },
        }),
      },
    },
    {
      name: 'shap',
      unless: pythonSklearn
        ? undefined
        : 'scikit-learn and skl2onnx, which make the forest, are not installed',
      rows: [
        {
          phase: 'explain',
          work: 'permutation SHAP of 1,000 rows × 20 features, 100 trees, 100 rows of background, 10 orders, one thread',
          goal: quickest(),
        },
      ],
      shared: (turn) => turn.do(script(pythonSklearn, 'make_explained.py', turn.dir)),
      tools: {
        mlops(turn, shared) {
          const at = (name) => join(shared, name);
          const files = ['-m', at('forest.onnx'), '-d', at('rows.csv'), '--reference', at('background.csv')];
          const shap = `shap={method: permutation, permutations: ${ORDERS}, rows: 1000}`;
          const options = ['-O', shap, '-O', 'max_calls=100000000'];
          turn.measure('explain', [...mlops, 'explain', ...files, '--methods', 'shap', ...options]);
        },
        ...(pythonShap && {
          'Python shap'(turn, shared) {
            const at = (name) => join(shared, name);
            const files = [at('forest.onnx'), at('rows.csv'), at('background.csv')];
            turn.measure('explain', script(pythonShap, 'shap_permutation.py', ...files, String(ORDERS)));
          },
        }),
      },
    },
  ];
}

function evaluation(dir) {
  return [...mlops, 'evaluate', '-m', join(dir, 'forest.onnx'), '-d', join(dir, 'rows.csv'), '-t', 'label'];
}

function tables({ dir }) {
  table(join(dir, 'reference.csv'), 25_000, 1, 0);
  table(join(dir, 'current.csv'), 25_000, 2, 0.3);
}

function pageSize({ dir }) {
  return `${(statSync(join(dir, 'drift.html')).size / 1e6).toFixed(1)} MB`;
}
