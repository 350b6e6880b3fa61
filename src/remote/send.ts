// One step of a push: objects that nothing on the remote names yet. Small ones go in packs, a few at once; the index of
// a pack is written when the pack is there and the packs before it are indexed. So what is indexed is always the
// beginning of the plan, and a push that was cut off plans the same packs for the rest.
import type { Failure } from '../core/failure.ts';
import { PACKED_MOST_BYTES } from '../store/batch.ts';
import type { PackKind } from '../store/pack.ts';
import { buildIndex } from '../store/pack-index.ts';
import type { Store } from '../store/store.ts';
import type { Progress } from '../util/progress.ts';
import { bytesBody, fileBody } from './body.ts';
import { countedBody } from './counted-body.ts';
import type { Known } from './known.ts';
import { objectName, packName } from './layout.ts';
import { buildPack, type SendablePack } from './pack-build.ts';
import type { SendPlan } from './pack-plan.ts';
import type { Body } from './remote.ts';
import { scaled } from './scaled.ts';
import { forEach, type TransferContext } from './transfer.ts';
import type { SizedRef } from './wanted.ts';

export interface Sent {
  readonly objects: number;
  readonly packs: number;
  readonly bytes: number;
  readonly failures: readonly Failure[];
}

/** Packs in memory at once. */
const PACKS_AT_ONCE = 4;
const LOOSE_AT_ONCE = 64;
/** A pack whose name is condemned gets another one by another order of its objects. */
const ORDERS = 8;

/** Everything is durable on the remote and indexed when it resolves without failures. */
export async function sendStep(
  context: TransferContext,
  known: Known,
  kind: PackKind,
  plan: SendPlan,
  progress: Progress,
): Promise<Sent> {
  const step = new Step(context, known, kind, progress);
  // A node may not come before those below it, and as packs hold the many, nodes that are loose are few.
  const looseAtOnce = kind === 'trees' ? 1 : LOOSE_AT_ONCE;
  const { signal } = context;
  const [ofPacks, ofLoose] = await Promise.all([
    forEach(plan.packs, (refs) => step.sendPack(refs), signal, PACKS_AT_ONCE),
    forEach(plan.loose, (ref) => step.sendLoose(ref), signal, looseAtOnce),
  ]);
  return { ...step.sent, failures: eachOnce([...step.damaged, ...ofPacks, ...ofLoose]) };
}

class Step {
  readonly sent = { objects: 0, packs: 0, bytes: 0 };
  readonly damaged: Failure[] = [];
  readonly #context: TransferContext;
  readonly #known: Known;
  readonly #kind: PackKind;
  readonly #progress: Progress;
  /** The index of the pack before. */
  #indexed: Promise<void> = Promise.resolve();

  constructor(context: TransferContext, known: Known, kind: PackKind, progress: Progress) {
    this.#context = context;
    this.#known = known;
    this.#kind = kind;
    this.#progress = progress;
  }

  async sendLoose(ref: SizedRef): Promise<void> {
    const { remote, store, signal } = this.#context;
    await remote.write(objectName(ref.digest), countedBody(bodyOf(store, ref), this.#progress, signal));
    this.#done(1, ref.bytes);
  }

  /** Calls are made in the order of the plan. */
  sendPack(refs: readonly SizedRef[]): Promise<void> {
    const before = this.#indexed;
    const sent = this.#sendPack(refs, before);
    this.#indexed = sent;
    return sent;
  }

  async #sendPack(refs: readonly SizedRef[], before: Promise<void>): Promise<void> {
    before.catch(() => undefined); // told below, once its own pack is through
    const pack = await this.#build(refs);
    for (const each of pack.failures) this.damaged.push(each);
    if (pack.refs.length > 0) await this.#writePack(pack);
    await before;
    if (pack.refs.length === 0) return;
    await this.#known.packs.addIndex(buildIndex([pack]));
    this.#done(pack.refs.length, stored(pack));
    this.sent.packs++;
  }

  async #writePack(pack: SendablePack): Promise<void> {
    const { remote, signal } = this.#context;
    if (this.#known.packs.holds(pack) && !this.#isCondemned(pack)) {
      this.#progress.moved(stored(pack)); // sent before, by a push that was cut off
      return;
    }
    const moved = scaled(this.#progress.moved, stored(pack), pack.bytes);
    const body = countedBody(bytesBody(pack.file, pack.digest), { ...this.#progress, moved }, signal);
    await remote.write(packName(pack.digest), body);
    this.#known.packs.addPack(pack);
  }

  async #build(refs: readonly SizedRef[]): Promise<SendablePack> {
    const { store } = this.#context;
    let order = refs;
    for (let tried = 1; ; tried++) {
      const pack = await buildPack(store, this.#kind, order);
      if (!this.#isCondemned(pack) || tried === Math.min(ORDERS, refs.length)) return pack;
      order = [...order.slice(1), order[0]!];
    }
  }

  #isCondemned({ digest }: SendablePack): boolean {
    return this.#known.condemned.packs.has(digest);
  }

  #done(objects: number, bytes: number): void {
    this.sent.objects += objects;
    this.sent.bytes += bytes;
    this.#progress.done(objects);
  }
}

function stored({ refs }: SendablePack): number {
  return refs.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Small objects are proved here as they are opened; of large ones the remote proves the digest. */
function bodyOf(store: Store, { digest, bytes }: SizedRef): Body {
  if (bytes > PACKED_MOST_BYTES) return fileBody(store.pathOf(digest), bytes, digest);
  return { bytes, digest, open: ({ start, end }) => store.read(digest).subarray(start, end) };
}

/** The same trouble may meet packs and loose objects. */
function eachOnce(failures: readonly Failure[]): Failure[] {
  return [...new Map(failures.map((each) => [`${each.exit} ${each.message}`, each])).values()];
}
