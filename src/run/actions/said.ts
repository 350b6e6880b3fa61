import type { Summary } from '../../core/action.ts';

/** What an action says of itself in words alone: no headline has a name. */
export function saidOf(words: {
  readonly headlines: readonly string[];
  readonly lines: readonly string[];
}): Summary {
  return { headlines: words.headlines.map((text) => ({ name: '', value: text })), lines: words.lines };
}
