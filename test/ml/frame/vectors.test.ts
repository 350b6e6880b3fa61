// Cells taken from behind DuckDB's vectors are the cells that it shows one by one.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withDatabase } from '../../../src/ml/frame/duckdb.ts';
import { ShortTexts } from '../../../src/ml/frame/short-texts.ts';
import { numbersOf, textWordsOf } from '../../../src/ml/frame/vectors.ts';

it('numbers and short texts', async () => {
  await withDatabase([], async (database) => {
    const sql =
      "SELECT CASE WHEN i % 3 = 0 THEN 'NaN'::DOUBLE ELSE i / 7 END, " +
      'CASE WHEN i % 5 = 0 THEN NULL ELSE repeat(chr(CAST(97 + i % 26 AS INT)), CAST(i % 15 AS INT)) || i % 90 END ' +
      'FROM range(5000) t(i)';
    const texts = new ShortTexts();
    const names: string[] = [];
    let seen = 0;
    for await (const chunk of database.stream(sql)) {
      const [numbers, vector] = [chunk.getColumnVector(0), chunk.getColumnVector(1)];
      expect([...numbersOf(numbers)]).toEqual(
        Array.from({ length: numbers.itemCount }, (_, i) => numbers.getItem(i)),
      );
      const words = textWordsOf(vector)!;
      for (let i = 0; i < vector.itemCount; i++) {
        const text = vector.getItem(i) as string | null;
        if (text === null) continue;
        const code = texts.codeOf(words, 4 * i, () => names.push(text) - 1);
        expect(code < 0 ? null : names[code]).toBe(text.length > 12 ? null : text);
        seen++;
      }
    }
    expect([seen, new Set(names).size]).toEqual([4000, names.length]);
  });
});

it('keeps thousands of texts apart that differ in a word', () => {
  const texts = new ShortTexts();
  const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const codes = new Map<string, number>();
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word, fc.integer({ min: 0, max: 3 })), { maxLength: 60 }), (keys) => {
      for (const key of keys) {
        const at = Uint32Array.of(12, ...key);
        const code = texts.codeOf(at, 0, () => codes.size);
        expect(code).toBe(codes.get(key.join()) ?? codes.size);
        codes.set(key.join(), code);
      }
    }),
  );
});
