// A pack for a remote, built in memory from objects of the store, each proved by its digest as it goes in.
import { setImmediate } from 'node:timers/promises';
import { type Failure, MlopsError } from '../core/failure.ts';
import { type BuiltPack, PackBuilder, type PackKind, packBytes } from '../store/pack.ts';
import type { Store } from '../store/store.ts';
import type { SizedRef } from './wanted.ts';

export interface SendablePack extends BuiltPack {
  readonly file: Buffer;
  /** What it holds. */
  readonly refs: readonly SizedRef[];
  /** Of objects that are damaged here: they are left out. */
  readonly failures: readonly Failure[];
}

/** So often other work gets its turn. */
const YIELD_EVERY = 64;

export async function buildPack(
  store: Store,
  kind: PackKind,
  refs: readonly SizedRef[],
): Promise<SendablePack> {
  const stored = refs.reduce((sum, { bytes }) => sum + bytes, 0);
  const file = Buffer.allocUnsafe(packBytes(refs.length, stored));
  let at = 0;
  const builder = new PackBuilder(kind, (bytes) => {
    file.set(bytes, at);
    at += bytes.length;
  });
  const held: SizedRef[] = [];
  const failures: Failure[] = [];
  for (const [i, ref] of refs.entries()) {
    try {
      builder.add(ref.digest, store.read(ref.digest));
      held.push(ref);
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      for (const each of error.failures) failures.push(each);
    }
    if (i % YIELD_EVERY === 0) await setImmediate();
  }
  return { ...builder.finish(), file: file.subarray(0, at), refs: held, failures };
}
