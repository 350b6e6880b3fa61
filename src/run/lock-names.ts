// Every digest that the text of a lock names. Whoever decides what may be thrown away must not lose what a reader drops:
// blocks in conflict markers, of a later version, or cut short name bytes too. So this looks at lines, not at JSON.
import type { Digest } from '../core/ids.ts';

export interface Named {
  readonly digest: Digest;
  /** A tree names more. */
  readonly tree: boolean;
  /** Of the artifact, where its line says it; '' elsewhere. */
  readonly path: string;
}

const NAME = /"(file|tree|glob)"\s*:\s*"([0-9a-f]{64})"/g;
const PATH = /^\s*("(?:[^"\\]|\\.)*")\s*:\s*\{/;

/** The same digest may come several times. */
export function* namedIn(lock: string): Generator<Named> {
  for (const { 0: text, 1: kind, 2: digest, index } of lock.matchAll(NAME)) {
    const start = lock.lastIndexOf('\n', index) + 1;
    const path = PATH.exec(lock.slice(start, index + text.length))?.[1];
    yield { digest: digest as Digest, tree: kind !== 'file', path: path ? String(jsonOf(path)) : '' };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return '';
  }
}
