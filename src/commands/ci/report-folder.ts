// The folder that a run leaves: `ci.json`, `comment.md`, `index.html` and, beside it, the pages that it links to. It may be
// handed to another job as it is.
import { copyFileSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { fail } from '../../core/failure.ts';
import { renderPipelineMarkdown } from '../../render/pipeline/markdown.ts';
import { renderPipelinePage } from '../../render/pipeline/page.ts';
import type { PipelineView } from '../../render/pipeline/types.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { orAbsent } from '../../util/errno.ts';
import { isTemporary } from '../../util/temporary-file.ts';
import type { CiRecord } from './record.ts';

const LAZY = { durable: false } as const;

/**
 * Empties it of what an earlier run left there.
 * @throws MlopsError `refused` for a folder of somebody else's things: it would be hidden from Git
 */
export function openReport(dir: string, top: string): void {
  const link = linkOnTheWay(dir, top);
  if (link !== undefined)
    fail('refused', `${link} is a link: a report there would lie wherever it leads`, {
      help: 'a repository that holds it may be hostile; --out names another folder',
    });
  const there: readonly string[] = orAbsent(() => readdirSync(dir), []);
  const others = there.filter((name) => !isBegun(dir, name));
  if (others.length > 0 && !there.includes('ci.json'))
    fail('refused', `${dir} is no folder of a report: it holds ${others.slice(0, 3).join(', ')}`, {
      help: '--out names a new folder, an empty one, or one of an earlier run',
    });
  // What tells whose folder it is goes last.
  for (const each of ['comment.md', 'index.html', 'pages', 'images', 'ci.json'])
    rmSync(join(dir, each), { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  // Wherever it lies, it is no part of the repository.
  writeAtomic(join(dir, '.gitignore'), HIDDEN, LAZY);
}

const HIDDEN = '*\n';

/** What a run leaves that ended before it wrote a record. */
function isBegun(dir: string, name: string): boolean {
  if (name === '.gitignore') return orAbsent(() => readFileSync(join(dir, name), 'utf8'), '') === HIDDEN;
  return isTemporary(name);
}

/** Of what lies in the work tree, which anybody may have written: the first part of the path that leads elsewhere. */
function linkOnTheWay(dir: string, top: string): string | undefined {
  const parts = relative(top, dir).split(sep);
  if (parts[0] === '..' || isAbsolute(parts[0]!)) return undefined;
  return parts
    .map((_, at) => join(top, ...parts.slice(0, at + 1)))
    .find((each) => orAbsent(() => lstatSync(each), undefined)?.isSymbolicLink());
}

/** Without the reports of stages and the files of data that changed, which may be of any size: nothing is drawn from them that their view does not say. */
export function writeRecord(dir: string, whole: CiRecord): void {
  const stages = whole.view.stages.map((stage) => ({ ...stage, report: null }));
  const { changes } = whole.view;
  const data = changes.data.map(({ path, was, now }) => ({
    path,
    ...(was ? { was } : {}),
    ...(now ? { now } : {}),
  }));
  const record = { ...whole, view: { ...whole.view, stages, changes: { ...changes, data } } };
  writeAtomic(join(dir, 'ci.json'), `${JSON.stringify(record, null, 1)}\n`, LAZY);
}

export function writeReport(dir: string, record: CiRecord): void {
  writeAtomic(join(dir, 'comment.md'), renderPipelineMarkdown(record.view), LAZY);
  writeAtomic(join(dir, 'index.html'), renderPipelinePage(record.view), LAZY);
  writeRecord(dir, record);
}

/** Copies the pages of stages into the folder: links lead there. They are named by number, for names of stages are paths. */
export function withPagesIn(dir: string, view: PipelineView): PipelineView {
  mkdirSync(join(dir, 'pages'), { recursive: true });
  const stages = view.stages.map((stage, index) => {
    if (stage.page === null) return stage;
    const page = `pages/${index + 1}.html`;
    copyFileSync(join(dir, decodeURIComponent(stage.page)), join(dir, page));
    return { ...stage, page };
  });
  return { ...view, stages };
}
