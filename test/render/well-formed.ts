import { expect } from 'vitest';

/** Every element that opens closes, in order. */
export function expectWellFormed(markup: string): void {
  const open: string[] = [];
  for (const [, close, tag] of markup.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:\s[^>]*)?>/gi)) {
    if (tag === 'meta' || tag === 'br') continue;
    if (close) expect(open.pop()).toBe(tag);
    else open.push(tag!);
  }
  expect(open).toEqual([]);
}
