// Where a page goes that a command draws: to the file that was named, else into Git's own folder of the work tree, where
// Git does not see it and nothing of the user's is drawn over.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Project } from '../project.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import type { Io } from './command.ts';

export interface Page {
  readonly html: string;
  /** `plots.html`, where no file is named. */
  readonly unnamed: string;
  /** As typed. */
  readonly file: string | undefined;
}

/** Returns its absolute path. */
export function writePage({ cwd }: Io, { state }: Project, { html, unnamed, file }: Page): string {
  const path = file === undefined ? join(state.worktree, unnamed) : resolve(cwd, file);
  writeAtomic(path, html, { durable: false });
  return path;
}

/** What the page runs: src/browser/<name>, built beside the bundle. */
export function pageScript(name: 'exp' | 'plots'): string {
  return readFileSync(new URL(`./${name}-page.js`, import.meta.url), 'utf8');
}
