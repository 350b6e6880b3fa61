/** Decides by code, never by message text. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Adds the path to an error of an open file: it does not say which, and who reads it must know which disk is full. */
export function nameFile(path: string, error: unknown): void {
  if (error instanceof Error && 'code' in error && !('path' in error)) Object.assign(error, { path });
}

/** Runs `work` on the file at `path`, whose errors name it. */
export function naming<T>(path: string, work: () => T): T {
  const named = (error: unknown): never => {
    nameFile(path, error);
    throw error;
  };
  try {
    const done = work();
    return done instanceof Promise ? (done.catch(named) as T) : done;
  } catch (error) {
    return named(error);
  }
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
