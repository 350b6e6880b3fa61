import type { Command } from 'commander';
import type { ExitName } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import { renewEntry } from '../run/data.ts';
import { claimPaths } from '../run/stage-claim.ts';
import { formatBytes, plural } from '../util/units.ts';
import { examples, type Io, type Run } from './command.ts';
import { dataPath, declareData, requireFree, requireThere } from './data-entry.ts';
import { hideFromGit } from './edit-files.ts';
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
    requireThere(project, paths);
    requireFree(project, paths);
    const fresh = paths.filter((path) => !project.pipeline.data.has(path));
    if (fresh.length) declareData(project, fresh);
    for (const path of hideFromGit(project)) say(io, `${path} keeps it out of Git`);
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
