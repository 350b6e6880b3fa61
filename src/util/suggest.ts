import { closest, distance } from 'fastest-levenshtein';

/** Words that are as often spelled out as not. */
const SPELLED_OUT: { readonly [short: string]: string } = {
  min: 'minimum',
  max: 'maximum',
  int64: 'int',
  float64: 'float',
  bool: 'boolean',
  cuda: 'gpu',
  string: 'str',
};

/** The known word that was probably meant, or undefined when none is near enough to be worth saying. */
export function suggest(wrong: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const spelledOut = known.filter((word) => SPELLED_OUT[word] === wrong.toLowerCase());
  if (spelledOut[0] !== undefined) return spelledOut[0];
  const near = closest(wrong, known as string[]);
  const edits = distance(wrong.toLowerCase(), near.toLowerCase());
  const swapped = edits === 2 && letters(wrong) === letters(near);
  return swapped || edits <= Math.max(1, Math.floor(wrong.length / 3)) ? near : undefined;
}

function letters(word: string): string {
  return [...word.toLowerCase()].sort().join('');
}
