// A value of a params or metrics file in one line.

/** Text as it is, the rest as JSON. */
export function valueInWords(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? '';
  } catch (error) {
    // Deeper than the stack: only somebody who means harm writes such a file.
    if (!(error instanceof RangeError)) throw error;
    return '…';
  }
}
