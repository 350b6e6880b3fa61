// Texts that a host limits, made to fit.

/** One line of at most `limit` characters, as Unicode counts them; `…` stands for the rest. */
export function oneLine(text: string, limit: number): string {
  const letters = [...text.replace(/\s+/g, ' ').trim()];
  return letters.length > limit ? `${letters.slice(0, limit - 1).join('')}…` : letters.join('');
}

/** Of pull requests and issues, on either host. */
export const TITLE_LIMIT = 250;
