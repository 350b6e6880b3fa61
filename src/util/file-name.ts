/** A name as a file name on every platform: bytes outside `[A-Za-z0-9._@-]` percent-encoded. */
export function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9._@-]/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
