import type { Command } from 'commander';
import type { ExitName } from '../core/failure.ts';
import { renderValues } from '../render/data/values.ts';
import { sideOf } from '../run/side.ts';
import { compareValues, judged, metricsAt, metricsFiles } from '../run/values.ts';
import { examples, type Io, type Run } from './command.ts';
import { type DiffFlags, sidesOf } from './diff.ts';
import { print, printJson, withProject } from './open-project.ts';
import { printChanges } from './print-changes.ts';

export function build(command: Command, io: Io, run: Run): void {
  command.addHelpText('after', examples('mlops metrics show', 'mlops metrics diff main --md'));
  command
    .command('show')
    .description('the metrics that stages wrote')
    .argument('[rev]', 'a commit; nothing means the workspace')
    .option('--md', 'as Markdown')
    .option('--json', 'as JSON')
    .action(
      run((rev: string | undefined, flags: DiffFlags) =>
        withProject<ExitName>(io, 'plain', async (project) => {
          const values = metricsAt(
            sideOf(project.repo, rev),
            metricsFiles(project.pipeline),
            project.workspace.store,
          );
          if (flags.json) printJson(io, values);
          else if (values.length === 0) print(io, 'no metrics yet; next: mlops repro');
          else print(io, renderValues(values, flags.md ? 'md' : 'text', io.outStyle));
          return 'ok';
        }),
      ),
    );
  command
    .command('diff')
    .description('metrics that differ between two commits, or a commit and the workspace')
    .argument('[a]', 'a commit; nothing means HEAD')
    .argument('[b]', 'another; nothing means the workspace')
    .option('--all', 'also those that are equal')
    .option('--md', 'as Markdown')
    .option('--json', 'as JSON')
    .action(
      run((a: string | undefined, b: string | undefined, flags: DiffFlags & { all?: true }) =>
        withProject<ExitName>(io, 'plain', async (project) => {
          const [from, to] = sidesOf(project, a, b);
          const files = metricsFiles(project.pipeline);
          const { store } = project.workspace;
          const changes = judged(
            compareValues(metricsAt(from, files, store), metricsAt(to, files, store), flags.all),
          );
          printChanges(io, 'metrics', changes, [from, to], flags);
          return 'ok';
        }),
      ),
    );
}
