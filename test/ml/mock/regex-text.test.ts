import { describe, expect, it } from 'vitest';
import { MlopsError } from '../../../src/core/failure.ts';
import { regexTexts } from '../../../src/ml/mock/regex-text.ts';
import { randomFrom } from '../../../src/util/random.ts';

describe('texts of a regular expression', () => {
  it.each([
    '^[A-Z]{2}\\d+$',
    '^(yes|no|may be)$',
    '^\\w+@[a-z]+\\.(com|org)$',
    '^[^0-9]{3,5}$',
    'a?b*c+d{2}e{1,}',
    '^(?:ab|cd){2}[-_.]\\d{4}-\\d{2}$',
    '^.+\\s\\(x\\)$',
    '',
  ])('match it: %s', (regex) => {
    const random = randomFrom(1);
    const make = regexTexts(regex, 'c');
    for (let at = 0; at < 50; at++) expect(make(random)).toMatch(new RegExp(regex, 'u'));
  });

  it.each(['(?=a)b', '\\bword', 'a{x}', '(a', '\\p{L}'])(
    'are not made up for what is not known: %s',
    (regex) => {
      expect(() => regexTexts(regex, 'code')).toThrow(MlopsError);
      expect(() => regexTexts(regex, 'code')).toThrow(/column "code"/);
    },
  );
});
