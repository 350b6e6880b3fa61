// How much room the parts of a store take.
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { orAbsent } from '../util/errno.ts';

export interface Usage {
  readonly files: number;
  readonly bytes: number;
}

const STORE_PARTS = ['objects', 'packs', 'index', 'runs', 'attempts', 'trash', 'quarantine', 'tmp'] as const;

export type StoreUsage = { readonly [part in (typeof STORE_PARTS)[number]]: Usage };

export function storeUsage(dir: string): StoreUsage {
  return Object.fromEntries(STORE_PARTS.map((part) => [part, usageOf(join(dir, part))])) as StoreUsage;
}

/** Everything below a path; nothing when it is not there. */
export function usageOf(path: string): Usage {
  const stats = orAbsent(() => lstatSync(path, { throwIfNoEntry: false }), undefined);
  if (!stats) return { files: 0, bytes: 0 };
  if (!stats.isDirectory()) return { files: 1, bytes: stats.size };
  let [files, bytes] = [0, 0];
  for (const name of orAbsent(() => readdirSync(path), [])) {
    const below = usageOf(join(path, name));
    files += below.files;
    bytes += below.bytes;
  }
  return { files, bytes };
}
