import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MlopsError } from '../../src/core/failure.ts';
import type { Fingerprint } from '../../src/core/fingerprint.ts';
import type { Digest, RepoPath } from '../../src/core/ids.ts';
import { fingerprintKey } from '../../src/core/key.ts';
import { EMPTY_LOCK, type Lock, type LockBlock } from '../../src/core/lock.ts';
import { readLock } from '../../src/lockfile/read.ts';
import { writeLock } from '../../src/lockfile/write.ts';

const golden = (name: string): string =>
  readFileSync(join(import.meta.dirname, `${name}.golden.lock`), 'utf8');
const ROOT = golden('root');
const plain = (lock: Lock): unknown => JSON.parse(writeLock(lock));

describe('pipeline.lock', () => {
  it.each(['root', 'features'])('is rewritten byte for byte (%s)', (name) => {
    const { lock, warnings } = readLock(golden(name));
    expect(warnings).toEqual([]);
    expect(writeLock(lock)).toBe(golden(name));
  });

  it('has the keys of the format description', () => {
    const { lock } = readLock(ROOT);
    expect([...lock.stages].map(([name, block]) => [name, fingerprintKey(block.in)])).toEqual([
      ['judge', '5f4dd8618056b74842d99702d386cbc5570078e23b48fd6c3dc1d32cb1e14dba'],
      ['prepare', '514d10c8c84115a74d915fc0852a35bc0557dc64af9a83636b49cf9ae2ee4fd4'],
      ['train@forest', '4a4f5761dc48735d97fa32fc96ab9c75f84b606cc911d66acbf25d4b88d2236f'],
    ]);
    expect(
      [...readLock(golden('features')).lock.stages.values()].map((block) => fingerprintKey(block.in)),
    ).toEqual(['eeb7c0483a571b5fac0cd5f8903d0b445d2e7f45f5dc19d35fb5655c86a2dc1a']);
  });

  it('writes an empty lock as its version alone', () => {
    expect(writeLock(EMPTY_LOCK)).toBe('{\n "version": 1\n}\n');
    expect(readLock(writeLock(EMPTY_LOCK))).toEqual({ lock: EMPTY_LOCK, warnings: [] });
  });

  it('refuses a version it does not know', () => {
    expect(() => readLock('{"version": 2}', 'sub/pipeline.lock')).toThrow(MlopsError);
    expect(() => readLock('{"version": 2}', 'sub/pipeline.lock')).toThrow(
      'sub/pipeline.lock has version 2; this mlops reads version 1',
    );
  });

  it('gives maps without a prototype', () => {
    const { in: fingerprint, outs } = readLock(ROOT).lock.stages.get('prepare')!;
    for (const map of [fingerprint.deps, fingerprint.env, fingerprint.params, outs])
      expect(Object.getPrototypeOf(map)).toBeNull();
  });
});

describe('a damaged lock', () => {
  const drop = (from: string | RegExp, to: string): { names: string[]; warnings: string[] } => {
    const text = ROOT.replace(from, to);
    expect(text).not.toBe(ROOT);
    const { lock, warnings } = readLock(text);
    return { names: [...lock.stages.keys()], warnings };
  };

  it('loses only the block whose key does not match', () => {
    expect(drop('"seed": 7, "split": 0.2', '"seed": 8, "split": 0.2')).toEqual({
      names: ['judge', 'train@forest'],
      warnings: [
        'pipeline.lock: the block of stage "prepare" has a key that does not match its contents; treated as never run',
      ],
    });
  });

  it('loses a block with a path that leaves the repository', () => {
    for (const path of ['../x', '/etc/passwd', 'a/../../b', '.git/hooks/pre-commit', 'C:/x', '']) {
      const { names } = drop(
        /"models\/forest.onnx": \{"bytes": 7800000(.*)\n {3}\}\n {2}\}\n {1}\},/,
        `${JSON.stringify(path)}: {"bytes": 1$1\n   }\n  }\n },`,
      );
      expect(names).toEqual(['judge', 'prepare']);
    }
  });

  it('loses a block whose outs are not those of its key, or contain each other', () => {
    expect(drop('"outs": ["data/test", "data/train.csv"]', '"outs": ["data/test"]').names).toEqual([
      'judge',
      'train@forest',
    ]);
    const block = blockOf({ outs: ['a', 'a!', 'a/b'] });
    expect(readLock(writeLock({ data: new Map(), stages: new Map([['s', block]]) })).lock.stages.size).toBe(
      0,
    );
  });

  it('loses a data entry that is no artifact', () => {
    const { lock, warnings } = readLock(ROOT.replace('"bytes": 8123', '"bytes": -1'));
    expect([...lock.data.keys()]).toEqual(['data/raw']);
    expect(warnings).toEqual(['pipeline.lock: data entry "data/zip.csv" is no artifact; ignored']);
  });

  it('survives values that canonical JSON cannot hold', () => {
    expect(drop('"seed": 7', '"seed": 1e999').names).toEqual(['judge', 'train@forest']);
    expect(drop('"seed": 7', '"seed": "\\ud800"').names).toEqual(['judge', 'train@forest']);
    expect(drop('"seed": 7', `"seed": ${'['.repeat(5000)}${']'.repeat(5000)}`).names).toEqual([
      'judge',
      'train@forest',
    ]);
  });

  it('keeps what stands around conflict markers', () => {
    const text = ROOT.replace(
      '  "prepare": {\n',
      '<<<<<<< ours\n  "new": {\n   "in": {\n    "action": {"cmd": ["a"]},\n    "v": 1\n   },\n=======\n  "other": {\n   "in": {\n>>>>>>> theirs\n   },\n   "outs": {}\n  },\n  "prepare": {\n',
    );
    const { lock, warnings } = readLock(text);
    expect([...lock.stages.keys()]).toEqual(['judge', 'prepare', 'train@forest']);
    expect([...lock.data.keys()]).toEqual(['data/raw', 'data/zip.csv']);
    expect(warnings).toEqual([
      'pipeline.lock has conflict markers; ignored in it: new, other. repro writes it anew',
    ]);
  });

  it('drops a block with markers inside it', () => {
    const text = ROOT.replace(
      '    "outs": ["reports/judge.json"],\n',
      '<<<<<<< ours\n    "outs": ["reports/judge.json"],\n=======\n    "outs": ["reports/j.json"],\n>>>>>>> theirs\n',
    );
    const { lock, warnings } = readLock(text);
    expect([...lock.stages.keys()]).toEqual(['prepare', 'train@forest']);
    expect(warnings).toEqual([
      'pipeline.lock has conflict markers; ignored in it: judge. repro writes it anew',
    ]);
  });

  it('keeps the whole blocks of a cut file', () => {
    const { lock, warnings } = readLock(ROOT.slice(0, ROOT.indexOf('"train@forest"') + 100));
    expect([...lock.stages.keys()]).toEqual(['judge', 'prepare']);
    expect(warnings).toEqual([
      'pipeline.lock is not valid JSON; ignored in it: train@forest. repro writes it anew',
    ]);
  });

  /** A lock of another version is refused by name, also when damage made the number. */
  function blocksOf(text: string): readonly LockBlock[] {
    try {
      return [...readLock(text).lock.stages.values()];
    } catch (error) {
      expect((error as Error).message).toMatch(/has version .*; this mlops reads version 1/);
      return [];
    }
  }

  it('never stops on any bytes, and never believes what it should not', () => {
    fc.assert(
      fc.property(fc.nat(ROOT.length), fc.nat(200), fc.string({ maxLength: 40 }), (at, length, put) => {
        const blocks = blocksOf(ROOT.slice(0, at) + put + ROOT.slice(at + length));
        for (const block of blocks) expect(block.key).toBe(fingerprintKey(block.in));
      }),
      { numRuns: 300 },
    );
  });
});

describe('read(write(lock))', () => {
  const name = fc
    .stringMatching(/^[a-z_][a-zA-Z0-9@._ -]{0,8}$/)
    .filter((each) => !/[. ]$/.test(each) && each !== '.git');
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/') as RepoPath);
  const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((text) => text as Digest);
  const file = fc.record({ bytes: fc.nat(), file: digest });
  const tree = fc.record({ bytes: fc.nat(), files: fc.nat(), tree: digest });
  const json = fc.jsonValue({ depthSize: 'small' }).map((value) => JSON.parse(JSON.stringify(value)));
  const block = fc
    .record({
      cmd: fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }),
      deps: fc.dictionary(path, fc.oneof(file, tree), { noNullPrototype: false }),
      params: fc.dictionary(path, fc.dictionary(fc.string(), json)),
      env: fc.dictionary(name, fc.option(fc.string())),
      outs: fc.uniqueArray(name, { maxLength: 4 }),
    })
    .map(blockOf);

  it('is the lock', () => {
    fc.assert(
      fc.property(fc.dictionary(name, block), fc.dictionary(path, fc.oneof(file, tree)), (stages, data) => {
        const lock: Lock = {
          data: new Map(Object.entries(data)) as unknown as Lock['data'],
          stages: new Map(Object.entries(stages)),
        };
        const text = writeLock(lock);
        const again = readLock(text);
        expect(again.warnings).toEqual([]);
        expect(writeLock(again.lock)).toBe(text);
        expect(plain(again.lock)).toEqual(plain(lock));
        expect(JSON.parse(text)).toEqual(plain(lock));
      }),
      { numRuns: 100 },
    );
  });
});

function blockOf(parts: { cmd?: string[]; outs?: string[]; [field: string]: unknown }): LockBlock {
  const { cmd = ['true'], outs = [], ...rest } = parts;
  const paths = [...outs].sort() as RepoPath[];
  const fingerprint = {
    v: 1,
    action: { cmd },
    ...rest,
    ...(paths.length > 0 ? { outs: paths } : {}),
  } as unknown as Fingerprint;
  const artifact = { bytes: 1, file: '0'.repeat(64) as Digest };
  return {
    in: fingerprint,
    key: fingerprintKey(fingerprint),
    outs: Object.fromEntries(paths.map((each) => [each, artifact])),
  };
}
