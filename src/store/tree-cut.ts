// Where a large directory is cut into nodes: a pure function of its names, so that the same content has the same
// digest everywhere, and one new file moves one or two cuts instead of all of them.
// With h = the first u32 of sha256(name), a part of level L ends after an entry when it has at least 16 entries and
// byte L of h (from the low end, L ≤ 3) is 0, or when it has 1,024 entries.
import { hash } from 'node:crypto';
import { NODE_LIMIT } from './tree.ts';

const PART_MIN = 16;

/** Sizes of the parts, in order; their sum is the number of names. */
export function cut(names: readonly string[], level: number): number[] {
  const sizes: number[] = [];
  let size = 0;
  for (const name of names) {
    size++;
    if (size === NODE_LIMIT || (size >= PART_MIN && endsPart(name, level))) {
      sizes.push(size);
      size = 0;
    }
  }
  if (size > 0) sizes.push(size);
  return sizes;
}

function endsPart(name: string, level: number): boolean {
  if (level > 3) return false;
  const head = Number.parseInt(hash('sha256', name, 'hex').slice(6 - 2 * level, 8 - 2 * level), 16);
  return head === 0;
}
