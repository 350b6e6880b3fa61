/** Decides by code, never by message text. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Runs `read`; a missing file or a file in the place of a directory is `absent`. */
export function orAbsent<T, A>(read: () => T, absent: A): T | A {
  try {
    return read();
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return absent;
    throw error;
  }
}
