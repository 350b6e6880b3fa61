import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import { pathFrom, type RepoPath, repoPathOf } from '../core/ids.ts';
import { renamePath } from '../pipeline/edit.ts';
import { renewEntry } from '../run/data.ts';
import { claimPaths } from '../run/stage-claim.ts';
import { examples, type Io, type Run } from './command.ts';
import { editPipeline, hideFromGit } from './edit-files.ts';
import { print, withProject } from './open-project.ts';

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('<from>', 'tracked data')
    .argument('<to>', 'a new path, or an existing folder')
    .addHelpText(
      'after',
      `\nThe deps that name it in the same pipeline.yaml are renamed with it.\n${examples('mlops mv data/raw.csv data/2024.csv')}`,
    )
    .action(run((from: string, to: string) => move(io, from, to)));
}

function move(io: Io, typedFrom: string, typedTo: string): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const { top } = project.repo;
    const from = repoPathOf(project.pathFromHere(typedFrom));
    const given = project.pathFromHere(typedTo.replace(/\/$/, ''));
    const to = repoPathOf(
      existsSync(`${top}/${given}`) && existsSync(`${top}/${given}/.`) ? `${given}/${basename(from)}` : given,
    );
    const data = project.pipeline.data.get(from);
    if (!data)
      throw new MlopsError(
        failure('config', `${from} is not tracked data`, {
          help: 'mlops ls; outs of stages are renamed in pipeline.yaml',
        }),
      );
    if (existsSync(`${top}/${to}`))
      throw new MlopsError(failure('refused', `${to} exists already`, { help: 'move it away first' }));
    if (data.file.dir !== '' && !to.startsWith(`${data.file.dir}/`))
      throw new MlopsError(
        failure('config', `${to} is outside ${data.file.dir}, whose pipeline.yaml tracks ${from}`, {
          help: 'mlops remove, move the files, then mlops add',
        }),
      );
    const record = project.locks.data(from);
    const claim = await claimPaths(project.runContext(), 'mv', [from, to]);
    try {
      editPipeline(project, data.file, (text) =>
        renamePath(text, pathFrom(data.file.dir, from), pathFrom(data.file.dir, to)),
      );
      moveFiles(top, from, to);
      hideFromGit(project);
      const moved = project.pipeline.data.get(to)!;
      if (record) project.locks.setData(moved.file, to, record);
      await renewEntry(project.runContext(), moved);
      project.locks.prune(project.pipeline);
    } finally {
      claim.release();
    }
    print(io, `moved ${from} to ${to}`);
    return 'ok';
  });
}

function moveFiles(top: string, from: RepoPath, to: RepoPath): void {
  if (!existsSync(`${top}/${from}`)) return;
  mkdirSync(dirname(`${top}/${to}`), { recursive: true });
  renameSync(`${top}/${from}`, `${top}/${to}`);
}
