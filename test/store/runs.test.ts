import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Digest, RepoPath, StageKey, StageName } from '../../src/core/ids.ts';
import { fingerprintKey } from '../../src/core/key.ts';
import type { RunEntry } from '../../src/core/run-entry.ts';
import { listRuns, readRuns, runName, writeAttempt, writeRun } from '../../src/store/runs.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { folder } from './rig.ts';

const fingerprint = {
  v: 1 as const,
  action: { cmd: ['node src/train.mjs forest'] },
  deps: {
    'data/train.csv': {
      bytes: 1048576,
      file: '116f54c41d0405dbb10e7b04ebc31e262a5b8c85c1233fcf36eaee344d91ae58' as Digest,
    },
    'src/train.mjs': {
      bytes: 3100,
      file: 'f8f0de8333f0351e066c303372c0ed6be7d068d3dc706d09e845b15f16628515' as Digest,
    },
  },
  outs: ['metrics/train-forest.json', 'models/forest.onnx'] as RepoPath[],
  params: { 'params.yaml': { train: { depth: 5, trees: 100 } } },
};

const key = '4a4f5761dc48735d97fa32fc96ab9c75f84b606cc911d66acbf25d4b88d2236f' as StageKey;

function entry(more: Partial<RunEntry> = {}): RunEntry {
  return {
    v: 1,
    key,
    in: fingerprint,
    outs: {
      'metrics/train-forest.json': {
        bytes: 182,
        file: '62c66a7a5dd70c3146618063c344e531e6d4b59e379808443ce962b3abd63c5a' as Digest,
      },
      'models/forest.onnx': {
        bytes: 7800000,
        file: '87e93f89f2be0db364e8be052f79f389e6c2da239831922e24513288af522a43' as Digest,
      },
    },
    exit: 0,
    started: '2026-11-21T10:00:00.000Z',
    ms: 41234,
    stage: 'train@forest' as StageName,
    commit: null,
    dirty: false,
    by: { name: 'ci', host: 'runner-7', url: null },
    tool: '0.1.0',
    uses: { platform: 'linux-x64' },
    log: null,
    sig: null,
    ...more,
  };
}

const outs = (text: string) => ({ 'models/forest.onnx': { bytes: 1, file: digestBytes(text) } });

describe('run cache', () => {
  it('names an entry by key and result', () => {
    expect(fingerprintKey(fingerprint)).toBe(key);
    expect(runName('main', entry())).toBe(`runs/main/4a/${key}/9c81f2c4b153a185.json`);
  });

  it('gives back what was written, as canonical JSON and a newline', () => {
    const store = { dir: folder() };
    writeRun(store, 'main', entry());
    expect(readRuns(store, 'main', key)).toEqual([entry()]);
    const text = readFileSync(join(store.dir, runName('main', entry())), 'utf8');
    expect(text.startsWith('{"by":{"host":"runner-7","name":"ci","url":null},"commit":null,')).toBe(true);
    expect(text.endsWith('}\n')).toBe(true);
    expect(readRuns(store, 'pr-7', key)).toEqual([]);
    expect([...listRuns(store, 'main')]).toEqual([{ scope: 'main', key, result: '9c81f2c4b153a185' }]);
  });

  it('keeps several results of one key, the one finished first leading', () => {
    const store = { dir: folder() };
    const late = entry({ outs: outs('late'), started: '2026-11-21T10:00:00.000Z', ms: 9000 });
    const early = entry({ outs: outs('early'), started: '2026-11-21T10:00:05.000Z', ms: 10 });
    writeRun(store, 'main', late);
    writeRun(store, 'main', early);
    writeRun(store, 'main', early);
    expect(readRuns(store, 'main', key)).toEqual([early, late]);
  });

  it('believes no entry that is not of its key, and says which it left out', () => {
    const store = { dir: folder() };
    writeRun(store, 'main', entry());
    const name = join(store.dir, runName('main', entry()));
    const folderOf = dirname(name);
    const bad: { [file: string]: string } = {
      '0000000000000001': 'not json',
      '0000000000000002': JSON.stringify({ ...entry(), in: { ...fingerprint, wdir: 'x' } }),
      '0000000000000003': JSON.stringify({ ...entry(), key: '0'.repeat(64) }),
      '0000000000000004': JSON.stringify({ ...entry(), exit: 1 }),
      '0000000000000005': JSON.stringify({
        ...entry(),
        outs: { '../x': { bytes: 1, file: '0'.repeat(64) } },
      }),
      '0000000000000006': JSON.stringify({ ...entry(), outs: { x: { bytes: -1, file: '0'.repeat(64) } } }),
      '0000000000000007': JSON.stringify(entry()),
      '0000000000000008': 'null',
    };
    for (const [file, text] of Object.entries(bad)) writeFileSync(join(folderOf, `${file}.json`), text);
    const warnings: string[] = [];
    expect(readRuns(store, 'main', key, (text) => warnings.push(text))).toEqual([entry()]);
    expect(warnings.map((text) => text.replace(/ of [0-9a-f]{64}/, '')).sort()).toEqual([
      'run entry 0000000000000001.json is not JSON: ignored',
      'run entry 0000000000000002.json does not hash to its key: ignored',
      'run entry 0000000000000003.json is of another key: ignored',
      'run entry 0000000000000004.json is of a failed run: ignored',
      'run entry 0000000000000005.json has broken outs: ignored',
      'run entry 0000000000000006.json has broken outs: ignored',
      'run entry 0000000000000007.json has another name: ignored',
      'run entry 0000000000000008.json is of an unknown version: ignored',
    ]);
    const other = '1'.repeat(64) as StageKey;
    mkdirSync(join(store.dir, 'runs/main/11'), { recursive: true });
    renameSync(folderOf, join(store.dir, 'runs/main/11', other));
    expect(readRuns(store, 'main', other)).toEqual([]);
  });

  it('refuses to write an entry under a wrong key', () => {
    const wrong = entry({ key: '0'.repeat(64) as StageKey });
    expect(() => writeRun({ dir: folder() }, 'main', wrong)).toThrow(/BUG/);
  });

  it('keeps failed runs apart', () => {
    const store = { dir: folder() };
    const { outs: _, ...failed } = entry({ exit: 1 });
    writeAttempt(store, failed);
    writeAttempt(store, failed);
    expect(readdirSync(join(store.dir, 'attempts', key))).toHaveLength(2);
    expect(readRuns(store, 'main', key)).toEqual([]);
  });
});
