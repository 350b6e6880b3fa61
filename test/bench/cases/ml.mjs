// A drift report of a wide table, and a forest that scores a long one.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../files.mjs';
import { quickest, seconds, times } from '../goal.mjs';
import { evidently, mlops, node, pythonOnnx, pythonShap, pythonSklearn, script } from '../tools.mjs';

const SESSION = join(import.meta.dirname, '../score-forest.mjs');
const MILLION = join(import.meta.dirname, '../million-rows.mjs');

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
      shared: (turn) => turn.do(script(pythonSklearn, 'make_forest.py', turn.dir)),
      tools: {
        mlops(turn, shared) {
          const [rows, model] = [join(shared, 'rows.csv'), join(shared, 'forest.onnx')];
          turn.record('inference', JSON.parse(turn.do([...node, SESSION, model, join(shared, 'rows.f32')])));
          turn.measure('evaluate', [...mlops, 'evaluate', '-m', model, '-d', rows, '-t', 'label']);
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

function tables({ dir }) {
  table(join(dir, 'reference.csv'), 25_000, 1, 0);
  table(join(dir, 'current.csv'), 25_000, 2, 0.3);
}

function pageSize({ dir }) {
  return `${(statSync(join(dir, 'drift.html')).size / 1e6).toFixed(1)} MB`;
}
