// Names that are fine here and not elsewhere.

/**
 * Two paths that a file system without case, or with one Unicode form, takes for one. Most paths are their own folded
 * form, and two such are never taken for one: only the others are remembered. `paths` gives them all, twice if need be.
 */
export function collision(paths: () => Iterable<string>): readonly [string, string] | undefined {
  const folded = new Map<string, string>();
  for (const path of paths()) {
    const form = fold(path);
    const other = form === path ? undefined : folded.get(form);
    if (other !== undefined && other !== path) return [other, path];
    if (form !== path) folded.set(form, path);
  }
  if (folded.size > 0)
    for (const path of paths()) {
      const other = folded.get(path);
      if (other !== undefined) return [other, path];
    }
  return undefined;
}

function fold(path: string): string {
  return /^[ -@[-~]*$/.test(path) ? path : path.normalize('NFC').toLowerCase();
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
