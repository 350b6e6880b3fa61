import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import { renderDot } from '../render/dag/dot.ts';
import { graphOf } from '../render/dag/graph.ts';
import { renderGraphJson } from '../render/dag/json.ts';
import { renderMermaid } from '../render/dag/mermaid.ts';
import { renderDagSvg } from '../render/dag/svg.ts';
import { renderTree } from '../render/dag/tree.ts';
import { resolveTarget } from '../run/select.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, withProject } from './open-project.ts';

interface Flags {
  readonly mermaid?: true;
  readonly dot?: true;
  readonly svg?: true;
  readonly json?: true;
  readonly collapse?: true;
  readonly output?: string;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[target]', 'a stage: it and all it needs')
    .option('--mermaid', 'as Mermaid')
    .option('--dot', 'as Graphviz')
    .option('--svg', 'as a picture')
    .option('--json', 'as JSON')
    .option('--collapse', 'one node for all items of a foreach or matrix')
    .option('-o, --output <file>', 'into a file')
    .addHelpText('after', examples('mlops dag', 'mlops dag train --mermaid', 'mlops dag --svg -o dag.svg'))
    .action(run((target: string | undefined, flags: Flags) => dag(io, target, flags)));
}

function dag(io: Io, target: string | undefined, flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const pipeline = project.requirePipeline();
    const forms = (['mermaid', 'dot', 'svg', 'json'] as const).filter((form) => flags[form]);
    if (forms.length > 1)
      throw new MlopsError(
        failure('usage', `one form at a time: ${forms.map((form) => `--${form}`).join(' or ')}`),
      );
    const graph = graphOf(pipeline, {
      ...(target === undefined ? {} : { targets: resolveTarget(pipeline, target, project.dir) }),
      collapse: flags.collapse ?? false,
    });
    const draw = { mermaid: renderMermaid, dot: renderDot, svg: renderDagSvg, json: renderGraphJson };
    const text = forms[0] ? draw[forms[0]](graph) : renderTree(graph, io.outStyle);
    if (flags.output === undefined) print(io, text);
    else writeAtomic(flags.output, text, { durable: false });
    return 'ok';
  });
}
