import { describe, expect, it } from 'vitest';
import type { RepoPath } from '../../src/core/ids.ts';
import { parseDirection, usualDirection } from '../../src/experiments/objective.ts';

const of = (key: string) => ({ file: 'metrics.json' as RepoPath, key });

describe('the direction of an objective', () => {
  it('is min, max, or left to the name', () => {
    expect([parseDirection('min'), parseDirection('max'), parseDirection(undefined)]).toEqual([
      'min',
      'max',
      undefined,
    ]);
    expect(() => parseDirection('up')).toThrow('--direction up is none');
  });

  it('is never guessed', () => {
    expect([usualDirection(of('valid.loss')), usualDirection(of('accuracy'))]).toEqual(['min', 'max']);
    expect(() => usualDirection(of('score42'))).toThrow('is less of score42 better, or more?');
  });
});
