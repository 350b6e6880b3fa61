// Whatever three locks are merged, one side's change is never lost and the result can be read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../src/core/fingerprint.ts';
import type { Digest, RepoPath } from '../../src/core/ids.ts';
import type { Json } from '../../src/core/json.ts';
import { fingerprintKey } from '../../src/core/key.ts';
import type { DataRecord, Lock, LockBlock } from '../../src/core/lock.ts';
import { carryLock } from '../../src/lockfile/carry.ts';
import { mergeLocks } from '../../src/lockfile/merge.ts';
import { readLock } from '../../src/lockfile/read.ts';
import { writeLock } from '../../src/lockfile/write.ts';
import { canonicalJson } from '../../src/util/canonical-json.ts';

/** Few names and few contents, so that sides meet often. */
const contents = fc.constantFrom('1', '2', '3');
const stages = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'train@x'), contents.map(block));
const data = fc.dictionary(fc.constantFrom('data/a', 'data/b', 'z'), contents.map(record));
const lock = fc.tuple(stages, data).map(([s, d]): Lock => lockOf(s, d));

function block(content: string): LockBlock {
  const fingerprint = { v: 1, action: { cmd: [`make ${content}`] } } as unknown as Fingerprint;
  return { in: fingerprint, key: fingerprintKey(fingerprint), outs: {} };
}

function record(content: string): DataRecord {
  return { bytes: 1, file: content.repeat(64) as Digest };
}

function lockOf(s: { [name: string]: LockBlock }, d: { [path: string]: DataRecord } = {}): Lock {
  return { stages: new Map(Object.entries(s)), data: new Map(Object.entries(d) as [RepoPath, DataRecord][]) };
}

const merged = (base: Lock, ours: Lock, theirs: Lock): string => mergeLocks(base, ours, theirs).text;

describe('a merge of locks', () => {
  it('where one side changed nothing is the other side', () => {
    fc.assert(
      fc.property(lock, lock, (base, side) => {
        expect(merged(base, base, side)).toBe(writeLock(side));
        expect(merged(base, side, base)).toBe(writeLock(side));
        expect(merged(base, side, side)).toBe(writeLock(side));
      }),
    );
  });

  it('is the same from both sides, and can be read', () => {
    fc.assert(
      fc.property(lock, lock, lock, (base, ours, theirs) => {
        const one = mergeLocks(base, ours, theirs);
        const other = mergeLocks(base, theirs, ours);
        const sorted = (names: readonly string[]): string[] => [...names].sort();
        expect(sorted(one.conflicts)).toEqual(sorted(other.conflicts));
        expect(sorted(one.dropped)).toEqual(sorted(other.dropped));
        const read = readLock(one.text);
        expect(read.warnings.length > 0).toBe(one.conflicts.length > 0);
        expect(writeLock(read.lock)).toBe(writeLock(readLock(other.text).lock));
        if (one.conflicts.length === 0) expect(one.text).toBe(other.text);
      }),
      { numRuns: 300 },
    );
  });

  it('takes every entry from a side, and loses none that a side renewed', () => {
    fc.assert(
      fc.property(lock, lock, lock, (base, ours, theirs) => {
        const { text, dropped, conflicts } = mergeLocks(base, ours, theirs);
        const result = readLock(text).lock;
        const json = (value: unknown): string | undefined =>
          value === undefined ? undefined : canonicalJson(value as Json);
        for (const [kind, left] of [
          ['stages', dropped],
          ['data', conflicts],
        ] as const) {
          const at = (each: Lock, name: string): unknown =>
            (each[kind] as ReadonlyMap<string, unknown>).get(name);
          for (const name of new Set([
            ...ours[kind].keys(),
            ...theirs[kind].keys(),
            ...result[kind].keys(),
          ])) {
            const [was, a, b, now] = [base, ours, theirs, result].map((each) => json(at(each, name)));
            if ((left as readonly string[]).includes(name)) {
              expect(now).toBeUndefined();
              expect(new Set([was, a, b]).size, 'all three differ').toBe(3);
            } else if (a !== was && a !== undefined) expect(now).toBe(a);
            else if (b !== was && b !== undefined) expect(now).toBe(b);
            else expect([a, b]).toContain(now);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('leaves a stage that both sides changed to repro', () => {
    const result = mergeLocks(
      lockOf({ a: block('1') }),
      lockOf({ a: block('2') }),
      lockOf({ a: block('3') }),
    );
    expect(result).toEqual({ text: writeLock(lockOf({})), conflicts: [], dropped: ['a'] });
  });

  it('keeps a stage that one side took out and the other ran again', () => {
    expect(merged(lockOf({ a: block('1') }), lockOf({}), lockOf({ a: block('2') }))).toBe(
      writeLock(lockOf({ a: block('2') })),
    );
  });

  it('puts markers around the lines of data that both sides changed, and no others', () => {
    const [base, ours, theirs] = ['1', '2', '3'].map((content) =>
      lockOf({ a: block(content === '3' ? '3' : '1') }, { 'data/a': record(content), 'data/b': record('1') }),
    ) as [Lock, Lock, Lock];
    const { text, conflicts } = mergeLocks(base, ours, theirs);
    expect(conflicts).toEqual(['data/a']);
    expect(text.split('\n').slice(2, 7)).toEqual([
      '<<<<<<< ours',
      `  "data/a": {"bytes": 1, "file": "${'2'.repeat(64)}"},`,
      '=======',
      `  "data/a": {"bytes": 1, "file": "${'3'.repeat(64)}"},`,
      '>>>>>>> theirs',
    ]);
    for (const side of ['2', '3']) {
      const kept = side === '2' ? /<{7}.*\n(.*\n)={7}\n.*\n>{7}.*\n/ : /<{7}.*\n.*\n={7}\n(.*\n)>{7}.*\n/;
      const chosen = readLock(text.replace(kept, '$1'));
      expect(chosen.warnings).toEqual([]);
      expect(chosen.lock.data.get('data/a' as RepoPath)).toEqual(record(side));
      expect(chosen.lock.stages.get('a')).toEqual(block('3'));
    }
  });
});

describe('what a run changed, carried over to another lock', () => {
  const carry = (before: Lock, after: Lock, known: Lock, tip: Lock) =>
    carryLock({ before, after, known, tip });

  it('is the lock of the run where nothing else happened', () => {
    fc.assert(
      fc.property(lock, lock, (before, after) => {
        expect(carry(before, after, before, before)).toMatchObject({ text: writeLock(after), conflicts: [] });
      }),
    );
  });

  it('changes nothing where the run changed nothing, and comes to itself when it is there', () => {
    fc.assert(
      fc.property(lock, lock, lock, (before, after, tip) => {
        expect(carry(before, before, tip, tip).text).toBe(writeLock(tip));
        expect(carry(before, after, before, after)).toMatchObject({ text: writeLock(after), conflicts: [] });
      }),
    );
  });

  it('never goes over what the branch changed: it is there, or it is a conflict', () => {
    fc.assert(
      fc.property(lock, lock, lock, lock, (before, after, known, tip) => {
        const carried = carry(before, after, known, tip);
        if (carried.conflicts.length > 0) return;
        const result = readLock(carried.text).lock.stages;
        const keyIn = (side: Lock, name: string) => side.stages.get(name)?.key;
        for (const [name, { key }] of tip.stages)
          if (keyIn(known, name) !== key) expect(result.get(name)?.key).toBe(key);
        for (const [name, { key }] of after.stages)
          if (keyIn(before, name) !== key && keyIn(known, name) !== key)
            expect(result.get(name)?.key).toBe(key);
      }),
    );
  });
});
