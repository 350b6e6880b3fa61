// Names that are fine here and not elsewhere.

/** The first two paths that a file system without case, or with one Unicode form, takes for one. */
export function collision(paths: Iterable<string>): readonly [string, string] | undefined {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const folded = path.normalize('NFC').toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined && other !== path) return [other, path];
    seen.set(folded, path);
  }
  return undefined;
}

/** Whether Windows cannot hold this path: reserved devices and characters, trailing dots and spaces. */
export function windowsRefuses(path: string): boolean {
  return path
    .split('/')
    .some(
      (name) =>
        /[<>:"|?*\\]|[. ]$/.test(name) ||
        [...name].some((letter) => letter < ' ') ||
        /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i.test(name),
    );
}
