import { isAbsolute, join, relative, sep } from 'node:path';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import { pathIn, type RepoPath } from '../core/ids.ts';
import type { DataDecl, DataSource } from '../core/pipeline.ts';
import type { Project } from '../project.ts';
import { bringNewer, placeImport, whileBringing } from '../run/imports.ts';
import { placeOf } from '../source/url.ts';
import { refuseProtected } from '../store/checkout-guard.ts';
import { stands } from '../util/whole-path.ts';
import { examples, type Io, type Run } from './command.ts';
import { dataPath, declareData, nearestPipeline, requireFree } from './data-entry.ts';
import { hideFromGit } from './edit-files.ts';
import { print, printJson, say, withProject } from './open-project.ts';
import { importSource, nameOf, sizeInWords, sourceContext, versionInWords } from './sources.ts';

interface Flags {
  readonly out?: string;
  readonly rev?: string;
  readonly force?: true;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument(
      '<url>',
      'https://…, s3://bucket/key, s3://bucket/prefix/, a path; or, with PATH, a Git repository',
    )
    .argument('[path]', 'path in that repository: tracked by mlops or by Git')
    .option('-o, --out <path>', 'where it goes; left out: its own name, here')
    .option('--rev <rev>', 'branch, tag or commit of the repository that update follows; left out: its HEAD')
    .option('-f, --force', 'go over what stands there')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples(
        'mlops import https://example.org/zip.csv -o data/zip.csv',
        'mlops import s3://bucket/raw/ -o data/raw',
        'mlops import https://github.com/org/registry data/raw --rev v1.2',
        'mlops update data/raw',
      ),
    )
    .action(run((url: string, path: string | undefined, flags: Flags) => bring(io, url, path, flags)));
}

function bring(io: Io, url: string, inside: string | undefined, flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
    const spec = {
      url,
      ...(inside === undefined ? {} : { path: inside }),
      ...(flags.rev === undefined ? {} : { rev: flags.rev }),
    };
    const path = dataPath(project.pathFromHere(flags.out ?? nameOf(spec)));
    check(project, path, flags.force ?? false);
    const { dir } = nearestPipeline(project.pipeline, path);
    const declared: DataSource = { ...spec, url: asWritten(url, io.cwd, join(project.repo.top, dir)) };
    const source = await importSource(declared, sourceContext(io, project, dir, reporter.report));
    try {
      const brought = await whileBringing(project.claims.worktree, source, io.signal, () =>
        bringNewer(source, project.workspace.store, undefined),
      );
      declareData(project, [path], declared);
      for (const file of hideFromGit(project)) say(io, `${file} keeps it out of Git`);
      await placeImport(project.runContext(), project.pipeline.data.get(path)!, brought!, {
        force: flags.force ?? false,
      });
      project.workspace.stat.flush();
      reporter.close();
      const { artifact, from } = brought!;
      if (flags.json) printJson(io, { path, ...artifact, from });
      else
        print(io, `imported ${path} (${sizeInWords(artifact)}) from ${source.shown}${versionInWords(from)}`);
      if (!flags.json) say(io, `next: git add ${filesOf(project.pipeline.data.get(path)!).join(' ')}`);
      return 'ok';
    } finally {
      source.close();
    }
  });
}

function check(project: Project, path: RepoPath, force: boolean): void {
  if (project.pipeline.data.get(path)?.source)
    throw new MlopsError(
      failure('config', `${path} is imported already`, {
        help: `mlops update ${path}; or first: mlops remove ${path}`,
      }),
    );
  refuseProtected(path);
  requireFree(project, [path]);
  if (!force && stands(`${project.repo.top}/${path}`))
    throw new MlopsError(
      failure('refused', `${path} stands there already`, {
        help: 'another name: -o NAME; over it: --force (yours stays in the store)',
      }),
    );
}

/** Relative paths start from the folder of their pipeline.yaml, so that a clone finds what lies beside it. */
function asWritten(url: string, cwd: string, folder: string): string {
  const place = placeOf(url, cwd);
  if (place.kind !== 'folder' || isAbsolute(url) || /^file:/i.test(url)) return url;
  return relative(folder, place.path).split(sep).join('/') || '.';
}

function filesOf({ file }: DataDecl): string[] {
  return ['pipeline.yaml', 'pipeline.lock', '.gitignore'].map((name) => pathIn(file.dir, name));
}
