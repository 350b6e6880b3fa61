// Names and numbers as MLflow's file store takes them. A key is a path of files: letters, digits, `_ - .`, spaces and
// `/`, without empty or dotted parts; `:` only off Windows, so never.

export function keyOf(name: string): string {
  const parts = name
    .replace(/:/g, '/')
    .replace(/[^/\p{L}\p{N}_. -]/gu, '_')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (/^\.+$/.test(part) ? part.replaceAll('.', '_') : part.slice(0, 200)));
  return parts.length === 0 ? '_' : parts.join('/');
}

/** Different names whose keys are one, or one of which would be a folder of another's, are told apart by `_2`, `_3` … */
export function keysOf(names: readonly string[]): Map<string, string> {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    const key = keyOf(name);
    let free = key;
    for (let copy = 2; clashes(free, taken); copy++) free = `${key}_${copy}`;
    keys.set(name, free);
    taken.add(free);
  }
  return keys;
}

function clashes(key: string, taken: ReadonlySet<string>): boolean {
  return [...taken].some(
    (other) => other === key || other.startsWith(`${key}/`) || key.startsWith(`${other}/`),
  );
}

/** As Python's `float` reads it. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return String(value);
}
