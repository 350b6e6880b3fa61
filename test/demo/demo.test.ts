// `mlops demo` through the real program, once; then every fact that its words rest on.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BIN = resolve(import.meta.dirname, '../../bin/mlops.js');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-demo-')));
const top = join(folder, 'weather');

/** No Git identity, no colours, no terminal: what a fresh container has. */
const env = {
  PATH: process.env['PATH'],
  HOME: folder,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};
function mlops(cwd: string, ...args: readonly string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd,
    env,
    encoding: 'utf8',
  });
  return { status, text: `${stdout}${stderr}` };
}

let played: { status: number | null; text: string };
beforeAll(() => {
  played = mlops(folder, 'demo');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** What the nth line that starts with `$ typed` printed. */
function output(typed: string, nth = 0): string {
  const after = played.text.split(`$ ${typed}\n`)[nth + 1];
  return after?.split(/^[$#] /m)[0] ?? `(not typed: ${typed})`;
}
const repro = (nth: number): string => output('mlops repro', nth);
const report = (path: string) => JSON.parse(readFileSync(join(top, path), 'utf8'));
/** As it was committed: what came after the tour's last commit is not in it. */
const committed = (path: string): string =>
  spawnSync('git', ['show', `HEAD:${path}`], { cwd: top, env, encoding: 'utf8' }).stdout;
const numbers = (text: string, before: string): number =>
  Number(new RegExp(`${before}(\\d+\\.\\d+)`).exec(text)?.[1]);

describe('mlops demo', () => {
  it('plays to its end', () => {
    expect(played.status, played.text).toBe(0);
    expect(played.text).toContain('That was the tour');
  });

  it('runs four stages first, and the gates hold', () => {
    expect(repro(0)).toContain('4 ran');
    expect(repro(0)).toContain('gates 3/3 (first run)');
    expect(repro(0)).toContain('no labels yet');
  });

  it('is honest about the rule without a model: as often right, less sure when', () => {
    const rule = report('metrics/rule.json');
    const { metrics } = report('reports/judge.json');
    expect(Math.abs(metrics.accuracy - rule.accuracy)).toBeLessThan(0.03);
    expect(metrics.roc_auc).toBeGreaterThan(rule.roc_auc + 0.04);
    expect(output('mlops metrics show')).toMatch(/rule[\s\S]*0\.74/);
  });

  it('has nothing to do after the commit', () => {
    expect(repro(1)).toContain('4 fresh, nothing to do');
  });

  it('refuses the forest of one tree, beyond what chance explains', () => {
    const text = repro(2);
    expect(text).toMatch(/prepare +fresh/);
    expect(text).toContain('because params.json train.trees 100 → 1');
    expect(text).toMatch(/accuracy 0\.\d+ is under min 0\.7 /);
    expect(text).toMatch(/accuracy fell by 0\.\d+, allowed 0\.05/);
    expect(text).toMatch(/roc_auc 0\.\d+ is under min 0\.75/);
    expect(text).toContain('gate failed: judge (exit 3)');
    expect(numbers(text, 'accuracy fell by ')).toBeGreaterThan(numbers(text, '±'));
  });

  it('takes it back from the run cache', () => {
    expect(repro(3)).toMatch(/train (judge watch|watch judge) +restored from the run cache/);
    expect(repro(3)).not.toMatch(/\d ran/);
  });

  it('shares everything: in the fresh clone nothing runs, and the bytes are the same', () => {
    expect(output('mlops push')).toMatch(/pushed \d+ objects.* and \d+ runs/);
    const colleague = join(folder, 'weather-colleague');
    const text = output('cd ../weather-colleague && mlops repro --pull');
    expect(text).toMatch(/^4 (restored|fresh)/m);
    expect(text).not.toMatch(/\d ran/);
    const there = committed('pipeline.lock');
    for (const path of ['models/rain.onnx', 'data/train.csv', 'data/holdout.csv', 'reports/judge.json'])
      expect(there, path).toContain(digestOf(join(colleague, path)));
  });

  it('brings the answers of 2015, and only the watch looks again', () => {
    expect(played.text).toContain('364 days now say whether it rained on the next');
    expect(repro(4)).toMatch(/· prepare train judge fresh/);
    expect(repro(4)).toMatch(/watch +drift.*because data\/2015\.csv changed/);
  });

  it('says about 2015 what its report says: warmer, nothing drifted, the model held, keep it', () => {
    const { summary, performance, advice } = JSON.parse(committed('reports/watch.json'));
    expect(summary).toMatchObject({ drifted: 0, predictions_drifted: false });
    expect(performance).toMatchObject({ basis: 'labels', metric: 'accuracy' });
    expect(Math.abs(performance.change)).toBeLessThan(0.02);
    expect(advice.decision).toBe('keep');
    expect(meanTemperature('data/2015.csv')).toBeGreaterThan(meanTemperature('data/holdout.csv'));
  });

  it('tries four forests at once, beside the files of the workspace, and brings the best one there', () => {
    expect(output('mlops exp run --all -j 2')).toContain('4 done');
    const shown = output('mlops exp show --sort accuracy --columns trees,depth,accuracy,log_loss');
    expect(shown).toMatch(/^experiment.*\nforest-2 +50 +8 +0\.\d+ ←/m);
    expect(output('mlops exp apply forest-2')).toMatch(/~ models\/rain\.onnx/);
    expect(repro(5)).toContain('4 fresh, nothing to do');
    const { metrics } = JSON.parse(committed('reports/judge.json'));
    expect(report('reports/judge.json').metrics.accuracy).toBeGreaterThan(metrics.accuracy);
    expect(readFileSync(join(top, 'reports/judge.html'), 'utf8')).toContain(
      report('reports/judge.json').metrics.accuracy.toFixed(3),
    );
  });

  it('ends with pages that exist and with what to type', () => {
    for (const page of ['weather/reports/judge.html', 'weather/reports/watch.html']) {
      expect(played.text).toContain(page);
      expect(existsSync(join(folder, page))).toBe(true);
    }
    expect(played.text).toContain(`alias mlops='${process.execPath} ${BIN}'`);
  });

  it('leaves a folder alone that already holds something', () => {
    const before = readdirSync(top, { recursive: true });
    const again = mlops(folder, 'demo');
    expect(again).toMatchObject({ status: 7, text: expect.stringContaining('is not empty') });
    expect(readdirSync(top, { recursive: true })).toEqual(before);
  });

  it('brings the answers again to no effect, and only inside a demo', () => {
    const answers = readFileSync(join(top, 'data/2015.csv'));
    expect(mlops(top, 'demo', 'next').status).toBe(0);
    expect(readFileSync(join(top, 'data/2015.csv')).equals(answers)).toBe(true);
    expect(mlops(join(top, 'data'), 'demo', 'next')).toMatchObject({
      status: 2,
      text: expect.stringContaining("is not the demo's repository"),
    });
  });
});

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function meanTemperature(path: string): number {
  const [header, ...rows] = readFileSync(join(top, path), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const at = header!.indexOf('temp_max');
  return rows.reduce((sum, row) => sum + Number(row[at]), 0) / rows.length;
}
