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
  const files = new Set<string>();
  const folders = new Set<string>();
  const keys = new Map<string, string>();
  for (const name of names) {
    const parts = keyOf(name).split('/');
    let key = '';
    for (const [at, part] of parts.entries()) {
      const last = at === parts.length - 1;
      key = free(`${key}${part}`, (path) => files.has(path) || (last && folders.has(path)));
      (last ? files : folders).add(key);
      if (!last) key += '/';
    }
    keys.set(name, key);
  }
  return keys;
}

function free(path: string, taken: (path: string) => boolean): string {
  let copy = path;
  for (let number = 2; taken(copy); number++) copy = `${path}_${number}`;
  return copy;
}

/** As Python's `float` reads it. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return String(value);
}
