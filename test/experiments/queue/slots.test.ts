import { describe, expect, it } from 'vitest';
import { parseGpus, slotsFor } from '../../../src/experiments/queue/slots.ts';

describe('slots', () => {
  it('are numbered for their experiments, and are one unless said otherwise', () => {
    expect(slotsFor(undefined, undefined)).toEqual([{ number: 0, env: { MLOPS_SLOT: '0' } }]);
    expect(slotsFor(2, undefined).map(({ env }) => env)).toEqual([{ MLOPS_SLOT: '0' }, { MLOPS_SLOT: '1' }]);
  });

  it.each([
    [undefined, ['0', '1'], ['0', '1']],
    [2, ['0', '1', '2', '3'], ['0,1', '2,3']],
    [2, ['0', '1', '2'], ['0', '1,2']],
    [3, ['0', '0', '1'], ['0', '0', '1']],
    [1, ['GPU-8f', 'GPU-1a'], ['GPU-8f,GPU-1a']],
  ])('%s of the GPUs %j see %j', (count, gpus, seen) => {
    expect(slotsFor(count, gpus).map(({ env }) => env['CUDA_VISIBLE_DEVICES'])).toEqual(seen);
  });

  it('that would have no GPU are refused', () => {
    expect(() => slotsFor(3, ['0', '1'])).toThrow('3 slots cannot have a GPU each of 0,1');
  });

  it('come from what was typed', () => {
    expect(parseGpus('0, 1,GPU-8f')).toEqual(['0', '1', 'GPU-8f']);
    expect(() => parseGpus('0,,1')).toThrow('a number is missing');
    expect(() => parseGpus('0;1')).toThrow('is no GPU');
  });
});
