import type { Command } from 'commander';
import { setFrozen } from '../pipeline/edit.ts';
import { resolveTarget } from '../run/select.ts';
import { examples, type Io, type Run } from './command.ts';
import { editPipeline } from './edit-files.ts';
import { print, withProject } from './open-project.ts';

/** Serves `freeze` and `unfreeze`. */
export function build(command: Command, io: Io, run: Run): void {
  const frozen = command.name() === 'freeze';
  command
    .argument('<stages...>')
    .addHelpText('after', examples(`mlops ${command.name()} train`))
    .action(
      run((targets: string[]) =>
        withProject(io, 'plain', async (project) => {
          const pipeline = project.requirePipeline();
          const stages = targets
            .flatMap((target) => resolveTarget(pipeline, target, project.dir))
            .map((name) => pipeline.stages.get(name)!);
          // A matrix is declared once: all its items freeze together.
          const declared = new Map(stages.map((stage) => [`${stage.file.path}\0${stage.base}`, stage]));
          for (const stage of declared.values()) {
            editPipeline(project, stage.file, (text) => setFrozen(text, stage.base, frozen));
            print(
              io,
              frozen
                ? `${stage.base} is frozen: repro holds it as it is`
                : `${stage.base} runs again when something changes`,
            );
          }
          return 'ok' as const;
        }),
      ),
    );
}
