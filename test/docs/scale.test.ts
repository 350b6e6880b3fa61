// docs/scale.md says what the formats add up to. Its tables are computed here, from the numbers that the code uses.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { NODE_LIMIT } from '../../src/store/tree.ts';
import { cut } from '../../src/store/tree-cut.ts';
import { nodesOf, tables } from './scale.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../docs/scale.md'), 'utf8');

it.each(Object.entries(tables()))('shows the table "%s" as the formulas give it', (name, table) => {
  const shown = new RegExp(`<!-- ${name}: begin -->\\n+([\\s\\S]*?)\\n+<!-- ${name}: end -->`).exec(
    PAGE,
  )?.[1];
  expect(cells(shown ?? '')).toEqual(cells(table));
});

it('counts nodes as the cutting of real names does', { timeout: 60_000 }, () => {
  const names = Array.from({ length: 200_000 }, (_, i) => `${String(i).padStart(7, '0')}.bin`);
  const levels: number[] = [];
  for (let left = names; levels.at(-1) !== 1; ) {
    const sizes = left.length <= NODE_LIMIT ? [left.length] : cut(left, levels.length);
    levels.push(sizes.length);
    left = lastNames(left, sizes);
  }
  const expected = nodesOf(names.length);
  expect(levels.length).toBe(expected.length);
  expect(levels[0]! / expected[0]!).toBeCloseTo(1, 1);
});

/** What a table says, however its columns are aligned. */
function cells(table: string): string[][] {
  return table.split('\n').map((line) => line.split('|').map((cell) => cell.trim().replace(/^-+/, '---')));
}

/** A part is named after its last entry. */
function lastNames(names: readonly string[], sizes: readonly number[]): string[] {
  const last: string[] = [];
  let end = 0;
  for (const size of sizes) {
    end += size;
    last.push(names[end - 1]!);
  }
  return last;
}
