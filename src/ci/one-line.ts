/**
 * One line of at most `limit` characters, as Unicode counts them; `…` stands for the rest. Nothing is left in it that steers a
 * terminal or turns the direction of reading.
 */
export function oneLine(text: string, limit: number): string {
  const letters = [...text.replace(/[\p{Cc}\s\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()];
  return letters.length > limit ? `${letters.slice(0, limit - 1).join('')}…` : letters.join('');
}
