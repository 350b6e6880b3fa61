// The file system's own clock. Comparing a file's times with Date.now() would compare two clocks.
import { closeSync, constants, fstatSync, openSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { naming } from '../util/errno.ts';

/** Times in nanoseconds. */
export interface Clock {
  now(): bigint;
  /** Two writes closer together than this may get the same time. */
  readonly granularity: bigint;
}

const FINE = 20_000_000n;
const COARSE = 2_000_000_000n;
/** statfs magic numbers of file systems with times of up to two seconds, or kept by another machine: NFS, SMB, CIFS, FAT, exFAT, FUSE. */
const COARSE_TYPES = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x4d44, 0x2011bab0, 0x65735546]);

/** Asks by writing to a file in `dir`, which exists and should lie on the file system of the files it is compared with. */
export function fileSystemClock(dir: string): Clock {
  const probe = join(dir, '.clock');
  return {
    granularity: COARSE_TYPES.has(statfsSync(dir).type) ? COARSE : FINE,
    now: () => {
      const fd = openSync(probe, constants.O_WRONLY | constants.O_CREAT, 0o666);
      return naming(probe, () => {
        try {
          writeSync(fd, '.', 0); // over the same byte: nothing is freed or allocated
          return fstatSync(fd, { bigint: true }).mtimeNs;
        } finally {
          closeSync(fd);
        }
      });
    },
  };
}
