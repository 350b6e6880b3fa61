import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import { pathFrom, type RepoPath } from '../core/ids.ts';
import { removeData, removeStage } from '../pipeline/edit.ts';
import type { Project } from '../project.ts';
import { resolveTarget } from '../run/select.ts';
import { examples, type Io, type Run } from './command.ts';
import { editPipeline, hideFromGit } from './edit-files.ts';
import { print, withProject } from './open-project.ts';

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('<targets...>', 'tracked data, or stages')
    .addHelpText(
      'after',
      `\nFiles stay where they are, and their bytes stay in the store.\n${examples('mlops remove data/raw', 'mlops remove train')}`,
    )
    .action(run((targets: string[]) => remove(io, targets)));
}

function remove(io: Io, targets: readonly string[]): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    project.requirePipeline();
    for (const target of targets) removeOne(project, target, io);
    project.locks.prune(project.pipeline);
    hideFromGit(project);
    return 'ok';
  });
}

function removeOne(project: Project, target: string, io: Io): void {
  const path = project.pathFromHere(target.replace(/\/$/, '')) as RepoPath;
  const data = project.pipeline.data.get(path);
  if (data) {
    editPipeline(project, data.file, (text) => removeData(text, pathFrom(data.file.dir, path)));
    print(io, `${path} is no longer tracked; the files stay`);
    return;
  }
  const stage = project.pipeline.stages.get(resolveTarget(project.pipeline, target, project.dir)[0]!)!;
  const readers = [...(project.pipeline.downstream.get(stage.name) ?? [])];
  if (readers.length)
    throw new MlopsError(
      failure(
        'refused',
        `${stage.base} makes what ${readers.join(', ')} read${readers.length === 1 ? 's' : ''}`,
        { help: 'remove those first, or change their deps' },
      ),
    );
  editPipeline(project, stage.file, (text) => removeStage(text, stage.base));
  print(io, `stage ${stage.base} is removed; its outs stay`);
}
