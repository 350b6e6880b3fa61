// Where a text has its commas, signs and words, and where they only stand inside quotes or brackets.

const HIDDEN = '\0';
const CLOSING: { readonly [open: string]: string } = { '(': ')', '[': ']', '{': '}' };

/**
 * The text with what stands inside quotes and brackets hidden; the outermost quotes and brackets themselves stay, and
 * so does its length. As in YAML, a quote is one at the start of a value only: `it's` has none. What is not closed
 * hides the rest.
 */
export function masked(text: string): string {
  let result = '';
  const open: string[] = [];
  let quote: string | undefined;
  let starts = true;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    const inside = open.length > 0;
    if (quote !== undefined) {
      const escapes = quote === '"' ? character === '\\' : text.startsWith("''", at);
      const ends = character === quote && !escapes;
      result += ends && !inside ? character : HIDDEN;
      if (ends) quote = undefined;
      else if (escapes && at + 1 < text.length) {
        result += HIDDEN;
        at++;
      }
    } else if (starts && (character === '"' || character === "'")) {
      quote = character;
      result += inside ? HIDDEN : character;
    } else if (CLOSING[character] !== undefined) {
      open.push(CLOSING[character]);
      result += inside ? HIDDEN : character;
    } else {
      if (character === open.at(-1)) open.pop();
      result += open.length > 0 ? HIDDEN : character;
    }
    if (!/\s/.test(character)) starts = quote === undefined && /[[({,:=<>.+~]/.test(character);
  }
  return result;
}
