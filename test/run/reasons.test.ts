// A stage is stale exactly when its key changed, and the reasons name what made the difference.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../src/core/fingerprint.ts';
import { fingerprintKey } from '../../src/core/key.ts';
import { changesBetween } from '../../src/run/reasons.ts';

const digests = fc.constantFrom('a'.repeat(64), 'b'.repeat(64));
const artifacts = fc.oneof(
  fc.record({ file: digests, bytes: fc.nat(3) }),
  fc.record({ tree: digests, bytes: fc.nat(3), files: fc.nat(2) }),
);
const names = fc.constantFrom('a', 'b.txt', '__proto__', 'constructor', 'x y');
const values = fc.constantFrom<unknown>(0, 1, '1', true, null, [], [1], {}, { a: 1 }, { a: { b: [] } }, 'é');
const some = <T>(value: fc.Arbitrary<T>) => fc.dictionary(names, value, { minKeys: 1, maxKeys: 3 });

const fingerprints = fc.record(
  {
    v: fc.constant(1),
    action: fc.oneof(
      fc.record({ cmd: fc.array(fc.constantFrom('run', 'run --fast'), { minLength: 1, maxLength: 2 }) }),
      fc.record({
        uses: fc.constant('evaluate'),
        with: fc.dictionary(names, values, { maxKeys: 3 }),
        revision: fc.nat(2),
      }),
    ),
    deps: some(artifacts),
    params: some(fc.dictionary(names, values, { maxKeys: 3 })),
    env: some(fc.option(fc.constantFrom('eu', ''))),
    outs: fc.subarray(['a', 'b'], { minLength: 1 }),
    wdir: fc.constantFrom('x', 'y'),
    shell: fc.constantFrom('bash', 'zsh'),
  },
  { requiredKeys: ['v', 'action'] },
) as unknown as fc.Arbitrary<Fingerprint>;

describe('changesBetween', () => {
  it('is empty exactly when the keys are equal', () => {
    fc.assert(
      fc.property(fingerprints, fingerprints, (was, now) => {
        expect(changesBetween(was, now).length === 0).toBe(fingerprintKey(was) === fingerprintKey(now));
        expect(changesBetween(was, structuredClone(was))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('is empty exactly when the keys are equal, also after a small change', () => {
    const changed = fc.tuple(
      fingerprints,
      fingerprints,
      fc.constantFrom('deps', 'params', 'env', 'outs', 'action'),
    );
    fc.assert(
      fc.property(changed, ([was, other, field]) => {
        const now = { ...was, [field]: (other as never)[field] } as Fingerprint;
        if (now[field as 'deps'] === undefined) delete (now as { deps?: unknown })[field as 'deps'];
        expect(changesBetween(was, now).length === 0).toBe(fingerprintKey(was) === fingerprintKey(now));
      }),
      { numRuns: 500 },
    );
  });

  it('names a param that went, one that came and one that changed', () => {
    const base = { v: 1, action: { cmd: ['run'] } } as const;
    const was = { ...base, params: { 'params.yaml': { depth: 5, old: true } } } as Fingerprint;
    const now = { ...base, params: { 'params.yaml': { depth: 4, young: 1 } } } as Fingerprint;
    expect(changesBetween(was, now)).toEqual([
      { kind: 'changed', field: ['params', 'params.yaml', 'depth'], was: 5, now: 4 },
      { kind: 'changed', field: ['params', 'params.yaml', 'old'], was: true, now: null },
      { kind: 'changed', field: ['params', 'params.yaml', 'young'], was: null, now: 1 },
    ]);
  });
});
