import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import { pathIn } from '../core/ids.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { addStage } from '../pipeline/edit.ts';
import { renderStageList, stageListJson } from '../render/data/stages.ts';
import { examples, type Io, type Run } from './command.ts';
import { editPipeline } from './edit-files.ts';
import { print, printJson, withProject } from './open-project.ts';

interface AddFlags {
  readonly name: string;
  readonly deps?: string[];
  readonly params?: string[];
  readonly outs?: string[];
  readonly outsNoCache?: string[];
  readonly outsPersist?: string[];
  readonly metrics?: string[];
  readonly plots?: string[];
  readonly wdir?: string;
  readonly always?: true;
  readonly desc?: string;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .enablePositionalOptions()
    .addHelpText(
      'after',
      examples(
        'mlops stage add -n train -d train.py -d data/train.csv -p train -o model.onnx python train.py',
        'mlops stage list',
      ),
    );
  command
    .command('add')
    .description('write a stage into pipeline.yaml')
    .argument('<command...>', 'what it runs')
    .requiredOption('-n, --name <name>', 'its name')
    .option('-d, --deps <path>', 'a file, folder or glob that it reads', gather)
    .option('-p, --params <[file:]key,…>', 'params that it reads', gather)
    .option('-o, --outs <path>', 'what it writes', gather)
    .option('-O, --outs-no-cache <path>', 'what it writes and nobody stores', gather)
    .option('--outs-persist <path>', 'what it writes and finds again when it runs the next time', gather)
    .option('-m, --metrics <path>', 'metrics that it writes; Git keeps them', gather)
    .option('--plots <path>', 'points that it writes and mlops plots draws; Git keeps them', gather)
    .option('-w, --wdir <folder>', 'where it runs')
    .option('--always', 'run every time')
    .option('--desc <text>', 'what it is for')
    .passThroughOptions()
    .action(run((words: string[], flags: AddFlags) => add(io, words, flags)));
  command
    .command('list')
    .alias('ls')
    .description('the stages in the order of the graph')
    .option('--json', 'as JSON')
    .action(
      run((flags: { json?: true }) =>
        withProject<ExitName>(io, 'plain', async (project) => {
          const pipeline = project.requirePipeline();
          if (flags.json) printJson(io, stageListJson(pipeline));
          else print(io, renderStageList(pipeline, io.outStyle));
          return 'ok';
        }),
      ),
    );
}

function gather(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function add(io: Io, words: readonly string[], flags: AddFlags): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    if (!/^[A-Za-z0-9_.-]+$/.test(flags.name))
      throw new MlopsError(
        failure('usage', `"${flags.name}" is no name for a stage`, {
          help: 'letters, digits, "-", "_" and "."',
        }),
      );
    const path = pathIn(project.dir, 'pipeline.yaml');
    editPipeline(project, { path }, (text) => addStage(text, flags.name, bodyOf(words, flags)));
    print(io, `stage ${flags.name} is in ${path}; next: mlops repro ${flags.name}`);
    return 'ok';
  });
}

function bodyOf(words: readonly string[], flags: AddFlags): JsonObject {
  const outs: Json[] = [
    ...(flags.outs ?? []),
    ...(flags.outsNoCache ?? []).map((path) => ({ [path]: { cache: false } })),
    ...(flags.outsPersist ?? []).map((path) => ({ [path]: { persist: true } })),
  ];
  return {
    ...(flags.desc === undefined ? {} : { desc: flags.desc }),
    cmd: words.length === 1 ? words[0]! : words.map(quoted).join(' '),
    ...(flags.wdir === undefined ? {} : { wdir: flags.wdir }),
    ...(flags.deps ? { deps: flags.deps } : {}),
    ...(flags.params ? { params: flags.params.flatMap(paramsOf) } : {}),
    ...(outs.length ? { outs } : {}),
    ...(flags.metrics ? { metrics: flags.metrics } : {}),
    ...(flags.plots ? { plots: flags.plots } : {}),
    ...(flags.always ? { always: true } : {}),
  };
}

/** The user's shell took the quotes away; words that need them get them back. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./${}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function paramsOf(text: string): Json[] {
  const colon = text.indexOf(':');
  const keys = text.slice(colon + 1).split(',');
  return colon < 0 ? keys : [{ [text.slice(0, colon)]: keys }];
}
