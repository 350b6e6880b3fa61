// The contract of Remote, run for every implementation. `open` gives an empty remote; two calls share one place.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '../../src/core/ids.ts';
import { bytesBody, collect, fileBody, textBody } from '../../src/remote/body.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { byUtf8 } from '../../src/util/compare.ts';
import { digestBytes } from '../../src/util/digest.ts';

export interface Place {
  /** Another view of the same remote, as another process has it. */
  open(): Promise<Remote>;
}

const MIB = 2 ** 20;

export function remoteContract(name: string, newPlace: () => Promise<Place>): void {
  describe(`${name} keeps the contract of a remote`, () => {
    const scratch = mkdtempSync(join(tmpdir(), 'mlops-remote-'));
    afterAll(() => rmSync(scratch, { recursive: true, force: true }));
    let place: Place;
    let remote: Remote;
    beforeEach(async () => {
      place = await newPlace();
      remote = await place.open();
    });

    it('gives back what was written, to any other view of it', async () => {
      expect(await remote.write('objects/ab/cd', textBody('hello\n'))).toBe('written');
      expect(String(await (await place.open()).read('objects/ab/cd', collect))).toBe('hello\n');
      expect(await remote.stat('objects/ab/cd')).toEqual({ bytes: 6 });
    });

    it('holds empty bodies', async () => {
      await remote.write('objects/e3/b0', bytesBody(new Uint8Array()));
      expect((await remote.read('objects/e3/b0', collect))?.length).toBe(0);
      expect(await remote.stat('objects/e3/b0')).toEqual({ bytes: 0 });
    });

    it('says undefined for a name that is not there, also below a name that is', async () => {
      await remote.write('objects/ab/cd', textBody('x'));
      for (const absent of ['objects/ab/ce', 'nothing/here', 'objects/ab']) {
        expect(await remote.read(absent, collect)).toBeUndefined();
        expect(await remote.stat(absent)).toBeUndefined();
      }
    });

    it('replaces a name', async () => {
      await remote.write('a', textBody('one'));
      await remote.write('a', textBody('twelve'));
      expect(String(await remote.read('a', collect))).toBe('twelve');
    });

    it('writes a name only once when asked to, whoever comes first', async () => {
      const views = await Promise.all(Array.from({ length: 8 }, () => place.open()));
      const answers = await Promise.all(
        views.map((view, index) => view.write('format.json', textBody(`writer ${index}`), 'new')),
      );
      expect(answers.filter((each) => each === 'written')).toHaveLength(1);
      expect(String(await remote.read('format.json', collect))).toBe(`writer ${answers.indexOf('written')}`);
      expect(await remote.write('format.json', textBody('late'), 'new')).toBe('exists');
    });

    it('takes equal bodies for one name from several writers', async () => {
      const bytes = randomBytes(200_000);
      const views = await Promise.all(Array.from({ length: 6 }, () => place.open()));
      await Promise.all(views.map((view) => view.write('objects/aa/bb', bytesBody(bytes))));
      expect(await remote.read('objects/aa/bb', collect)).toEqual(bytes);
    });

    it('reads ranges', async () => {
      await remote.write('a', textBody('0123456789'));
      expect(String(await remote.read('a', collect, { start: 0, end: 1 }))).toBe('0');
      expect(String(await remote.read('a', collect, { start: 3, end: 7 }))).toBe('3456');
      expect(String(await remote.read('a', collect, { start: 8, end: 10 }))).toBe('89');
    });

    it('reads of a range what there is of it', async () => {
      await remote.write('a', textBody('0123456789'));
      expect(String(await remote.read('a', collect, { start: 8, end: 20 }))).toBe('89');
      for (const range of [
        { start: 10, end: 20 },
        { start: 5000, end: 5_000_000 },
        { start: 3, end: 3 },
      ])
        expect((await remote.read('a', collect, range))?.length).toBe(0);
      expect(await remote.read('b', collect, { start: 10, end: 20 })).toBeUndefined();
    });

    it('lists by prefix in order of bytes, goes on after a name, and shows nothing else', async () => {
      // "-" sorts before "/" and "0" after it: order is of whole names, not folder by folder.
      const names = [
        'runs/a-b',
        'runs/a/1',
        'runs/a/2',
        'runs/a0',
        'runs/é',
        'runs/𝒜',
        'runs/\uffee',
        'run',
        'zoo',
      ];
      for (const each of names) await remote.write(each, textBody(each));
      const under = names.filter((each) => each.startsWith('runs/')).sort(byUtf8);
      expect((await all(remote.list('runs/'))).map((each) => each.name)).toEqual(under);
      expect(await all(remote.list('runs/a/'))).toEqual([
        { name: 'runs/a/1', bytes: 8, modified: expect.any(Number) },
        { name: 'runs/a/2', bytes: 8, modified: expect.any(Number) },
      ]);
      expect((await all(remote.list('runs/a'))).map((each) => each.name)).toEqual([
        'runs/a-b',
        'runs/a/1',
        'runs/a/2',
        'runs/a0',
      ]);
      for (const after of under) {
        const rest = (await all(remote.list('runs/', after))).map((each) => each.name);
        expect(rest).toEqual(under.slice(under.indexOf(after) + 1));
      }
      expect(await all(remote.list('none/'))).toEqual([]);
    });

    it('removes many names, absent ones too', async () => {
      await remote.write('a/1', textBody('1'));
      await remote.write('a/2', textBody('2'));
      await remote.write('b', textBody('3'));
      await remote.remove(['a/1', 'a/2', 'a/9']);
      await remote.remove([]);
      expect((await all(remote.list(''))).map((each) => each.name)).toEqual(['b']);
      const thousands = Array.from({ length: 2300 }, (_, i) => `many/${i}`);
      const there = ['many/0', 'many/999', 'many/1000', 'many/2299'];
      for (const each of [...there, 'many/x']) await remote.write(each, textBody(each));
      await remote.remove(thousands);
      expect((await all(remote.list('many/'))).map((each) => each.name)).toEqual(['many/x']);
    });

    it('refuses bytes that are not their digest, and leaves the name alone', async () => {
      const lie = { ...textBody('hello'), digest: digestBytes('hallo') };
      await expect(remote.write('objects/aa/cc', lie)).rejects.toMatchObject({
        failures: [{ exit: 'integrity' }],
      });
      expect(await remote.stat('objects/aa/cc')).toBeUndefined();
    });

    it('sends files of every size, by parts above 32 MiB', async () => {
      for (const bytes of [1, 5 * MIB + 3, 32 * MIB, 32 * MIB + 1]) {
        const content = randomBytes(bytes);
        const path = join(scratch, String(bytes));
        writeFileSync(path, content);
        const digest = digestBytes(content);
        await remote.write(`objects/${bytes}`, fileBody(path, bytes, digest));
        expect(await remote.stat(`objects/${bytes}`)).toEqual({ bytes });
        expect(digestBytes((await remote.read(`objects/${bytes}`, collect))!)).toBe(digest);
      }
    });

    it('refuses a large file that is not its digest, and keeps no part of it', async () => {
      const path = join(scratch, 'large');
      writeFileSync(path, Buffer.alloc(33 * MIB));
      const lie = fileBody(path, 33 * MIB, digestBytes('other') as Digest);
      await expect(remote.write('objects/large', lie)).rejects.toMatchObject({
        failures: [{ exit: 'integrity' }],
      });
      expect(await all(remote.list(''))).toEqual([]);
    });
  });
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const each of items) list.push(each);
  return list;
}
