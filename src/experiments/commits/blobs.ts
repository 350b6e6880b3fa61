import { readObjects } from '../../git/objects.ts';
import type { Repository } from '../../git/repository.ts';

/** Contents by id: asked of Git in as few calls as the caller knows ids. */
export class Blobs {
  readonly #repo: Repository;
  readonly #held = new Map<string, Buffer>();

  constructor(repo: Repository) {
    this.#repo = repo;
  }

  load(ids: Iterable<string | undefined>): void {
    const wanted = [...new Set(ids)].filter((id) => id !== undefined && !this.#held.has(id)) as string[];
    for (const [at, object] of readObjects(this.#repo, wanted).entries())
      this.#held.set(wanted[at]!, object?.body ?? Buffer.alloc(0));
  }

  bytes(id: string): Buffer {
    this.load([id]);
    return this.#held.get(id)!;
  }

  text(id: string): string {
    return this.bytes(id).toString();
  }
}
