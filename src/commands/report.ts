import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { type ExitName, fail } from '../core/failure.ts';
import { renderPipelineMarkdown } from '../render/pipeline/markdown.ts';
import { renderPipelinePage } from '../render/pipeline/page.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, withProject } from './open-project.ts';
import { gather } from './report/gather.ts';
import { showInBrowser } from './show-in-browser.ts';
import { writePage } from './write-page.ts';

interface Flags {
  readonly against?: string;
  readonly html?: string;
  readonly md?: true;
  readonly json?: true;
  readonly fetch?: true;
  readonly images?: string;
  readonly open?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .option('--against <rev>', 'what changes are counted against; nothing means where this branch began')
    .option('--html <file>', "where the page goes; a file in Git's own folder where not given")
    .option('--md', 'as Markdown instead, for a pull request')
    .option('--json', 'as JSON instead')
    .option('--fetch', 'bring from the default remote what it takes to look into tables that changed')
    .option('--images <dir>', 'also write pictures of what changed as PNG files, into DIR/images')
    .option('--open', 'open the page')
    .addHelpText('after', examples('mlops report', 'mlops report --against v1.2 --md', 'mlops report --open'))
    .action(run((flags: Flags) => report(io, flags)));
}

const UNNAMED = 'pipeline.html';

function report(io: Io, flags: Flags): Promise<ExitName> {
  if (flags.md && flags.json) fail('usage', 'one form at a time: --md or --json');
  const asPage = !flags.md && !flags.json;
  return withProject<ExitName>(io, asPage ? undefined : 'plain', async (project, reporter) => {
    const page =
      flags.html === undefined ? join(project.state.worktree, UNNAMED) : resolve(io.cwd, flags.html);
    const view = await gather(project, {
      against: flags.against,
      reach: flags.fetch ? 'remote' : 'here',
      images: flags.images === undefined ? undefined : resolve(io.cwd, flags.images),
      folder: asPage ? dirname(page) : undefined,
      unreadable: (failures) => {
        for (const { message } of failures) io.err.write(`warning: ${message}\n`);
      },
    });
    reporter.close();
    if (flags.json) printJson(io, { schema: 'mlops.report/1', ...view });
    else if (flags.md) print(io, renderPipelineMarkdown(view));
    else {
      const html = renderPipelinePage(view);
      print(io, writePage(io, project, { html, unnamed: UNNAMED, file: flags.html }));
      if (flags.open) showInBrowser(page);
    }
    return 'ok';
  });
}
