import { lstatSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { fileStat } from '../../src/store/file-stat.ts';
import { type FileToHash, hashFiles } from '../../src/store/hash.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { failuresOf, folder } from './rig.ts';

function made(dir: string, name: string, bytes: string | Buffer): FileToHash {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return { path, stat: fileStat(lstatSync(path, { bigint: true })) };
}

describe('hashing', () => {
  it('agrees with the digest of the bytes, at every size around the buffers', async () => {
    const dir = folder();
    const sizes = [0, 1, 1023, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (1 << 23) + 5];
    const bytes = sizes.map((size) => Buffer.alloc(size, size % 251));
    const files = bytes.map((each, i) => made(dir, `${i}`, each));
    const want = bytes.map((each) => digestBytes(each));
    expect((await hashFiles(files)).map((each) => each.digest)).toEqual(want);
    expect((await hashFiles(files.slice(0, 4))).map((each) => each.digest)).toEqual(want.slice(0, 4));
    expect(await hashFiles([])).toEqual([]);
  });

  it('gives the same with threads', async () => {
    const dir = folder();
    const worker = join(folder(), 'hash-worker.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, '../../src/store/hash-worker.ts')],
      outfile: worker,
      bundle: true,
      format: 'esm',
      platform: 'node',
    });
    const files = Array.from({ length: 2500 }, (_, i) => made(dir, `${i}`, `content ${i}`));
    writeFileSync(files[7]!.path, 'changed since');
    const hashed = await hashFiles(files, pathToFileURL(worker));
    expect(hashed.map((each) => each.digest)).toEqual(
      files.map((_, i) => digestBytes(i === 7 ? 'changed since' : `content ${i}`)),
    );
  });

  it('hashes a file again that changed since it was looked at, and reports its new times', async () => {
    const dir = folder();
    const file = made(dir, 'a', 'before');
    writeFileSync(file.path, 'after!');
    const [hashed] = await hashFiles([file]);
    expect(hashed!.digest).toBe(digestBytes('after!'));
    expect(hashed!.stat).toEqual(fileStat(lstatSync(file.path, { bigint: true })));
  });

  it('names a file that is gone, or is no file any more', async () => {
    const dir = folder();
    const file = made(dir, 'a', 'x');
    unlinkSync(file.path);
    expect(await failuresOf(() => hashFiles([file]))).toEqual([
      `missing: ${file.path} disappeared while it was read`,
    ]);
    symlinkSync('/etc/passwd', file.path);
    expect(await failuresOf(() => hashFiles([file]))).toEqual([
      `missing: ${file.path} disappeared while it was read`,
    ]);
  });
});
