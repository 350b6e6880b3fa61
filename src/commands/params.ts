import type { Command } from 'commander';
import type { ExitName } from '../core/failure.ts';
import { compareValues, paramsAt, paramsFiles, usedParams } from '../run/values.ts';
import { examples, type Io, type Run } from './command.ts';
import { type DiffFlags, sidesOf } from './diff.ts';
import { withProject } from './open-project.ts';
import { printChanges } from './print-changes.ts';

interface Flags extends DiffFlags {
  readonly all?: true;
  readonly deps?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command.addHelpText('after', examples('mlops params diff', 'mlops params diff main --deps'));
  command
    .command('diff')
    .description('params that differ between two commits, or a commit and the workspace')
    .argument('[a]', 'a commit; nothing means HEAD')
    .argument('[b]', 'another; nothing means the workspace')
    .option('--all', 'also those that are equal')
    .option('--deps', 'only those that a stage reads')
    .option('--md', 'as Markdown')
    .option('--json', 'as JSON')
    .action(
      run((a: string | undefined, b: string | undefined, flags: Flags) =>
        withProject<ExitName>(io, 'plain', async (project) => {
          const [from, to] = sidesOf(project, a, b);
          const files = paramsFiles(project.pipeline);
          const used = usedParams(project.pipeline);
          const changes = compareValues(paramsAt(from, files), paramsAt(to, files), flags.all).filter(
            (change) => !flags.deps || used(change),
          );
          printChanges(io, 'params', changes, [from, to], flags);
          return 'ok';
        }),
      ),
    );
}
