// `mlops exp export tensorboard|mlflow`: what the flags mean; export-to.ts does it.
import { Argument, type Command } from 'commander';
import type { ExitName } from '../../core/failure.ts';
import { examples, type Io, type Run } from '../command.ts';
import { withProject } from '../open-project.ts';
import type { Export } from './export-to.ts';

/** Where each tool looks when it is told nothing. */
const USUAL_FOLDER = { tensorboard: 'runs', mlflow: 'mlruns' } as const;

export function addExport(exp: Command, io: Io, run: Run): void {
  exp
    .command('export')
    .description('write experiments for TensorBoard or MLflow')
    .addArgument(new Argument('<format>').choices(Object.keys(USUAL_FOLDER)))
    .argument('[experiment...]', 'which; nothing means all')
    .option('-o, --out <folder>', 'where; left out: runs for TensorBoard, mlruns for MLflow')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples('mlops exp export tensorboard', 'mlops exp export mlflow calm-otter -o ../mlruns'),
    )
    .action(
      run((format: Export['format'], names: readonly string[], flags: { out?: string; json?: true }) =>
        withProject<ExitName>(io, 'plain', async (project) => {
          const { exportTo } = await import('./export-to.ts');
          return exportTo(io, project, {
            format,
            names,
            folder: flags.out ?? USUAL_FOLDER[format],
            ...flags,
          });
        }),
      ),
    );
}
