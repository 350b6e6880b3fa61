// Work to do: files, pipelines and tables, the same bytes on every run.
import { createCipheriv } from 'node:crypto';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Bytes that do not compress, drawn from `seed`. */
function stream(seed) {
  const key = Buffer.alloc(16);
  key.writeUInt32LE(seed);
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  return (bytes) => cipher.update(Buffer.alloc(bytes));
}

/** `count` files of `bytes` bytes, 100 in each folder. */
export function manyFiles(dir, count, bytes) {
  const next = stream(1);
  for (let i = 0; i < count; i++) {
    const folder = join(dir, String(Math.floor(i / 100)).padStart(5, '0'));
    if (i % 100 === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${String(i).padStart(7, '0')}.bin`), next(bytes));
  }
}

/** `count` files of `bytes` bytes in one folder. */
export function flatFiles(dir, count, bytes) {
  const next = stream(1);
  mkdirSync(dir, { recursive: true });
  for (let i = 0; i < count; i++) writeFileSync(join(dir, `${String(i).padStart(7, '0')}.bin`), next(bytes));
}

/** Makes the files below `dir` a minute old: tools that compare times to the second look twice at younger ones. */
export function age(dir) {
  const then = Date.now() / 1000 - 60;
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), then, then);
}

/** @returns {{files: number, bytes: number}} of all regular files below `dir` */
export function contents(dir) {
  const sum = { files: 0, bytes: 0 };
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) {
      const below = contents(path);
      sum.files += below.files;
      sum.bytes += below.bytes;
    } else if (entry.isFile()) {
      sum.files++;
      sum.bytes += lstatSync(path).size;
    }
  }
  return sum;
}

export function bigFile(path, bytes) {
  const next = stream(2);
  const chunk = 2 ** 24;
  const fd = openSync(path, 'w');
  for (let left = bytes; left > 0; left -= chunk) writeSync(fd, next(Math.min(chunk, left)));
  closeSync(fd);
}

/** Stages that copy a file each, as a foreach that `mlops` and DVC read alike; `file` is what it is called. */
export function copyStages(dir, file, count) {
  const names = Array.from({ length: count }, (_, i) => `s${String(i).padStart(5, '0')}`);
  mkdirSync(join(dir, 'in'), { recursive: true });
  mkdirSync(join(dir, 'out'), { recursive: true });
  for (const name of names) writeFileSync(join(dir, 'in', name), `${name}\n`);
  writeFileSync(
    join(dir, file),
    `stages:
  copy:
    foreach: [${names.join(', ')}]
    do:
      cmd: cp in/\${item} out/\${item}
      deps: ['in/\${item}']
      outs: ['out/\${item}']
`,
  );
  return names;
}

/** `count` stages that sleep a second. */
export function sleepStages(dir, file, count) {
  const stages = Array.from(
    { length: count },
    (_, i) => `  nap${i}:\n    cmd: sleep 1 && echo ${i} > nap${i}\n    outs: [nap${i}]`,
  );
  writeFileSync(join(dir, file), `stages:\n${stages.join('\n')}\n`);
}

/**
 * A table of 40 numbers and 9 categories, some cells empty; `shift` moves the mean of every fourth column by so many
 * standard deviations.
 */
export function table(path, rows, seed, shift) {
  const uniform = draws(seed);
  const header = [...range(40).map((i) => `x${i}`), ...range(9).map((i) => `c${i}`)];
  const lines = [header.join(',')];
  for (let row = 0; row < rows; row++) {
    const numbers = range(40).map((i) => {
      const value = uniform() + uniform() + uniform() + uniform() - 2 + (i % 4 === 0 ? shift * 0.577 : 0);
      return i % 5 === 0 && uniform() < 0.02 ? '' : value.toFixed(5);
    });
    const categories = range(9).map((i) => `v${Math.floor(uniform() ** 1.5 * (3 + 2 * i))}`);
    lines.push([...numbers, ...categories].join(','));
  }
  writeFileSync(path, `${lines.join('\n')}\n`);
}

function range(count) {
  return Array.from({ length: count }, (_, i) => i);
}

/** Numbers in [0, 1): mulberry32. */
function draws(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
