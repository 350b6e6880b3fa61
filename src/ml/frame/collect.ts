// Chunks of DuckDB lie outside the heap and go when the objects that stand for them do. These are small, so the collector
// sees no need: a table of 160 MB took 350 MB more than it had to. A look at the young objects now and then costs a
// millisecond.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A function that frees what young objects held and nobody needs; to be called between chunks. */
export function youngCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return typeof collect === 'function' ? () => collect({ type: 'minor' }) : () => {};
}
