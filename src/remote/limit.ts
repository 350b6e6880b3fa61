// At most so many operations at once, over everything a command does with one remote.
import type { Entry, Remote } from './remote.ts';

/** A read holds its place until the body is used, a listing while it fetches the next entries. */
export function withLimit(remote: Remote, atOnce: number): Remote {
  const place = places(atOnce);
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

/** First come, first served. */
function places(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
