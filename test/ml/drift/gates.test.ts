import { expect, it } from 'vitest';
import { judgeGates } from '../../../src/ml/gates.ts';
import { csvOf, driftIn, folder, rides } from './files.ts';

const before = rides(500, 1);

async function judged(now: Parameters<typeof csvOf>[0], gates: { [rule: string]: string | number }) {
  const cwd = folder({ 'before.csv': csvOf(before), 'now.csv': csvOf(now) });
  const { report } = await driftIn(cwd, { gates });
  return judgeGates({ stage: 'watch', gates, report, baseline: undefined, onDataChange: 'rescore' });
}

it('data that no model can read pass no gate, whatever the rules', async () => {
  const { wind, ...now } = rides(500, 2);
  expect(wind).toHaveLength(500);
  const { passed, results } = await judged(now, { max_drifted_share: 1 });
  expect(passed).toBe(false);
  expect(results[0]).toMatchObject({
    rule: 'block',
    passed: false,
    reason: 'wind is not in the current data',
  });
});

it('a changed share of columns is judged as it was reported', async () => {
  expect(await judged(rides(500, 2), { max_drifted_share: 0.2, schema: 'same' })).toMatchObject({
    passed: true,
  });
  const moved = await judged(rides(500, 2, 1, 8), { max_drifted_columns: 0 });
  expect(moved.passed).toBe(false);
  expect(moved.results[0]!.reason).toMatch(/^\d of 4 columns drifted, allowed 0$/);
});
