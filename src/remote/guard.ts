// Nothing on a remote is read or written before its format.json was: once, with the first verb that a command uses.
import { readFormat } from './format.ts';
import type { Entry, Remote } from './remote.ts';

export function withGuard(remote: Remote): Remote {
  let checked: Promise<unknown> | undefined;
  const check = async (name = ''): Promise<void> => {
    if (name === 'format.json') return;
    checked ??= readFormat(remote);
    try {
      await checked;
    } catch (error) {
      checked = undefined; // it may answer next time
      throw error;
    }
  };
  return {
    url: remote.url,
    read: async (name, use, range) => check(name).then(() => remote.read(name, use, range)),
    write: async (name, body, only) => check(name).then(() => remote.write(name, body, only)),
    stat: async (name) => check(name).then(() => remote.stat(name)),
    remove: async (names) => check().then(() => remote.remove(names)),
    async *list(prefix, after): AsyncGenerator<Entry> {
      await check();
      yield* remote.list(prefix, after);
    },
  };
}
