import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import type { Project } from '../project.ts';
import { type Side, sideOf } from '../run/side.ts';
import { examples, type Io, type Run } from './command.ts';
import type { Reach } from './diff-inside.ts';
import { diffOf, printDiff } from './diff-sides.ts';
import { withProject } from './open-project.ts';

export interface DiffFlags {
  readonly md?: true;
  readonly json?: true;
  readonly check?: true;
  readonly tables?: true;
  readonly fetch?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[a]', 'a commit; nothing means HEAD')
    .argument('[b]', 'another; nothing means the workspace')
    .option('--md', 'as Markdown, for a pull request')
    .option('--json', 'as JSON')
    .option('--tables', 'also rows, columns and types of the tables that differ')
    .option('--fetch', 'the same, with what it takes from the default remote')
    .option('--check', 'exit 10 when there is a difference')
    .addHelpText('after', examples('mlops diff', 'mlops diff main --tables', 'mlops diff v1.0 v1.1 --md'))
    .action(
      run((a: string | undefined, b: string | undefined, flags: DiffFlags) =>
        withProject<ExitName>(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
          const [from, to] = sidesOf(project, a, b);
          const diff = await diffOf(project, from, to, [project.pipeline], { inside: reachOf(flags) });
          reporter.close();
          printDiff(io, diff, flags);
          return flags.check && diff.data.length + diff.params.length + diff.metrics.length > 0
            ? 'differs'
            : 'ok';
        }),
      ),
    );
}

function reachOf(flags: DiffFlags): Reach | undefined {
  if (flags.fetch) return 'remote';
  return flags.tables && 'here';
}

/** `diff` = HEAD with the workspace, `diff A` = A with the workspace, `diff A B` = A with B. */
export function sidesOf(project: Project, a: string | undefined, b: string | undefined): [Side, Side] {
  try {
    return [sideOf(project.repo, a ?? 'HEAD'), sideOf(project.repo, b)];
  } catch (error) {
    if (a === undefined && error instanceof MlopsError)
      throw new MlopsError(
        failure('config', 'there is no commit yet to compare with', { help: 'git add -A && git commit' }),
        { cause: error },
      );
    throw error;
  }
}
