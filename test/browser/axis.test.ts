import { describe, expect, it } from 'vitest';
import { axisOf } from '../../src/browser/exp/axis.ts';
import type { Cell, ExperimentRow, ValueColumn } from '../../src/core/experiment-table.ts';
import type { RepoPath } from '../../src/core/ids.ts';
import type { Json } from '../../src/core/json.ts';

const COLUMNS: ValueColumn[] = [
  { kind: 'metric', file: 'm.json' as RepoPath, key: 'loss', name: 'loss', better: 'min', differs: true },
];
const VALUE: Cell = { kind: 'value', at: 0 };

function axis(values: readonly (Json | undefined)[], cell: Cell = VALUE) {
  const rows = values.map((value): ExperimentRow => {
    const about = {
      state: 'done',
      commit: null,
      group: 0,
      baseline: 'main',
      message: '',
      failure: null,
    } as const;
    const [created, ms] = [
      typeof value === 'string' ? value : null,
      typeof value === 'number' ? value : null,
    ];
    return { ...about, name: 'x', created, ms, overrides: [], values: [value] };
  });
  return axisOf(cell, 'loss', rows, COLUMNS);
}

describe('an axis', () => {
  it('places numbers by size', () => {
    const found = axis([0, 5, 10, undefined])!;
    expect([...found.places]).toEqual([0, 0.5, 1, Number.NaN]);
    expect(found).toMatchObject({ scale: 'linear', better: 'min' });
    expect(found.textAt(0.5)).toBe('5');
    expect(found.marks.map(({ text }) => text)).toEqual(['0', '2', '4', '6', '8', '10']);
  });

  it('places numbers by order of magnitude where they span two', () => {
    const found = axis([0.001, 0.01, 0.1])!;
    expect(found.scale).toBe('log');
    expect(found.places[1]).toBeCloseTo(0.5, 12);
    expect(found.textAt(0.5)).toBe('0.01');
    expect(axis([0.001, 0.05])!.scale).toBe('linear');
    expect(axis([0, 1, 1000])!.scale).toBe('linear');
    expect(axis([-1, 1000])!.scale).toBe('linear');
  });

  it('places words in order, each with the same room, and shows not more than can be read', () => {
    const found = axis(['b', 'a', 'b', true, [1]])!;
    expect(found).toMatchObject({ scale: 'words', words: 4 });
    expect(found.marks.map(({ text }) => text)).toEqual(['[1]', 'a', 'b', 'true']);
    expect([...found.places]).toEqual([0.625, 0.375, 0.625, 0.875, 0.125]);
    expect([0, 0.3, 0.99, 1].map(found.textAt)).toEqual(['[1]', 'a', 'true', 'true']);
    expect(axis(Array.from({ length: 100 }, (_, at) => `w${at}`))!.marks.length).toBeLessThanOrEqual(24);
  });

  it('is none where there is nothing to tell apart', () => {
    expect(axis([1, 1, undefined])).toBeUndefined();
    expect(axis([undefined, null])).toBeUndefined();
  });

  it('speaks of times as times', () => {
    expect(axis([100, 2000], { kind: 'duration' })!.textAt(1)).toBe('2.0 s');
    expect(
      axis(['2026-01-01T00:00:00.000Z', '2026-01-03T00:00:00.000Z'], { kind: 'created' })!.marks[1]!.text,
    ).toBe('01-02 00:00');
  });
});
