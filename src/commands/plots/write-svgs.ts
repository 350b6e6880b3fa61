import { join, resolve } from 'node:path';
import type { Figure } from '../../plots/figure.ts';
import { svgFiles } from '../../render/plots/svg-file.ts';
import { writeAtomic } from '../../util/atomic-write.ts';

/** Returns their paths. */
export function writeSvgs(cwd: string, dir: string, figures: readonly Figure[]): string[] {
  return svgFiles(figures).map(({ name, text }) => {
    const path = join(resolve(cwd, dir), name);
    writeAtomic(path, text, { durable: false });
    return path;
  });
}
