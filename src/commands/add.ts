import { lstatSync } from 'node:fs';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import { isWithin, overlaps, pathFrom, type RepoPath, repoPathOf } from '../core/ids.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { trackedAmong } from '../git/files.ts';
import { addData } from '../pipeline/edit.ts';
import type { Project } from '../project.ts';
import { renewEntry } from '../run/data.ts';
import { keepIgnored } from '../run/ignore-files.ts';
import { claimPaths } from '../run/stage-claim.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';
import { formatBytes, plural } from '../util/units.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, say, withProject } from './open-project.ts';

interface Flags {
  readonly json?: true;
}

interface Added {
  readonly path: RepoPath;
  readonly change: 'new' | 'renewed' | 'same';
  readonly bytes: number;
  readonly files: number;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('<paths...>', 'files or folders that Git should not hold')
    .option('--json', 'as JSON')
    .addHelpText('after', examples('mlops add data/raw', 'mlops add data/*.parquet'))
    .action(run((paths: string[], flags: Flags) => add(io, paths, flags)));
}

function add(io: Io, typed: readonly string[], flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
    const paths = typed.map((path) => dataPath(project.pathFromHere(path)));
    const fresh = check(project, paths);
    if (fresh.length) declare(project, fresh);
    for (const path of keepIgnored(project.repo, project.pipeline)) say(io, `${path} keeps it out of Git`);
    const context = project.runContext();
    const claim = await claimPaths(context, 'add', paths);
    try {
      const added: Added[] = [];
      for (const path of paths) {
        const outcome = await renewEntry(context, project.pipeline.data.get(path)!);
        const record = project.locks.data(path)!;
        added.push({
          path,
          change: fresh.includes(path) ? 'new' : outcome === 'renewed' ? 'renewed' : 'same',
          bytes: record.bytes,
          files: 'files' in record ? record.files : 1,
        });
      }
      project.locks.flush();
      project.workspace.stat.flush();
      reporter.close();
      if (flags.json) printJson(io, added);
      else for (const each of added) print(io, line(each));
      if (!flags.json && added.some((each) => each.change !== 'same'))
        say(io, `next: git add ${[...new Set(['pipeline.yaml', 'pipeline.lock', '.gitignore'])].join(' ')}`);
    } finally {
      claim.release();
    }
    return 'ok';
  });
}

function line({ path, change, bytes, files }: Added): string {
  const size = `${files === 1 ? '' : `${plural(files, 'file')}, `}${formatBytes(bytes)}`;
  return change === 'same'
    ? `${path} is unchanged (${size})`
    : `${change === 'new' ? 'added' : 'renewed'} ${path} (${size})`;
}

function dataPath(path: string): RepoPath {
  if (path === '')
    throw new MlopsError(
      failure('config', 'the whole repository cannot be data', {
        help: 'name the folders that Git should not hold: mlops add data',
      }),
    );
  return repoPathOf(path);
}

/** Those of `paths` that no entry tracks yet. @throws when one may not be tracked */
function check(project: Project, paths: readonly RepoPath[]): RepoPath[] {
  const problems = paths.flatMap((path) => {
    if (!orAbsent(() => lstatSync(`${project.repo.top}/${path}`), undefined))
      return [failure('missing', `${path} does not exist`)];
    const owner = ownerOf(project.pipeline, path);
    return owner ? [failure('config', `${path} ${owner}`)] : [];
  });
  if (problems.length) throw new MlopsError(problems);
  const tracked = [
    ...trackedAmong(
      project.repo,
      paths.filter((path) => !project.pipeline.data.get(path)?.git),
    ),
  ];
  if (tracked.length)
    throw new MlopsError(
      tracked.map((path) =>
        failure('config', `Git already tracks ${path}`, {
          help: `git rm -r --cached ${path}   (the file stays; Git lets go of it), then mlops add ${path}`,
        }),
      ),
    );
  return paths.filter((path) => !project.pipeline.data.has(path));
}

function ownerOf(pipeline: Pipeline, path: RepoPath): string | undefined {
  for (const stage of pipeline.stages.values())
    for (const out of stage.outs)
      if (overlaps(out.path, path)) return `overlaps ${out.path}, an out of ${stage.name}: repro stores it`;
  for (const data of pipeline.data.keys()) {
    if (data !== path && isWithin(path, data))
      return `lies inside ${data}, which is tracked: mlops add ${data}`;
    if (data !== path && isWithin(data, path))
      return `holds ${data}, which is tracked by itself: mlops remove ${data} first`;
  }
  return undefined;
}

/** Writes the data lines into the nearest pipeline.yaml above each path, or a new one at the top. */
function declare(project: Project, paths: readonly RepoPath[]): void {
  for (const path of paths) {
    const file = nearest(project.pipeline, path);
    const absolute = `${project.repo.top}/${file.path}`;
    const inside = pathFrom(file.dir, path);
    writeAtomic(absolute, addData(project.read(file.path) ?? '', inside));
  }
  project.reload();
}

function nearest(
  pipeline: Pipeline,
  path: RepoPath,
): { readonly path: RepoPath; readonly dir: RepoPath | '' } {
  const above = pipeline.files.filter((file) => isWithin(path, file.dir));
  return (
    above.sort((a, b) => b.dir.length - a.dir.length)[0] ?? { path: 'pipeline.yaml' as RepoPath, dir: '' }
  );
}
