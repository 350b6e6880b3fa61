// Where the page and the pictures go. The page is a view: Git does not see it, and nothing but a page of ours is overwritten
// unasked.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail } from '../../core/failure.ts';
import type { RepoPath } from '../../core/ids.ts';
import { excludeHere } from '../../git/exclude.ts';
import { trackedAmong } from '../../git/files.ts';
import type { Repository } from '../../git/repository.ts';
import type { Figure } from '../../plots/figure.ts';
import { PLOTS_MARK } from '../../render/plots/page.ts';
import { svgFiles } from '../../render/plots/svg-file.ts';
import { writeAtomic } from '../../util/atomic-write.ts';

const PAGE = 'plots.html' as RepoPath;

/** Returns where it lies. */
export function writePage(repo: Repository, cwd: string, html: string, out: string | undefined): string {
  if (out !== undefined) {
    const path = resolve(cwd, out);
    writeAtomic(path, html, { durable: false });
    return path;
  }
  const path = `${repo.top}/${PAGE}`;
  const foreign = existsSync(path) && !readFileSync(path, 'utf8').includes(PLOTS_MARK);
  if (foreign || trackedAmong(repo, [PAGE]).size > 0)
    fail('refused', `${PAGE} is not a page that may be drawn over`, {
      help: 'it is tracked by Git or was made by something else; name another: --out FILE',
    });
  excludeHere(repo, PAGE);
  writeAtomic(path, html, { durable: false });
  return path;
}

/** Returns their paths. */
export function writeSvgs(cwd: string, dir: string, figures: readonly Figure[]): string[] {
  return svgFiles(figures).map(({ name, text }) => {
    const path = join(resolve(cwd, dir), name);
    writeAtomic(path, text, { durable: false });
    return path;
  });
}
