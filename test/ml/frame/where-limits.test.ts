// Filters larger than the stacks of those who read them are refused in words.
import { expect, it } from 'vitest';
import { MlopsError } from '../../../src/core/failure.ts';
import { columnsOf, parseWhere } from '../../../src/ml/frame/where.ts';

it.each([
  ['brackets', `${'('.repeat(101)}a > 0${')'.repeat(101)}`, /nested more than 100 deep/],
  ['not', `${'not '.repeat(101)}a > 0`, /nested more than 100 deep/],
  ['many brackets', `${'('.repeat(10_000)}a > 0${')'.repeat(10_000)}`, /more than 5000 words/],
  ['many terms', new Array(10_000).fill('a > 0').join(' and '), /more than 5000 words/],
])('%s', (_what, text, said) => {
  expect(() => parseWhere(text)).toThrow(MlopsError);
  expect(() => parseWhere(text)).toThrow(said);
  try {
    parseWhere(text);
  } catch (error) {
    expect((error as Error).message.length).toBeLessThan(700);
  }
});

it('100 levels and a thousand terms are read', () => {
  const deep = `${'(not '.repeat(50)}a > 0${')'.repeat(50)}`;
  expect(columnsOf(parseWhere(deep))).toEqual(['a']);
  expect(columnsOf(parseWhere(new Array(1000).fill('b > 0').join(' or ')))).toEqual(['b']);
});
