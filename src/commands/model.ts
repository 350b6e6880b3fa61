import type { Command } from 'commander';
import type { ExitName } from '../core/failure.ts';
import { renderModel } from '../render/data/model.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson } from './open-project.ts';

export function build(command: Command, io: Io, run: Run): void {
  command.addHelpText('after', examples('mlops model inspect models/model.onnx'));
  command
    .command('inspect')
    .description('what a model takes and gives, and a stage that judges it')
    .argument('<file>', 'an ONNX model')
    .option('--json', 'as JSON')
    .action(run((file: string, flags: { json?: true }) => inspect(io, file, flags.json ?? false)));
}

async function inspect(io: Io, file: string, json: boolean): Promise<ExitName> {
  const { inspectModel } = await import('../ml/onnx/inspect.ts');
  const found = inspectModel(file, io.cwd);
  if (json) printJson(io, found);
  else print(io, renderModel(found, io.outStyle));
  return 'ok';
}
