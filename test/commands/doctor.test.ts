// `mlops doctor` on what it should notice.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Check } from '../../src/render/data/doctor.ts';
import { openRig, type Rig } from '../rig.ts';
import { runProgram } from './program.ts';

async function doctor(
  rig: Rig,
  ...flags: readonly string[]
): Promise<{ exit: number; of: (what: string) => Check }> {
  const { exit, stdout } = await rig.mlops('doctor', '--json', ...flags);
  const { checks } = JSON.parse(stdout) as { checks: Check[] };
  return {
    exit,
    of: (what) =>
      checks.find((check) => check.what === what) ?? { what, status: 'note', text: '(not checked)' },
  };
}

it('looks at the machine only where there is no repository', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-doctor-')));
  try {
    const { status, stdout } = runProgram(folder, ['doctor']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^✔ Node +\d+\.\d+\.\d+$/m);
    expect(stdout).toMatch(/^✔ Git +2\.\d+/m);
    expect(stdout).toMatch(/^· repository +none here/m);
    expect(stdout).toContain('help: git init && mlops init');
    expect(stdout).not.toContain('store');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('is content with a repository in order', async () => {
  const rig = await openRig();
  await rig.mlops('init');
  rig.write({ 'pipeline.yaml': 'stages: {a: {cmd: "echo 1 > a.txt", outs: [a.txt]}}' });
  await rig.mlops('repro');
  await rig.mlops('remote', 'add', '-d', 'shared', rig.beside('remote'));
  await rig.mlops('push');
  const { exit, of } = await doctor(rig);
  expect(exit).toBe(0);
  for (const what of [
    'repository',
    'config',
    'pipeline',
    'lock',
    'Git files',
    'claims',
    'store',
    'remote shared',
  ])
    expect(of(what), what).toMatchObject({ status: 'ok' });
  expect(of('lock').text).toBe('1 of 1 stage recorded');
  expect(rig.files()).not.toContainEqual(expect.stringContaining('doctor'));
});

it('names what is wrong in the config, the pipeline and the lock, and ends with 4 for what cannot work', async () => {
  const rig = await openRig();
  rig.write({ 'pipeline.yaml': 'stages: {a: {cmd: "echo 1 > a.txt", outs: [a.txt]}}' });
  await rig.mlops('repro');
  rig.write({ 'pipeline.lock': `<<<<<<< here\n${rig.read('pipeline.lock')}` });
  const cut = await doctor(rig);
  expect(cut.of('lock')).toMatchObject({ status: 'note' });
  expect(cut.exit).toBe(0);

  rig.write({ 'pipeline.yaml': 'stages: {a: {cmd: "true", dep: [x]}}' });
  const misspelt = await doctor(rig);
  expect(misspelt.of('pipeline')).toMatchObject({ status: 'broken', help: 'did you mean "deps"?' });
  expect(misspelt.of('pipeline').text).toContain('pipeline.yaml:1:');
  expect(misspelt.exit).toBe(4);

  rig.write({ '.mlops/config.yaml': 'jbos: 3\n' });
  const unknown = await doctor(rig);
  expect(unknown.of('config').text).toContain('unknown key "jbos"');
  expect(unknown.exit).toBe(4);
});

it('says which outs Git would commit', async () => {
  const rig = await openRig();
  await rig.mlops('init');
  rig.write({ 'pipeline.yaml': 'stages: {a: {cmd: "echo 1 > a.txt", outs: [a.txt]}}' });
  expect((await doctor(rig)).of('Git files')).toMatchObject({
    status: 'note',
    text: expect.stringContaining('.gitignore'),
  });
});

it('says that a remote cannot be used, unless it is not to ask', async () => {
  const rig = await openRig();
  mkdirSync(rig.beside('bad/v1'), { recursive: true });
  writeFileSync(rig.beside('bad/v1/format.json'), '{"format":99,"hash":"sha256","id":"x","requires":[]}');
  await rig.mlops('remote', 'add', 'bad', rig.beside('bad'));
  await rig.mlops('remote', 'add', 'new', rig.beside('nothing-yet'));
  const asked = await doctor(rig);
  expect(asked.of('remote bad')).toMatchObject({
    status: 'broken',
    text: expect.stringContaining('newer mlops'),
  });
  expect(asked.exit).toBe(4);
  expect(asked.of('remote new')).toMatchObject({ status: 'note', help: 'mlops push -r new' });
  const offline = await doctor(rig, '--offline');
  expect(offline.of('remote bad')).toMatchObject({ status: 'note', text: 'not asked (--offline)' });
  expect(offline.exit).toBe(0);
});

it('names a process that died while it worked', async () => {
  const rig = await openRig();
  const train = rig.command('train');
  rig.write({ 'pipeline.yaml': `stages: {train: {cmd: ${train.cmd}, outs: [model.txt]}}` });
  const run = rig.start('repro');
  const call = await train.nextCall();
  const during = await doctor(rig);
  expect(during.of('claims')).toMatchObject({ status: 'ok', text: expect.stringContaining('stage train') });
  await run.kill('SIGKILL');
  await call.gone();
  const after = await doctor(rig);
  expect(after.of('claims')).toMatchObject({ status: 'note', text: expect.stringContaining('stage train') });
  expect(after.exit).toBe(0);
});
