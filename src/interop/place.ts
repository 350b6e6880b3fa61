// Puts the files of an export into a folder, over those of the last export and beside everything else that is there.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../util/atomic-write.ts';
import type { ExportedFiles } from './exported.ts';

export function placeFiles(dir: string, files: ExportedFiles): void {
  if (!existsSync(dir)) {
    mkdirSync(dir, { recursive: true });
    // It can be made again: Git and `git add -A` of the next experiment pass it over.
    writeAtomic(join(dir, '.gitignore'), '*\n', { durable: false });
  }
  for (const [path, content] of files)
    if (path.endsWith('/')) mkdirSync(join(dir, path), { recursive: true });
    else writeAtomic(join(dir, path), content, { durable: false });
}
