import { describe, expect, it } from 'vitest';
import { pathFrom, pathIn } from '../../src/core/ids.ts';

describe('pathIn and pathFrom', () => {
  it('put a name into a folder and take it out again', () => {
    expect(pathIn('a/b', 'c/d')).toBe('a/b/c/d');
    expect(pathFrom('a/b', 'a/b/c/d')).toBe('c/d');
  });

  it('know the top level, and the folder itself', () => {
    expect(pathIn('', 'c')).toBe('c');
    expect(pathIn('a', '')).toBe('a');
    expect(pathFrom('', 'c')).toBe('c');
    expect(pathFrom('a', 'a')).toBe('');
  });
});
