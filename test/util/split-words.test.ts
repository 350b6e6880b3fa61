import { expect, it } from 'vitest';
import { splitWords } from '../../src/util/split-words.ts';

it.each([
  ['repro --pull', ['repro', '--pull']],
  ["  exp run -S 'a b=1'  ", ['exp', 'run', '-S', 'a b=1']],
  ['a "b \\" c"\'d\' \\  ""', ['a', 'b " cd', ' ', '']],
  ["'\\n'", ['\\n']],
  ['$(rm) `x` ; |', ['$(rm)', '`x`', ';', '|']],
  ['', []],
])('parts %j', (line, words) => expect(splitWords(line)).toEqual(words));

it.each(["'a", 'a "b'])('does not part %j', (line) => expect(splitWords(line)).toBeUndefined());
