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
  const old = writeLogisticRegression({
    features: ['x', 'square'],
    labels: ['no', 'yes'],
    weights: [
      [0, 8],
      [0, 0],
    ],
    intercepts: [0, -4],
  });
  writeFileSync(join(folder, 'old.onnx'), old);
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

  it('compares with another model on the same rows', () => {
    const better = ['--baseline', 'old.onnx', '-O', 'gates.accuracy.min_better_abs=0.05'];
    const { status, stdout } = mlops(...typed, ...better);
    expect(status).toBe(0);
    expect(stdout).toMatch(/gates 1\/1/);
    expect(stdout).toMatch(/^metric +value +of old\.onnx +difference +95 %$/m);
    expect(stdout).toMatch(/^accuracy +0\.900 +0\.690 +0\.210 +0\.1\d\d … 0\.2\d\d$/m);
    expect(stageIn(stdout).stages.judge.evaluate.baseline).toEqual({ model: 'old.onnx' });
    const worse = [
      ...['evaluate', '-m', 'old.onnx', '-d', 'before.csv', '-t', 'y', '--exclude', 'half'],
      ...['--baseline', 'model.onnx', '-O', 'gates.accuracy.max_worse_abs=0.01'],
    ];
    const fell = mlops(...worse);
    expect(fell.status).toBe(3);
    expect(fell.stdout).toMatch(/accuracy fell by 0\.21, allowed 0\.01/);
  });

  it('shows beside the rows it learned from', () => {
    const { stdout } = mlops(...typed, '-O', 'compare=after.csv');
    expect(stdout).toMatch(/^metric +value +of after\.csv +difference +95 %$/m);
  });

  it('takes names at once or one by one', () => {
    const { status, stdout } = mlops(...typed, '--metrics', 'accuracy', '--metrics', 'f1_score,recall');
    expect(status).toBe(0);
    expect(stdout.match(/^(accuracy|f1|recall) /gm)).toEqual(['accuracy ', 'f1 ', 'recall ']);
  });

  it('takes one column for a list of one', () => {
    const { status, stdout } = mlops(...typed, '-O', 'slices=[half]', '-O', 'fairness.by=half');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^half = even +200 /m);
    expect(stdout).toMatch(/^demographic_parity_difference +0\.\d+/m);
    const expression = mlops(...typed, '-O', 'slices=["x < 0"]');
    expect(expression.status).toBe(2);
    expect(expression.stderr).toContain('help: { where: "x < 0" }');
  });

  it('knows what other tools call things', () => {
    const { status, stderr } = mlops(
      ...['evaluate', '-m', 'model.onnx', '-d', 'before.csv', '-O', 'y_true=y'],
      ...['-O', 'fairness.groups=half', '-O', 'decide.costs.fp=1'],
    );
    expect(status).toBe(2);
    expect(stderr).toContain('option y_true: unknown key "y_true"\nhelp: here it is target: COLUMN');
    expect(stderr).toContain('help: here it is by: [COLUMN]');
    expect(stderr).toContain('help: here it is false_positive\n');
    expect(stderr).toContain('error: evaluate: "target" is missing\nhelp: --target …; mlops evaluate --help');
  });

  it('says that a text without quotes is taken for a column', () => {
    const { status, stderr } = mlops(...typed, '--slice', 'half = even');
    expect(status).toBe(4);
    expect(stderr).toContain('where: column "even" is not in before.csv');
    expect(stderr).toContain("a text stands in single quotes, 'even'");
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

  it('says that an excluded column is spelled otherwise', () => {
    const { status, stderr } = mlops('drift', 'before.csv', 'before.csv', '--exclude', 'Half,y');
    expect(status).toBe(0);
    expect(stderr).toContain('exclude: no column is called "Half"; did you mean "half"?');
    expect(stderr).not.toContain('"y"');
  });

  it('names a pair of columns once', () => {
    const rows = Array.from({ length: 600 }, (_, at) => [(at * 37) % 101, (at * 53) % 97] as const);
    const apart = rows.map(([a, b]) => `${a},${b}`);
    const together = rows.map(([a, b]) => `${a},${(a * 96) / 100 + b / 1e3}`);
    writeFileSync(join(folder, 'apart.csv'), `a,b\n${apart.join('\n')}\n`);
    writeFileSync(join(folder, 'together.csv'), `a,b\n${together.join('\n')}\n`);
    const { stdout } = mlops('drift', 'apart.csv', 'together.csv');
    expect(stdout).toMatch(/advice +INVESTIGATE · .*a and b have nothing in common/);
    expect(stdout).not.toContain('a, b a and b');
  });

  it('says why it asks to look, not only how sure it is', () => {
    const after = table(400, 0.5)
      .replaceAll(/,(yes|no)$/gm, '')
      .replace(/,y$/m, '');
    writeFileSync(join(folder, 'unlabelled.csv'), after);
    const columns = ['before.csv', 'unlabelled.csv', '-m', 'model.onnx', '-t', 'y', '--exclude', 'half'];
    const { status, stdout } = mlops('drift', ...columns);
    expect(status).toBe(0);
    expect(stdout).toMatch(/advice +INVESTIGATE · x median .*\n +estimated without labels: it holds while/);
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

  it('shows how the rows that were asked for came to their answers', () => {
    const { stdout } = mlops(...typed, '--methods', 'shap,lime,anchors', '--rows', '0,3', '--class', 'yes');
    expect(stdout).toMatch(
      /^row 0: [\d.e-]+, in truth (yes|no)\n {2}shap {5}x [+−][\d.]+, square [+−]?[\d.]+\n/m,
    );
    expect(stdout).toMatch(/^ {2}lime {5}.*x/m);
    expect(stdout).toMatch(/^ {2}anchor {3}x .* \(precision (1|0\.\d+)\)$/m);
    expect(stdout).toMatch(/^row 3: /m);
    const none = mlops(...typed, '--methods', 'shap');
    expect(none.stdout).not.toContain('row 0');
  });

  it('knows the methods by their other names', () => {
    const { status, stderr } = mlops(...typed, '--methods', 'permutation,treeshap');
    expect(status).toBe(2);
    expect(stderr).toContain('help: here it is importance');
    expect(stderr).toContain('help: here it is shap: any model');
  });

  it('asks nothing when it would ask too much', () => {
    const { status, stderr } = mlops(...typed, '-O', 'max_calls=10');
    expect(status).toBe(4);
    expect(stderr).toContain('at most 10: too many');
    expect(stderr).toContain('raise max_calls:');
  });
});
