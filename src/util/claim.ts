// Claims: how processes agree who works on what, without a lock server and without trusting that nobody dies.
//
// A claim is a file `<name>-<hash16>.<n>`. Generation n+1 may be created only by one who judged n released or dead;
// creation is exclusive, so of many who judged the same only one wins. The highest generation is never removed: whoever
// judged an older state finds a higher generation after creating its own, and withdraws. ("See that it is dead, unlink,
// create exclusively" gives two owners: between the look and the unlink another may have created a fresh one.)
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ClaimContent,
  type ClaimDir,
  claimSlug,
  createWhole,
  generations,
  isDead,
  readClaim,
  replaceWhole,
  unlink,
} from './claim-file.ts';
import { orAbsent } from './errno.ts';
import type { ProcessGroup } from './process.ts';

/** What the claimant says. Paths are compared by whoever reads them; here they are only kept. */
export interface ClaimWish {
  /** For people: `stage train`, `checkout`. */
  readonly what: string;
  /** Names that are claimed with it. */
  readonly also?: readonly string[];
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
}

export type Attempt =
  /** `after`: who held it and died. */
  { readonly claim: Claim; readonly after?: ClaimContent } | { readonly heldBy: ClaimContent };

/** Claims `name`, or says who holds it. Synchronous: about ten system calls. */
export function tryClaim(claims: ClaimDir, name: string, wish: ClaimWish): Attempt {
  const slug = claimSlug(name);
  for (;;) {
    const last = generations(claims.dir, slug).at(-1) ?? 0;
    const content = last === 0 ? undefined : readClaim(claims, `${slug}.${last}`);
    if (content && !content.released && !isDead(claims, `${slug}.${last}`, content))
      return { heldBy: content };
    const claim = create(claims, name, last + 1, wish, {});
    if (!claim) continue;
    const all = generations(claims.dir, slug);
    if (all.at(-1) === last + 1) {
      for (const old of all.slice(0, -1)) unlink(join(claims.dir, `${slug}.${old}`));
      return content && !content.released ? { claim, after: content } : { claim };
    }
    claim.remove();
  }
}

/**
 * Creates generation `n` of `name`; undefined when it exists. Only for those who know by other means that nobody else
 * judges `name` now and that `n` is used once: its release removes the file. Everybody else calls `tryClaim`.
 */
export function createClaim(claims: ClaimDir, name: string, n: number, wish: ClaimWish): Claim | undefined {
  return create(claims, name, n, wish, { once: true });
}

function create(
  claims: ClaimDir,
  name: string,
  n: number,
  wish: ClaimWish,
  kind: { readonly once?: true },
): Claim | undefined {
  const content: ClaimContent = {
    ...claims.self,
    name,
    ...(wish.also ? { also: wish.also } : {}),
    what: wish.what,
    reads: wish.reads ?? [],
    writes: wish.writes ?? [],
    nonce: randomUUID(),
    since: new Date().toISOString(),
    ...kind,
  };
  const file = `${claimSlug(name)}.${n}`;
  return createWhole(claims.dir, file, content) ? new Claim(claims, file, n, content) : undefined;
}

export class Claim {
  readonly n: number;
  readonly #claims: ClaimDir;
  readonly #file: string;
  readonly #beat: NodeJS.Timeout;
  #content: ClaimContent;

  constructor(claims: ClaimDir, file: string, n: number, content: ClaimContent) {
    this.#claims = claims;
    this.#file = file;
    this.n = n;
    this.#content = content;
    this.#beat = setInterval(() => this.#showLife(), claims.times.beatMs);
    this.#beat.unref();
  }

  get nonce(): string {
    return this.#content.nonce;
  }

  /** Whether nobody judged this claim dead and took it over. Asked before anything is recorded under it. */
  isMine(): boolean {
    if (readClaim(this.#claims, this.#file)?.nonce !== this.nonce) return false;
    // A generation that is used once is taken over by removing it.
    if (this.#content.once) return true;
    return generations(this.#claims.dir, claimSlug(this.#content.name)).at(-1) === this.n;
  }

  /** Replaces the process group that works under this claim. False when the claim was taken over. */
  update(group: ProcessGroup | undefined): boolean {
    if (!this.isMine()) return false;
    const { group: _, ...rest } = this.#content;
    this.#content = group ? { ...rest, group } : rest;
    replaceWhole(this.#claims.dir, this.#file, this.#content);
    return true;
  }

  /** Lets the next one in. May be called twice. */
  release(): void {
    if (this.#content.once) this.remove();
    else if (!this.#content.released) this.#mark();
  }

  /** Without asking whether it is still mine: below a higher generation nobody reads what it says. */
  #mark(): void {
    clearInterval(this.#beat);
    this.#content = { ...this.#content, released: true };
    replaceWhole(this.#claims.dir, this.#file, this.#content);
  }

  /** As if it had never been. Not for the highest generation of a name that others judge. */
  remove(): void {
    clearInterval(this.#beat);
    if (readClaim(this.#claims, this.#file)?.nonce === this.nonce) unlink(join(this.#claims.dir, this.#file));
  }

  /** Writes the byte that is there, so that the file server sets the time: utimes would set that of this machine. */
  #showLife(): void {
    if (readClaim(this.#claims, this.#file)?.nonce !== this.nonce) {
      clearInterval(this.#beat);
      return;
    }
    const fd = orAbsent(() => openSync(join(this.#claims.dir, this.#file), 'r+'), undefined);
    if (fd === undefined) return;
    try {
      writeSync(fd, '{', 0);
    } finally {
      closeSync(fd);
    }
  }
}
