// What is written for the grammar is read back by it.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { columnsOf, parseWhere } from '../../../src/ml/frame/where.ts';
import { columnText, literalText } from '../../../src/ml/frame/where-parse.ts';

it('reads back every column and every text that it writes', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), (name, text) => {
      const column = columnText(name);
      if (column === null) {
        expect(name).toMatch(/`.*"|".*`/s);
        return;
      }
      const where = parseWhere(`${column} = ${literalText(text)}`);
      expect(columnsOf(where)).toEqual([name]);
      expect(where.expression).toMatchObject({ right: { kind: 'literal', value: text } });
    }),
  );
});

it('puts names that are words of the grammar in quotes', () => {
  for (const name of ['in', 'AND', 'true', 'null', 'two words', '1st'])
    expect(columnText(name)).toBe(`\`${name}\``);
  expect(columnText('temp_2.max')).toBe('temp_2.max');
});
