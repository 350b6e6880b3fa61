// What a transfer knows of the remote before it moves anything: its format, what its packs hold, what gc condemned.
import { join } from 'node:path';
import type { Digest } from '../core/ids.ts';
import { digestBytes } from '../util/digest.ts';
import { type Format, readFormat } from './format.ts';
import { newestEpoch } from './gc-epoch.ts';
import { type IndexCache, openIndexCache } from './index-cache.ts';
import { RemotePacks } from './packs.ts';
import type { TransferContext } from './transfer.ts';

/** Names that gc wants to delete: for who pushes, they are not there. */
export interface Condemned {
  /** 0 when there was no gc yet. */
  readonly epoch: number;
  readonly packs: ReadonlySet<Digest>;
  readonly objects: ReadonlySet<Digest>;
  readonly runs: ReadonlySet<string>;
}

export interface Known {
  readonly packs: RemotePacks;
  readonly condemned: Condemned;
  /** Nobody pushed there yet: nothing needs to be asked. */
  readonly empty: boolean;
}

const NOTHING: Condemned = { epoch: 0, packs: new Set(), objects: new Set(), runs: new Set() };

/** For who reads: what is condemned is still there. */
export async function knownToReader(context: TransferContext): Promise<Known> {
  const format = await readFormat(context.remote);
  if (!format) return unused(context);
  return { packs: await openPacks(context, format), condemned: NOTHING, empty: false };
}

export async function knownToPusher(context: TransferContext): Promise<Known> {
  const format = await readFormat(context.remote);
  if (!format) return unused(context);
  const [packs, condemned] = await Promise.all([openPacks(context, format), readCondemned(context)]);
  return { packs, condemned, empty: false };
}

/** Index files of this remote that are kept here. */
export function indexCacheOf({ state }: TransferContext, { id }: Format): IndexCache {
  // The id comes from the remote: it may be anything, also `..`.
  return openIndexCache(state === undefined ? undefined : join(state, digestBytes(id).slice(0, 32), 'index'));
}

function unused({ remote }: TransferContext): Known {
  return { packs: RemotePacks.none(remote, openIndexCache(undefined)), condemned: NOTHING, empty: true };
}

async function openPacks(context: TransferContext, format: Format): Promise<RemotePacks> {
  const { remote, report, signal } = context;
  const packs = await RemotePacks.open({
    remote,
    cache: indexCacheOf(context, format),
    ...(signal ? { signal } : {}),
  });
  for (const { message, help } of packs.failures)
    report?.({ kind: 'warning', text: `${remote.url}: ${message}`, ...(help ? { help } : {}) });
  return packs;
}

async function readCondemned({ remote }: TransferContext): Promise<Condemned> {
  const epoch = await newestEpoch(remote);
  if (!epoch) return NOTHING;
  return {
    epoch: epoch.epoch,
    packs: new Set(epoch.packs),
    objects: new Set(epoch.objects),
    runs: new Set(epoch.runs),
  };
}
