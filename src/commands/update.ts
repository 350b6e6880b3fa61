import type { Command } from 'commander';
import { type StoredArtifact, sameArtifact } from '../core/artifact.ts';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import { isWithin, pathFrom } from '../core/ids.ts';
import type { DataRecord } from '../core/lock.ts';
import type { DataDecl } from '../core/pipeline.ts';
import { addData } from '../pipeline/edit.ts';
import type { Project } from '../project.ts';
import { bringNewer, placeImport, placeRecorded, refuseChanged, whileBringing } from '../run/imports.ts';
import type { SourceContext } from '../source/source.ts';
import { missingObjects } from '../store/tree-objects.ts';
import { examples, type Io, type Run } from './command.ts';
import { editPipeline } from './edit-files.ts';
import { print, printJson, withProject } from './open-project.ts';
import { importSource, sizeInWords, sourceContext, versionInWords } from './sources.ts';

interface Flags {
  readonly rev?: string;
  readonly force?: true;
  readonly json?: true;
}

interface Updated {
  readonly path: string;
  readonly change: 'unchanged' | 'renewed';
  readonly record: DataRecord;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[paths...]', 'imports, or folders that hold some; nothing means all')
    .option('--rev <rev>', 'follow this branch, tag or commit of the repository from now on')
    .option('-f, --force', 'go over imported data that you changed; yours stay in the store')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nNothing runs: mlops repro does what follows from it.\n${examples('mlops update', 'mlops update data/raw --rev v1.3')}`,
    )
    .action(run((paths: string[], flags: Flags) => update(io, paths, flags)));
}

function update(io: Io, typed: readonly string[], flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
    const updated: Updated[] = [];
    for (const { path } of chosen(project, typed)) {
      if (flags.rev !== undefined) follow(project, project.pipeline.data.get(path)!, flags.rev);
      updated.push(await updateOne(io, project, project.pipeline.data.get(path)!, flags, reporter.report));
    }
    project.workspace.stat.flush();
    reporter.close();
    if (flags.json)
      printJson(
        io,
        updated.map(({ path, change, record }) => ({ path, change, ...record })),
      );
    else for (const each of updated) print(io, line(each));
    return 'ok';
  });
}

/** @throws MlopsError for a path that holds no import */
function chosen(project: Project, typed: readonly string[]): DataDecl[] {
  const all = [...project.requirePipeline().data.values()].filter((data) => data.source);
  if (all.length === 0)
    throw new MlopsError(failure('config', 'nothing here is imported', { help: 'mlops import URL' }));
  if (typed.length === 0) return all;
  return [
    ...new Set(
      typed.flatMap((each) => {
        const path = project.pathFromHere(each);
        const found = all.filter((data) => isWithin(data.path, path));
        if (found.length > 0) return found;
        const help = project.pipeline.data.has(path as DataDecl['path'])
          ? `no url is known for it: change the files, then mlops add ${path}`
          : `imported: ${all.map((data) => data.path).join(', ')}`;
        throw new MlopsError(failure('config', `${path} is not imported`, { help }));
      }),
    ),
  ];
}

function follow(project: Project, data: DataDecl, rev: string): void {
  const { source, git, file } = data;
  if (source?.path === undefined)
    throw new MlopsError(failure('usage', `${data.path} comes from no repository, so it has no --rev`));
  editPipeline(project, file, (text) =>
    addData(text, pathFrom(file.dir, data.path), { ...source, rev, ...(git ? { git } : {}) }),
  );
}

async function updateOne(
  io: Io,
  project: Project,
  data: DataDecl,
  flags: Flags,
  report: SourceContext['report'],
): Promise<Updated> {
  const { path } = data;
  const context = project.runContext();
  if (!flags.force) await refuseChanged(context, data);
  const source = await importSource(data.source!, sourceContext(io, project, data.file.dir, report));
  try {
    const recorded = project.locks.data(path);
    const had = recorded && !lacksBytes(project, recorded) ? recorded : undefined;
    const brought = await whileBringing(project.claims.worktree, source, io.signal, () =>
      bringNewer(source, project.workspace.store, recorded),
    );
    if (!brought) {
      await placeRecorded(context, path, { force: flags.force ?? false });
      return { path, change: 'unchanged', record: recorded! };
    }
    await placeImport(context, data, brought, { force: flags.force ?? false });
    const record = project.locks.data(path)!;
    // A folder has no version, so it is read every time.
    return { path, change: had && sameArtifact(had, record) ? 'unchanged' : 'renewed', record };
  } finally {
    source.close();
  }
}

function lacksBytes({ workspace }: Project, { from: _, ...artifact }: DataRecord): boolean {
  return missingObjects(workspace.store, artifact as StoredArtifact).length > 0;
}

function line({ path, change, record }: Updated): string {
  const { from = {}, ...artifact } = record;
  const what = `(${sizeInWords(artifact as DataRecord)})${versionInWords(from)}`;
  return change === 'unchanged' ? `${path} is unchanged ${what}` : `renewed ${path} ${what}`;
}
