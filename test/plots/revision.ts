import { readPoints } from '../../src/plots/read.ts';
import type { Revision } from '../../src/plots/sources.ts';

type Files = { readonly [path: string]: string };

/** Files that are not on any disk, as one revision has them. */
export function revisionOf(name: string, files: Files): Revision {
  return {
    name,
    read: (file, header) =>
      files[file] === undefined
        ? { kind: 'absent', problem: 'is not there' }
        : readPoints(file, Buffer.from(files[file]), header),
  };
}
