// docs/guides/python.md, run as a user would: scikit-learn trains, mlops judges, and both agree on the numbers.
// MLOPS_PYTHON names the interpreter (default python3).
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const PYTHON = process.env['MLOPS_PYTHON'] ?? 'python3';
const packages = readFileSync(join(ROOT, 'fixtures/python/requirements.txt'), 'utf8').trim().split('\n');
const imports = packages.map((name) => name.replace('scikit-learn', 'sklearn')).join(', ');
const ready = spawnSync(PYTHON, ['-c', `import ${imports}`]).status === 0;
if (!ready)
  console.warn(
    `skipped: ${PYTHON} lacks what the Python guide needs: ${PYTHON} -m pip install ${packages.join(' ')}`,
  );

describe.skipIf(!ready)(`the Python guide (needs: pip install ${packages.join(' ')})`, () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-python-')));
  const project = join(folder, 'project');
  const env = { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`, CI: '1' };

  beforeAll(() => {
    cpSync(join(ROOT, 'fixtures/python'), project, { recursive: true });
    mkdirSync(join(project, 'data'));
    cpSync(join(ROOT, 'fixtures/demo/seattle-weather.csv'), join(project, 'data/seattle-weather.csv'));
    // The pipeline says python3; a script, because a link would lose the virtual environment.
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/python3'), `#!/bin/sh\nexec "${which(PYTHON)}" "$@"\n`);
    chmodSync(join(folder, 'bin/python3'), 0o755);
    git('init', '-q');
    expect(mlops('init')).toMatchObject({ status: 0 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const mlops = (...args: string[]) => run(process.execPath, [join(ROOT, 'bin/mlops.js'), ...args]);
  const git = (...args: string[]) => run('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);
  function run(program: string, args: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: project, env, encoding: 'utf8' });
    return { status, text: `${stdout}${stderr}` };
  }
  const report = (name: string) => JSON.parse(readFileSync(join(project, `reports/${name}.json`), 'utf8'));

  it('trains, judges and watches; a second run has nothing to do', () => {
    const first = mlops('repro');
    expect(first).toMatchObject({ status: 0 });
    git('add', '-A');
    git('commit', '-qm', 'first model');
    expect(mlops('repro')).toMatchObject({ status: 0, text: expect.stringContaining('nothing to do') });
  });

  it("agrees with scikit-learn's own metrics", () => {
    const { status, text } = run(join(folder, 'bin/python3'), ['-c', SCORES]);
    expect(status, text).toBe(0);
    const theirs = JSON.parse(text) as { readonly [metric: string]: number };
    const ours = report('judge').metrics;
    for (const [metric, value] of Object.entries(theirs))
      expect(ours[metric], metric).toBeCloseTo(value, FROM_SCORES.has(metric) ? 4 : 9);
    expect(report('judge').mapping.label_output_agreement).toBe(1);
  });

  it('says what became of the model in 2015', () => {
    const { advice, performance } = report('watch');
    expect(performance.basis).toBe('labels');
    expect(['keep', 'investigate', 'retrain']).toContain(advice.decision);
  });

  it('refuses a forest of one tree, and takes the change back without training', () => {
    const path = join(project, 'params.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"trees": 200', '"trees": 1'));
    expect(mlops('repro')).toMatchObject({
      status: 3,
      text: expect.stringContaining('accuracy'),
    });
    git('restore', 'params.json');
    const back = mlops('repro');
    expect(back).toMatchObject({ status: 0, text: expect.stringContaining('restored') });
  });
});

function which(program: string): string {
  const found = spawnSync(program, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
  return found.stdout.trim();
}

/** The export adds up shares in float32, scikit-learn in float64: their scores part in the seventh digit, and so do ties. */
const FROM_SCORES = new Set(['roc_auc', 'log_loss']);

/** The forest itself, not its export, scored by scikit-learn on the same rows. */
const SCORES = `
import json, pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, log_loss, matthews_corrcoef, roc_auc_score
params = json.load(open("params.json"))["train"]
train, holdout = pd.read_csv("data/train.csv"), pd.read_csv("data/holdout.csv")
names = [name for name in train.columns if name not in ("date", "season", "rain_tomorrow")]
forest = RandomForestClassifier(n_estimators=params["trees"], min_samples_leaf=params["min_leaf"], random_state=params["seed"])
forest.fit(train[names].to_numpy("float32"), train["rain_tomorrow"])
rain = holdout["rain_tomorrow"]
said = forest.predict(holdout[names].to_numpy("float32"))
scores = forest.predict_proba(holdout[names].to_numpy("float32"))[:, 1]
print(json.dumps({
    "accuracy": accuracy_score(rain, said),
    "balanced_accuracy": balanced_accuracy_score(rain, said),
    "f1": f1_score(rain, said, pos_label="yes"),
    "matthews_corrcoef": matthews_corrcoef(rain, said),
    "roc_auc": roc_auc_score(rain == "yes", scores),
    "log_loss": log_loss(rain == "yes", scores),
}))
`;
