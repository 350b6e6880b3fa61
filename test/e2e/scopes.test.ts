// Scopes of the run cache: what a pull request ran is never an answer for main, what main ran is one for everybody.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, words } from './story.ts';

const PULL_7 = { env: { MLOPS_SCOPE: 'pr-7' } };

/** The result depends on a file that nobody declared: so two can have run the same key with different results. */
const PIPELINE = {
  'pipeline.yaml':
    'stages:\n  train:\n    cmd: cat in.txt .rig/who > model.txt\n    deps: [in.txt]\n    outs: [model.txt]\n',
  'in.txt': 'data ',
};

async function opened(): Promise<Rig> {
  const rig = await openRig();
  rig.write(PIPELINE);
  expectExit(await rig.mlops('remote', 'add', '-d', 'origin', `file://${rig.beside('remote')}`), 0);
  await rig.commit('pipeline');
  return rig;
}

async function cloneOf(rig: Rig, who: string): Promise<Rig> {
  const clone = await rig.clone(who);
  clone.write({ '.rig/who': who });
  return clone;
}

function scopesOn(rig: Rig): string[] {
  return readdirSync(rig.beside('remote/v1/runs')).sort();
}

describe('an entry of a pull request', () => {
  it('answers for that pull request, and neither for main nor for another one', async () => {
    const rig = await opened();
    const poisoned = await cloneOf(rig, 'poison');
    expectExit(await poisoned.mlopsWith(PULL_7, 'repro'), 0);
    expectExit(await poisoned.mlopsWith(PULL_7, 'push'), 0);
    expect(scopesOn(rig)).toEqual(['pr-7']);

    const main = await cloneOf(rig, 'main');
    expect(words(await main.mlops('repro', '--dry'))).not.toContain('the remote has this run');
    expectExit(await main.mlops('repro', '--pull'), 0);
    expect(main.read('model.txt')).toBe('data main');

    const other = await cloneOf(rig, 'other');
    expectExit(await other.mlopsWith({ env: { MLOPS_SCOPE: 'pr-8' } }, 'repro', '--pull'), 0);
    expect(other.read('model.txt')).toBe('data other');

    const same = await cloneOf(rig, 'same');
    expectExit(await same.mlopsWith(PULL_7, 'repro', '--pull'), 0);
    expect(same.read('model.txt')).toBe('data poison');
  });

  it('is not believed by main in the same clone, and not pushed by it', async () => {
    const rig = await opened();
    rig.write({ '.rig/who': 'poison' });
    expectExit(await rig.mlopsWith(PULL_7, 'repro'), 0);
    await rig.git('checkout', '-q', '--', '.');
    rig.write({ 'pipeline.lock': null, 'model.txt': null, '.rig/who': 'main' });
    expectExit(await rig.mlops('repro'), 0);
    expect(rig.read('model.txt')).toBe('data main');
    expectExit(await rig.mlops('push'), 0);
    expect(scopesOn(rig)).toEqual(['main']);
  });
});

describe('an entry of main', () => {
  it('answers for a pull request, which does not write it again', async () => {
    const rig = await opened();
    rig.write({ '.rig/who': 'main' });
    expectExit(await rig.mlops('repro'), 0);
    expectExit(await rig.mlops('push'), 0);
    const pull = await cloneOf(rig, 'pull');
    expectExit(await pull.mlopsWith(PULL_7, 'repro', '--pull'), 0);
    expect(pull.read('model.txt')).toBe('data main');
    expectExit(await pull.mlopsWith(PULL_7, 'push'), 0);
    expect(scopesOn(rig)).toEqual(['main']);
  });

  it('is preferred to one of the own scope, wherever both lie', async () => {
    const rig = await opened();
    const pull = await cloneOf(rig, 'pull');
    expectExit(await pull.mlopsWith(PULL_7, 'repro'), 0);
    expectExit(await pull.mlopsWith(PULL_7, 'push'), 0);
    const main = await cloneOf(rig, 'main');
    expectExit(await main.mlops('repro'), 0);
    expectExit(await main.mlops('push'), 0);
    const late = await cloneOf(rig, 'late');
    expectExit(await late.mlopsWith(PULL_7, 'repro', '--pull'), 0);
    expect(late.read('model.txt')).toBe('data main');
  });
});

describe('scopes that are none', () => {
  it.each(['', 'MAIN', '../main', 'pr-7/../main', 'pr-*', '.', 'a'.repeat(65), 'pr 7\u001b[31m'])(
    'MLOPS_SCOPE=%j is said to be none, and nothing runs',
    async (scope) => {
      const rig = await openRig();
      rig.write(PIPELINE);
      const ended = expectExit(await rig.mlopsWith({ env: { MLOPS_SCOPE: scope } }, 'repro'), 4);
      expect(words(ended)).toContain('MLOPS_SCOPE is');
      expect(words(ended)).toContain('which is no scope of the run cache');
      expect(ended.stderr).not.toContain('\u001b[31m');
      expect(rig.has('model.txt')).toBe(false);
    },
  );

  it('cache.trust takes names and no patterns', async () => {
    const rig = await openRig();
    rig.write({ ...PIPELINE, '.mlops/config.yaml': 'cache:\n  trust: [main, pr-*]\n' });
    const ended = expectExit(await rig.mlops('repro'), 4);
    expect(words(ended)).toContain('the name of a scope');
  });
});
