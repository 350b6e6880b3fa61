// `evaluate`, `drift`, `explain` and `model inspect` in a folder that is no repository.
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { writeLogisticRegression } from '../../src/ml/onnx/write.ts';
import { runProgram } from './program.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-alone-')));
const mlops = (...args: readonly string[]) => runProgram(folder, args);

/** Rows of x and its square; y is "yes" where x > 0, but for every tenth row. `shift` moves x. */
function table(rows: number, shift: number): string {
  const lines = Array.from({ length: rows }, (_, at) => {
    const x = ((at * 37) % 100) / 50 - 1;
    const yes = at % 10 === 0 ? x <= 0 : x > 0;
    return `${(x + shift).toFixed(4)},${(x * x).toFixed(4)},${at % 2 === 0 ? 'even' : 'odd'},${yes ? 'yes' : 'no'}`;
  });
  return `x,square,half,y\n${lines.join('\n')}\n`;
}

beforeAll(() => {
  writeFileSync(join(folder, 'before.csv'), table(400, 0));
  writeFileSync(join(folder, 'after.csv'), table(400, 0.5));
  const model = writeLogisticRegression({
    features: ['x', 'square'],
    labels: ['no', 'yes'],
    weights: [
      [0, 8],
      [0, 0],
    ],
    intercepts: [0, 0],
  });
  writeFileSync(join(folder, 'model.onnx'), model);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What stands under "to keep it". */
function stageIn(text: string) {
  return parse(text.split('in pipeline.yaml:\n')[1] ?? '');
}

describe('mlops evaluate', () => {
  const typed = ['evaluate', '-m', 'model.onnx', '-d', 'before.csv', '-t', 'y', '--exclude', 'half'];

  it('prints every metric and the stage that keeps it', () => {
    const { status, stdout } = mlops(...typed, '--positive', 'yes', '--slice', 'half');
    expect(status).toBe(0);
    expect(stdout).toMatch(/✔ judge +evaluate +\d\.\d+ s +accuracy 0\.900 ±/);
    expect(stdout).toMatch(/^roc_auc +0\.\d{3}/m);
    expect(stdout).toMatch(/^half = even +200 /m);
    expect(stageIn(stdout)).toEqual({
      stages: {
        judge: {
          evaluate: {
            model: 'model.onnx',
            data: 'before.csv',
            target: 'y',
            positive: 'yes',
            slices: [['half']],
            exclude: ['half'],
          },
        },
      },
    });
  });

  it('judges the rows of an expression, finds the weak half, and advises a threshold', () => {
    const page = join(folder, 'deep.html');
    const asked = [
      '--slice',
      'square < 0.25',
      '-O',
      'weak_segments.columns=[half]',
      '-O',
      'decide={metric: f1}',
    ];
    const { status, stdout, stderr } = mlops(...typed, '--positive', 'yes', ...asked, '--html', page);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^square < 0\.25 +\d+ /m);
    expect(stageIn(stdout).stages.judge.evaluate.slices).toEqual([{ where: 'square < 0.25' }]);
    expect(stderr).toMatch(/^half = 'even': accuracy 0\.\d+ on \d+ held-out rows, 0\.\d+ on all of them/m);
    expect(stderr).toMatch(/^threshold 0\.\d+ is best by this rule \(highest f1\)/m);
    const html = readFileSync(page, 'utf8');
    for (const part of ['Which threshold', 'Weak parts', 'half = &#39;even&#39;'])
      expect(html).toContain(part);
  });

  it('gives the report itself as JSON, and the page where it was asked for', () => {
    const { status, stdout } = mlops(...typed, '--json', '--html', 'page.html');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'mlops.evaluate/1', metrics: { accuracy: 0.9 } });
    expect(readFileSync(join(folder, 'page.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  });

  it('ends with 3 when a gate says no', () => {
    const { status, stdout } = mlops(...typed, '-O', 'gates.accuracy.min=0.95');
    expect(status).toBe(3);
    expect(stdout).toContain('accuracy 0.9 is under min 0.95');
    expect(stageIn(stdout).stages.judge.evaluate.gates).toEqual({ accuracy: { min: 0.95 } });
  });

  it('compares with a report that was kept', () => {
    writeFileSync(join(folder, 'old.json'), mlops(...typed, '--json').stdout);
    const gate = ['-O', 'gates.accuracy.max_worse_abs=0.01', '-O', 'baseline.report=old.json'];
    expect(mlops(...typed, ...gate)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('gates 1/1'),
    });
    const other = mlops(...typed, ...gate, '-O', 'baseline=main');
    expect(other).toMatchObject({ status: 2, stderr: expect.stringContaining('needs a repository') });
  });

  it('names every wrong option at once, with what was probably meant', () => {
    const { status, stderr } = mlops('evaluate', '-d', 'before.csv', '-O', 'tresholds=1', '-O', 'slices=3');
    expect(status).toBe(2);
    expect(stderr).toContain('option tresholds: unknown key');
    expect(stderr).toContain('did you mean "threshold"?');
    expect(stderr).toContain('option slices: expected a list, found 3');
    expect(stderr).toContain('"target" is missing');
  });

  it('says that a model is not there', () => {
    const { status, stderr } = mlops('evaluate', '-m', 'none.onnx', '-d', 'before.csv', '-t', 'y');
    expect(status).toBe(5);
    expect(stderr).toContain('model none.onnx does not exist');
  });
});

describe('mlops drift', () => {
  it('finds nothing where nothing moved', () => {
    const { status, stdout } = mlops('drift', 'before.csv', 'before.csv');
    expect(status).toBe(0);
    expect(stdout).toContain('0 of 4 columns drifted');
  });

  it('says which column moved, what became of the model, and how to keep the check', () => {
    const { status, stdout } = mlops(
      'drift',
      'before.csv',
      'after.csv',
      '-m',
      'model.onnx',
      '-t',
      'y',
      '--exclude',
      'half',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/✖ +x +numeric +ks +0\.\d{3} +0\.100 +drifted/);
    expect(stdout).toMatch(/✔ +square +numeric/);
    expect(stdout).toMatch(/labels .*accuracy 0\.900 → 0\.\d{3}/);
    expect(stageIn(stdout)).toEqual({
      stages: {
        watch: {
          drift: {
            reference: 'before.csv',
            current: 'after.csv',
            model: 'model.onnx',
            target: 'y',
            exclude: ['half'],
          },
        },
      },
    });
  });

  it('ends with 3 for data that no model can read, also without gates, and says why', () => {
    writeFileSync(join(folder, 'cut.csv'), table(400, 0).replaceAll(/^[^,]+,/gm, ''));
    const { status, stdout } = mlops('drift', 'before.csv', 'cut.csv');
    expect(status).toBe(3);
    expect(stdout).toContain('BLOCK · x is not in the current data');
  });

  it('ends with 3 when a gate says no', () => {
    const { status } = mlops('drift', 'before.csv', 'after.csv', '-O', 'gates.max_drifted_columns=0');
    expect(status).toBe(3);
  });
});

describe('mlops model inspect', () => {
  it('says what the model takes and gives, and a stage that judges it', () => {
    const { status, stdout } = mlops('model', 'inspect', 'model.onnx');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^input +X +float32 +\[N, 2\]$/m);
    expect(stdout).toMatch(/^labels +no yes$/m);
    expect(stdout).toMatch(/^features +x square$/m);
    expect(stageIn(stdout).stages['judge-model'].evaluate.model).toBe('model.onnx');
  });

  it('refuses what is no model', () => {
    const { status, stderr } = mlops('model', 'inspect', 'before.csv');
    expect(status).toBe(4);
    expect(stderr).toContain('before.csv');
  });
});

describe('mlops explain', () => {
  const typed = ['explain', '-m', 'model.onnx', '-d', 'before.csv', '-t', 'y', '--exclude', 'half'];

  it('says what the model relies on, how often it was asked, and the stage that keeps it', () => {
    const { status, stdout, stderr } = mlops(...typed, '--class', 'yes', '--html', 'why.html');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^planned model calls: [\d,]+ rows/);
    expect(stdout).toMatch(/✔ explain +explain +\d+\.\d+ s +relies most on x$/m);
    expect(stdout).toMatch(/^x +0\.\d+ +0\.\d+ … 0\.\d+ +0\.\d+$/m);
    expect(stageIn(stdout)).toEqual({
      stages: {
        explain: {
          explain: {
            model: 'model.onnx',
            data: 'before.csv',
            target: 'y',
            class: 'yes',
            exclude: ['half'],
          },
        },
      },
    });
    expect(readFileSync(join(folder, 'why.html'), 'utf8')).toContain('The model relies most on x.');
  });

  it('explains rows by number or by a filter, as JSON too', () => {
    const { status, stdout } = mlops(...typed, '--methods', 'shap,lime', '--rows', 'x > 0.9', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: { chosen: 'where', methods: ['shap', 'lime'] } });
    expect(JSON.parse(mlops(...typed, '--methods', 'shap', '--rows', '0,3', '--json').stdout)).toMatchObject({
      rows: { chosen: 'indexes', count: 2 },
    });
  });

  it('asks nothing when it would ask too much', () => {
    const { status, stderr } = mlops(...typed, '-O', 'max_calls=10');
    expect(status).toBe(4);
    expect(stderr).toContain('at most 10: too many');
    expect(stderr).toContain('raise max_calls:');
  });
});
