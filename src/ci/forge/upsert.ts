// One text of ours, however many jobs write it at once, and however often an answer is lost. Each job removes only what it has just
// made and what is left over; all agree that the oldest stays:
//   job A  make 1 · list 1      · keep 1
//   job B         · make 2 · list 1, 2 · remove 2, write 1
import { CallTrouble, isRefused } from './call-trouble.ts';
import type { Written } from './forge.ts';

export interface Post {
  readonly id: number;
  readonly url: string;
}

/** All that carry one mark and are ours, and what is to stand in the one. */
export interface Posts<P extends Post> {
  /** Oldest first. */
  find(): Promise<readonly P[]>;
  create(): Promise<P>;
  /** Whether a run wrote it that began after this one: what it says stays. */
  isNewer(post: P): boolean;
  /** Whether it says what is to be said. */
  isSame(post: P): boolean;
  update(post: P): Promise<void>;
  /** Twice is no error. */
  remove(post: P): Promise<void>;
  /**
   * What `find` finds. `ours`: nothing else, so what is too many is removed. `guessed`: others' may be among it, and is
   * never removed. `single`: the host keeps one, and makes no other.
   */
  readonly found: 'ours' | 'guessed' | 'single';
}

export async function upsert<P extends Post>(posts: Posts<P>): Promise<Written & { readonly post: P }> {
  const refused = new Set<number>();
  const find = async (): Promise<readonly P[]> => (await posts.find()).filter(({ id }) => !refused.has(id));
  for (let lost = 0; ; ) {
    const [oldest, ...later] = await find();
    if (oldest !== undefined) {
      const written = await overwrite(posts, oldest);
      if (written === undefined) refused.add(oldest.id);
      else {
        if (posts.found === 'ours') for (const each of later) await posts.remove(each);
        return lost > 0 && written.how === 'unchanged' ? { ...written, how: 'created' } : written;
      }
    } else {
      const made = await unlessLost(posts.create, lost + 1);
      if (made !== undefined) return kept(posts, made, (await find())[0]);
      lost += 1;
    }
  }
}

/** What becomes of the one that was just made, where an older one has appeared meanwhile. */
async function kept<P extends Post>(
  posts: Posts<P>,
  made: P,
  oldest: P = made,
): Promise<Written & { readonly post: P }> {
  const written = oldest.id < made.id ? await overwrite(posts, oldest) : undefined;
  if (written !== undefined) await posts.remove(made);
  return written ?? { how: 'created', url: made.url, post: made };
}

/** Undefined: it is gone, or may not be written over. */
async function overwrite<P extends Post>(
  posts: Posts<P>,
  post: P,
): Promise<(Written & { readonly post: P }) | undefined> {
  if (posts.isNewer(post)) return { how: 'newer', url: post.url, post };
  if (posts.isSame(post)) return { how: 'unchanged', url: post.url, post };
  try {
    await posts.update(post);
    return { how: 'updated', url: post.url, post };
  } catch (error) {
    if (posts.found !== 'single' && isRefused(error, 403, 404, 410)) return undefined;
    throw error;
  }
}

const ATTEMPTS = 3;

/** Makes it; where the answer was lost, looks whether it was made before making it again. */
export async function createOnce<T>(
  create: () => Promise<T>,
  find: () => Promise<T | undefined>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const made = (await unlessLost(create, attempt)) ?? (await find());
    if (made !== undefined) return made;
  }
}

/** Undefined: whether it was made is not known. The last attempt throws that. */
async function unlessLost<T>(create: () => Promise<T>, attempt: number): Promise<T | undefined> {
  try {
    return await create();
  } catch (error) {
    if (attempt < ATTEMPTS && error instanceof CallTrouble && error.kind === 'lost') return undefined;
    throw error;
  }
}
