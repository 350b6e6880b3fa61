import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MlopsError } from '../../src/core/failure.ts';
import type { RepoPath } from '../../src/core/ids.ts';
import { parseObjective, readObjective } from '../../src/experiments/objective.ts';
import { parseOverrides } from '../../src/experiments/overrides/parse.ts';
import {
  createSweep,
  nextTrial,
  openTrials,
  readSweep,
  type SweepRequest,
  type SweepTrial,
  tellTrial,
} from '../../src/experiments/sweep.ts';

let queue = '';
beforeEach(() => {
  queue = mkdtempSync(join(tmpdir(), 'mlops-sweep-'));
});
afterEach(() => {
  rmSync(queue, { recursive: true, force: true });
});

function request(id: string, typed: readonly string[], limit = 20): SweepRequest {
  const read = (): string => 'lr: 0.1\ndepth: 3\nmodel: forest\n';
  const objective = parseObjective('metrics.json:score', '');
  const { fixed, dimensions } = parseOverrides(typed, { dir: '', read, others: [] });
  return { id, fixed, dimensions, search: 'tpe', seed: 1, direction: 'max', limit, objective };
}

const LR = ['lr=loguniform(1e-4,1)', 'depth=int(2,8) if model==forest', 'model=forest,linear'];

function scoreOf({ overrides }: SweepTrial): number {
  return -Math.abs(Math.log10(overrides.find(({ key }) => key[0] === 'lr')!.value as number) + 2);
}

describe('a sweep', () => {
  it('asks, is told, and asks the same after a restart', async () => {
    createSweep(queue, request('a', LR));
    createSweep(queue, request('b', LR));
    for (let trial = 0; trial < 20; trial++) {
      const [a, b] = [await nextTrial(queue, 'a'), await nextTrial(queue, 'b')];
      expect(b).toEqual(a);
      expect(a!.trial).toBe(trial);
      await tellTrial(queue, 'a', trial, { kind: 'value', value: scoreOf(a!) });
      // Another process would find the file, and nothing else.
      writeFileSync(join(queue, 'sweeps/b.json'), readFileSync(join(queue, 'sweeps/b.json')));
      await tellTrial(queue, 'b', trial, { kind: 'value', value: scoreOf(b!) });
    }
    expect(await nextTrial(queue, 'a')).toBeUndefined();
    expect(openTrials(readSweep(queue, 'a'))).toEqual([]);
  });

  it('says which trials are open, with what they override', async () => {
    createSweep(queue, request('a', ['depth=4', 'lr=0.1,0.2,0.3']));
    const asked = [await nextTrial(queue, 'a'), await nextTrial(queue, 'a'), await nextTrial(queue, 'a')];
    expect(await nextTrial(queue, 'a')).toBeUndefined(); // three values
    expect(openTrials(readSweep(queue, 'a'))).toEqual(asked);
    expect(asked[0]!.overrides[0]).toEqual({ file: 'params.yaml', key: ['depth'], op: 'set', value: 4 });
    await tellTrial(queue, 'a', 1, { kind: 'failed', why: 'killed' });
    expect(openTrials(readSweep(queue, 'a')).map(({ trial }) => trial)).toEqual([0, 2]);
    await tellTrial(queue, 'a', 1, { kind: 'value', value: 1 });
    await tellTrial(queue, 'a', 1, { kind: 'failed' });
    expect(readSweep(queue, 'a').trials[1]!.outcome).toEqual({ kind: 'value', value: 1 });
  });

  it('gives each trial to one of those that ask at once', async () => {
    createSweep(queue, request('a', LR, 12));
    const asked = await Promise.all(Array.from({ length: 15 }, () => nextTrial(queue, 'a')));
    const trials = asked.flatMap((each) => (each ? [each.trial] : []));
    expect(trials.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, at) => at));
    await Promise.all(trials.map((trial) => tellTrial(queue, 'a', trial, { kind: 'value', value: trial })));
    expect(readSweep(queue, 'a').trials.map(({ outcome }) => outcome)).toEqual(
      trials.map((value) => ({ kind: 'value', value })),
    );
    expect(readdirSync(join(queue, 'sweeps'))).toEqual(['a.json']);
  });

  it('is refused when it is not there, damaged, or of another version', () => {
    const exitOf = (id: string): string => {
      try {
        readSweep(queue, id);
      } catch (error) {
        if (error instanceof MlopsError) return error.failures[0]!.exit;
      }
      return 'read';
    };
    expect(exitOf('none')).toBe('missing');
    createSweep(queue, request('a', LR));
    const file = join(queue, 'sweeps/a.json');
    const text = readFileSync(file, 'utf8');
    for (const damaged of ['', text.slice(0, 40), 'null', '{}', text.replace('"v":1', '"v":2')]) {
      writeFileSync(file, damaged);
      expect(exitOf('a'), damaged).toBe('integrity');
    }
  });

  it('has an end', () => {
    expect(() => createSweep(queue, request('a', LR, 1e7))).toThrow('10000000 trials are too many');
  });
});

describe('an objective', () => {
  const objective = parseObjective('out/metrics.json:test.accuracy', 'sub' as RepoPath);

  it('is a number of a file, seen from where it is typed', () => {
    expect(objective).toEqual({ file: 'sub/out/metrics.json', key: 'test.accuracy' });
    for (const wrong of ['metrics.json', 'metrics.json:', ':accuracy', '', '../../x.json:a', '/x.json:a'])
      expect(() => parseObjective(wrong, 'sub' as RepoPath), wrong).toThrow(MlopsError);
  });

  it('is read from what a trial wrote', () => {
    expect(readObjective(objective, '{"test": {"accuracy": 0.9}}')).toEqual({
      kind: 'value',
      value: 0.9,
    });
    expect(readObjective(objective, '{"test.accuracy": 0.8}')).toEqual({ kind: 'value', value: 0.8 });
  });

  it.each([
    [undefined, 'sub/out/metrics.json was not written'],
    ['{', 'sub/out/metrics.json is not valid JSON'],
    ['{"test": {}}', 'sub/out/metrics.json has no number "test.accuracy"'],
    ['{"test": {"accuracy": "high"}}', 'sub/out/metrics.json has no number "test.accuracy"'],
    ['{"test": {"accuracy": 1e400}}', '1e400 is no number that JSON can hold'],
    ['[1]', 'sub/out/metrics.json has no number "test.accuracy"'],
  ])('is a failure when %s was written', (text, why) => {
    expect(readObjective(objective, text)).toEqual({ kind: 'failed', why });
  });
});
