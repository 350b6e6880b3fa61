// At most so many operations at once, over everything a command does with one remote.
import type { Entry, Remote } from './remote.ts';

/** A read holds its place until the body is used, a listing while it fetches the next entries. */
export function withLimit(remote: Remote, atOnce: number): Remote {
  const take = places(atOnce);
  const place = async <T>(work: () => Promise<T>): Promise<T> => {
    const leave = await take();
    try {
      return await work();
    } finally {
      leave();
    }
  };
  return {
    url: remote.url,
    read: (name, use, range) => place(() => remote.read(name, use, range)),
    write: (name, body, only) => place(() => remote.write(name, body, only)),
    stat: (name) => place(() => remote.stat(name)),
    remove: (names) => place(() => remote.remove(names)),
    async *list(prefix, after): AsyncGenerator<Entry> {
      const entries = remote.list(prefix, after)[Symbol.asyncIterator]();
      for (;;) {
        const next = await place(() => entries.next());
        if (next.done) return;
        yield next.value;
      }
    },
  };
}

/** Waits for a place; what it gives is called once, to leave it. */
export type Place = () => Promise<() => void>;

/** First come, first served. */
export function places(count: number): Place {
  let free = count;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  return async () => {
    if (free > 0) free--;
    else await new Promise<void>((go) => waiting.push(go));
    return leave;
  };
}
