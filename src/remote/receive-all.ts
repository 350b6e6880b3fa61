// Objects from a remote into the store: out of packs where they lie in one, else as files of their own. A place that
// holds something else is passed over for the next one, so a damaged pack costs only what lies nowhere else.
import type { Amount } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import type { Batch } from '../store/batch.ts';
import type { PackKind } from '../store/pack.ts';
import { type Progress, startProgress } from '../util/progress.ts';
import type { Known } from './known.ts';
import { type PackRead, planReads } from './pack-reads.ts';
import type { PackedAt } from './packs.ts';
import { receive } from './receive.ts';
import { receivePacked } from './receive-packed.ts';
import { forEach, type TransferContext } from './transfer.ts';
import type { ObjectRef } from './wanted.ts';

export interface Received {
  readonly objects: number;
  /** Those that they came in. */
  readonly packs: ReadonlySet<Digest>;
  readonly bytes: number;
  /** The remote says that it does not have them. */
  readonly absent: readonly ObjectRef[];
  readonly failures: readonly Failure[];
}

export const NOTHING_RECEIVED: Received = {
  objects: 0,
  packs: new Set(),
  bytes: 0,
  absent: [],
  failures: [],
};

/** So much is made durable together: what came before a cut stays. Also what reads of packs may hold in memory. */
const SLICE_OBJECTS = 1000;
const SLICE_BYTES = 128 << 20;
const READS_AT_ONCE = 16;

/** What arrived before a failure, or before the signal, is kept. `kind`: what the objects are. */
export async function receiveAll(
  context: TransferContext,
  known: Known,
  refs: readonly ObjectRef[],
  kind: PackKind,
): Promise<Received> {
  if (known.empty) return { ...NOTHING_RECEIVED, absent: refs };
  const progress = startProgress(context.report, 'fetch', amountOf(refs));
  try {
    return await new Receiver(context, known, kind, progress).all(refs);
  } finally {
    progress.finish();
  }
}

/** Of tree nodes nothing says the size. */
function amountOf(refs: readonly ObjectRef[]): Partial<Amount> {
  const items = refs.length;
  if (refs.some(({ bytes }) => bytes === undefined)) return { items };
  return { items, bytes: refs.reduce((sum, { bytes = 0 }) => sum + bytes, 0) };
}

class Receiver {
  readonly #context: TransferContext;
  readonly #known: Known;
  readonly #kind: PackKind;
  readonly #progress: Progress;
  readonly #got = { objects: 0, bytes: 0 };
  readonly #packs = new Set<Digest>();
  readonly #absent: ObjectRef[] = [];
  /** Packs that did not hold what their index says, or are gone. */
  readonly #spoiled = new Set<Digest>();
  /** Why objects did not come out of packs: told of those that do not come from elsewhere either. */
  readonly #lost = new Map<ObjectRef, Failure>();

  constructor(context: TransferContext, known: Known, kind: PackKind, progress: Progress) {
    this.#context = context;
    this.#known = known;
    this.#kind = kind;
    this.#progress = progress;
  }

  async all(refs: readonly ObjectRef[]): Promise<Received> {
    const { packs } = this.#known;
    await packs.look(refs.map(({ digest }) => digest));
    const loose: ObjectRef[] = [];
    let failures: readonly Failure[] = [];
    for (let left = refs; left.length > 0 && failures.length === 0; ) {
      const packed: (readonly [ObjectRef, PackedAt])[] = [];
      for (const ref of left) {
        const at = packs.find(ref.digest, ref.bytes, (pack) => !this.#spoiled.has(pack.digest));
        if (at) packed.push([ref, at]);
        else loose.push(ref);
      }
      const lost: ObjectRef[] = [];
      failures = await this.#fromPacks(planReads(packed), lost);
      left = lost;
    }
    if (failures.length === 0) failures = await this.#loose(loose);
    const lost = countedOnce(this.#absent.flatMap((ref) => this.#lost.get(ref) ?? []));
    const absent = this.#absent.filter((ref) => !this.#lost.has(ref));
    return { ...this.#got, packs: this.#packs, absent, failures: [...lost, ...failures] };
  }

  async #fromPacks(reads: readonly PackRead[], lost: ObjectRef[]): Promise<readonly Failure[]> {
    for (const slice of sliced(reads, SLICE_BYTES)) {
      const failures = await this.#landing((batch) =>
        forEach(slice, (read) => this.#read(batch, read, lost), this.#context.signal, READS_AT_ONCE),
      );
      if (failures.length > 0) return failures;
    }
    return [];
  }

  async #read(batch: Batch, read: PackRead, lost: ObjectRef[]): Promise<void> {
    const { remote, store } = this.#context;
    const part = await receivePacked(remote, store, batch, read, (bytes) => this.#moved(bytes));
    this.#packs.add(read.pack.digest);
    this.#done(part.objects);
    if (part.lost.length === 0) return;
    this.#spoiled.add(read.pack.digest);
    for (const ref of part.lost) {
      if (part.failure) this.#lost.set(ref, part.failure);
      lost.push(ref);
    }
  }

  async #loose(refs: readonly ObjectRef[]): Promise<readonly Failure[]> {
    const { remote, store, signal } = this.#context;
    for (let start = 0; start < refs.length; start += SLICE_OBJECTS) {
      const failures = await this.#landing((batch) =>
        forEach(
          refs.slice(start, start + SLICE_OBJECTS),
          async (ref) => {
            if (await receive(remote, store, batch, ref, (bytes) => this.#moved(bytes))) this.#done(1);
            else this.#absent.push(ref);
          },
          signal,
        ),
      );
      if (failures.length > 0) return failures;
    }
    return [];
  }

  async #landing(work: (batch: Batch) => Promise<readonly Failure[]>): Promise<readonly Failure[]> {
    const batch = this.#context.store.batch(this.#kind);
    try {
      return await work(batch);
    } finally {
      await batch.finish().finally(() => batch.abandon());
    }
  }

  #moved(bytes: number): void {
    this.#context.signal?.throwIfAborted(); // every chunk passes here
    this.#got.bytes += bytes;
    this.#progress.moved(bytes);
  }

  #done(objects: number): void {
    this.#got.objects += objects;
    this.#progress.done(objects);
  }
}

/** What one read lost has one reason, however many objects it cost. */
function countedOnce(failures: readonly Failure[]): Failure[] {
  const counts = new Map<Failure, number>();
  for (const each of failures) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].map(([each, count]) =>
    count === 1 ? each : { ...each, message: `${each.message}, and ${count - 1} more of its objects` },
  );
}

function* sliced(reads: readonly PackRead[], most: number): Generator<PackRead[]> {
  let slice: PackRead[] = [];
  let bytes = 0;
  for (const read of reads) {
    const length = read.end - read.start;
    if (slice.length > 0 && bytes + length > most) {
      yield slice;
      slice = [];
      bytes = 0;
    }
    slice.push(read);
    bytes += length;
  }
  if (slice.length > 0) yield slice;
}
