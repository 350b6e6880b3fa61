// Reports that are missing, cut or of another version: said for their stage, the others are judged, and nothing passes.
// What a killed action left behind goes with the next one.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openRig } from '../rig.ts';
import { expectExit } from './story.ts';

const ROWS = Array.from({ length: 60 }, (_, row) => `${row % 2},${((row * 7) % 10) / 10}`).join('\n');

const STAGE =
  'evaluate: {predictions: {scores: p}, data: rows.csv, target: y, positive: 1, gates: {accuracy: {min: 0}}}';

const DAMAGED: readonly (readonly [text: string, said: RegExp])[] = [
  ['{', /it is not JSON/],
  ['[]', /it holds no JSON object/],
  ['{"schema":"mlops.evaluate/2"}', /is of schema "mlops\.evaluate\/2"/],
  ['{"schema":"mlops.evaluate/1"}', /its metrics is no object/],
];

it('judges the stages that have a report, and passes for none that has not', async () => {
  const rig = await openRig();
  rig.write({
    'rows.csv': `y,p\n${ROWS}\n`,
    'pipeline.yaml': `stages:\n  one: {${STAGE}}\n  two: {${STAGE}}\n`,
  });
  expectExit(await rig.mlops('repro'), 0);
  for (const [text, said] of DAMAGED) {
    rig.write({ 'reports/one.json': text });
    const all = await rig.mlops('gates');
    expectExit(all, 3);
    expect(all.stdout).toMatch(said);
    expect(all.stdout).toMatch(/two +gates 1\/1/);
    const one = await rig.mlops('gates', 'one');
    expectExit(one, 4);
    expect(one.stderr).toMatch(said);
    const page = await rig.mlops('report', '--md');
    expectExit(page, 0);
    expect(page.stderr).toContain('warning: reports/one.json');
  }
});

it('removes what an action that was killed put aside', async () => {
  const rig = await openRig();
  rig.write({ 'rows.csv': `y,p\n${ROWS}\n`, 'pipeline.yaml': `stages:\n  one: {${STAGE}}\n` });
  const ended = spawnSync('true').pid;
  const { ownedFolder } = await import('../../src/util/owned-folder.ts');
  const folder = `${rig.path}/.git/mlops/tmp`;
  const left = ownedFolder(folder, 'action-').replace(/-\d+-(\w*)-(\w+)$/, `-${ended}-$1-$2`);
  mkdirSync(left, { recursive: true });
  expectExit(await rig.mlops('repro'), 0);
  expect(readdirSync(folder).filter((name) => name.startsWith('action-'))).toEqual([]);
});
