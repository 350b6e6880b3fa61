import { Readable } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import { receive } from '../../src/remote/receive.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { folderRemote, newStore, removeFolders } from './rig.ts';

afterAll(removeFolders);

it.each([undefined, 100, 3 * 2 ** 20])(
  'stops a body without end (%s bytes were announced)',
  async (bytes) => {
    const store = newStore();
    const endless: Remote = {
      ...folderRemote(),
      read: (_, use) =>
        use(
          Readable.from(
            (function* () {
              for (;;) yield Buffer.alloc(65_536);
            })(),
          ),
        ),
    };
    const ref = { digest: digestBytes('x'), path: 'x', ...(bytes === undefined ? {} : { bytes }) };
    const batch = store.batch();
    await expect(receive(endless, store, batch, ref, () => {})).rejects.toMatchObject({
      failures: [{ exit: 'integrity' }],
    });
    await batch.finish();
    expect([...store.list()]).toEqual([]);
  },
);
