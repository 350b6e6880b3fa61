import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import type { StageName } from '../core/ids.ts';
import { resolveTarget } from '../run/select.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, withProject } from './open-project.ts';
import { drawPage, isDrawn, pageOf } from './pages.ts';
import { showInBrowser } from './show-in-browser.ts';

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[stage]', 'whose report; nothing: the only one')
    .option('--print', 'only say where the page is')
    .addHelpText('after', examples('mlops open judge'))
    .action(
      run((stage: string | undefined, flags: { print?: true }) => open(io, stage, flags.print ?? false)),
    );
}

function open(io: Io, target: string | undefined, only: boolean): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const pipeline = project.requirePipeline();
    const named = target === undefined ? pipeline.order : resolveTarget(pipeline, target, project.dir);
    const reportsOf = (name: StageName) => {
      const stage = pipeline.stages.get(name)!;
      return stage.action.kind === 'uses'
        ? stage.outs.filter((out) => out.git && out.path.endsWith('.json')).map((out) => out.path)
        : [];
    };
    const reports = named.flatMap(reportsOf);
    if (reports.length === 0)
      throw new MlopsError(
        failure('config', target === undefined ? 'no stage writes a report' : `${target} writes no report`, {
          help: 'evaluate, drift and explain do',
        }),
      );
    if (target === undefined && reports.length > 1)
      throw new MlopsError(
        failure('usage', 'there are several reports: name a stage', {
          help: `mlops open ${named.filter((name) => reportsOf(name).length > 0).join(' | ')}; mlops report --open shows the whole pipeline on one page`,
        }),
      );
    if (!isDrawn(project.repo.top, reports[0]!)) drawPage(project.repo.top, reports[0]!);
    const page = `${project.repo.top}/${pageOf(reports[0]!)}`;
    if (!existsSync(page))
      throw new MlopsError(
        failure('missing', `${reports[0]} has not been made yet`, {
          help: `mlops repro ${target ?? ''}`.trim(),
        }),
      );
    print(io, page);
    if (!only && io.out.isTTY) showInBrowser(page);
    return 'ok';
  });
}
