// Shares of a sweep: each experiment is in exactly one, however the queue came to be.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Ticket } from '../../../src/core/experiment.ts';
import { newName } from '../../../src/experiments/names.ts';
import { isInShard, parseShard } from '../../../src/experiments/queue/shard.ts';

const ticket = fc
  .record({
    sweep: fc.option(fc.record({ id: fc.string(), trial: fc.nat() })),
    value: fc.jsonValue(),
    targets: fc.array(fc.string()),
  })
  .map(({ sweep, value, targets }) => {
    const overrides = [{ file: 'params.yaml', key: ['n'], op: 'set', value }];
    return { sweep, overrides, targets, baseline: 'a'.repeat(40) } as unknown as Ticket;
  });

it('put every ticket into exactly one', () => {
  fc.assert(
    fc.property(ticket, fc.integer({ min: 1, max: 20 }), (each, of) => {
      const shares = Array.from({ length: of }, (_, at) => ({ number: at + 1, of }));
      expect(shares.filter((shard) => isInShard(each, shard))).toHaveLength(1);
    }),
  );
});

it('are as large as each other, but for one', () => {
  const trials = Array.from({ length: 100 }, (_, trial) => ({ sweep: { id: 's', trial } }) as Ticket);
  const sizes = [1, 2, 3].map((number) => trials.filter((each) => isInShard(each, { number, of: 3 })).length);
  expect(sizes).toEqual([34, 33, 33]);
});

it('are typed as i/n', () => {
  expect(parseShard('2/3')).toEqual({ number: 2, of: 3 });
  for (const typed of ['', '1', '0/3', '4/3', '1/0', 'a/b', '1/2/3', '1.5/2', '-1/3', '1/99999'])
    expect(() => parseShard(typed)).toThrow('--shard');
});

it('draws the same names from the same number, and others where those are taken', () => {
  const draw = (seed: number, used = new Set<string>()) => newName(used, seed);
  expect(draw(7)).toBe(draw(7));
  expect(new Set([1, 2, 3, 4, 5].map((seed) => draw(seed))).size).toBeGreaterThan(3);
  const taken = new Set<string>();
  const names = Array.from({ length: 60 }, () => draw(7, taken));
  expect(new Set(names).size).toBe(60);
});
