import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import { type GatesResult, judgedAlone } from '../ml/gates-result.ts';
import { renderGates } from '../render/data/gates.ts';
import { hasGates, judgeStageGates } from '../run/gates.ts';
import { resolveTarget } from '../run/select.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, withProject } from './open-project.ts';

interface Flags {
  readonly against?: string;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[stage]', 'nothing: all that have gates')
    .option('--against <rev>', 'compare with this commit instead of the declared baseline')
    .option('--json', 'as JSON')
    .addHelpText('after', examples('mlops gates', 'mlops gates judge --against v1.2'))
    .action(run((stage: string | undefined, flags: Flags) => gates(io, stage, flags)));
}

function gates(io: Io, target: string | undefined, flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const pipeline = project.requirePipeline();
    const named = target === undefined ? pipeline.order : resolveTarget(pipeline, target, project.dir);
    const stages = named.map((name) => pipeline.stages.get(name)!).filter(hasGates);
    if (stages.length === 0)
      throw new MlopsError(
        failure('config', target === undefined ? 'no stage has gates' : `${target} has no gates`, {
          help: 'evaluate: {…, gates: {accuracy: {min: 0.9}}}',
        }),
      );
    const context = project.runContext();
    const judged = [];
    for (const stage of stages) {
      const judge = async () => (await judgeStageGates(context, stage, flags.against))!.result;
      judged.push(
        target === undefined ? await judge().catch((error) => unjudged(stage.name, error)) : await judge(),
      );
    }
    if (flags.json) printJson(io, target !== undefined && judged.length === 1 ? judged[0] : judged);
    else print(io, renderGates(judged, io.outStyle));
    return judged.every((each) => each.passed) ? 'ok' : 'gate';
  });
}

/** One stage that cannot be judged, for want of a report say, keeps no other from being judged, and does not pass. */
function unjudged(stage: string, error: unknown): GatesResult {
  if (!(error instanceof MlopsError)) throw error;
  const notes = error.failures.map(({ message, help }) => (help ? `${message}: ${help}` : message));
  return { ...judgedAlone(stage, [], notes), passed: false };
}
