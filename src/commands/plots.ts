import type { Command } from 'commander';
import { gather } from './alone/options.ts';
import { examples, type Io, type Run } from './command.ts';
import { type DrawFlags, drawPlots } from './plots/draw.ts';
import { listTemplates } from './plots/templates.ts';
import { WORKSPACE } from './side-named.ts';

interface ShowFlags extends DrawFlags {
  readonly rev?: readonly string[];
}

interface DiffFlags extends DrawFlags {
  readonly targets?: readonly string[];
}

export function build(command: Command, io: Io, run: Run): void {
  command.addHelpText(
    'after',
    examples(
      'mlops plots show',
      'mlops plots show metrics/train.jsonl -y loss --y-scale log',
      'mlops plots show predictions.csv -t confusion -x actual -y predicted',
      'mlops plots diff main',
    ),
  );
  const show = command
    .command('show')
    .description('draw plots of the workspace, or of commits and experiments')
    .argument('[targets...]', 'plots by name, files or folders; nothing means all that are declared')
    .option(
      '--rev <rev>',
      'a commit or experiment instead of the workspace; may be given several times',
      gather,
    );
  withLook(show).action(
    run((targets: readonly string[], flags: ShowFlags) =>
      drawPlots(io, targets, flags.rev ?? [WORKSPACE], flags),
    ),
  );
  const diff = command
    .command('diff')
    .description('the same plots of several commits or experiments in one picture')
    .argument('[revs...]', 'nothing means HEAD; one is compared with the workspace')
    .option('--targets <plot>', 'a plot by name, a file or a folder; may be given several times', gather);
  withLook(diff).action(
    run((revs: readonly string[], flags: DiffFlags) =>
      drawPlots(io, flags.targets ?? [], revs.length > 1 ? revs : [revs[0] ?? 'HEAD', WORKSPACE], flags),
    ),
  );
  command
    .command('templates')
    .description('the ways in which a plot can be drawn')
    .argument('[name]', 'one of them')
    .option('--json', 'as JSON')
    .action(run((name: string | undefined, flags: { json?: true }) => listTemplates(io, name, flags)));
}

function withLook(command: Command): Command {
  return command
    .option('-t, --template <name>', 'linear, simple, smooth, scatter, bar_horizontal, confusion, roc …')
    .option('-x <column>', 'nothing means step, else the row')
    .option('-y <column>', 'may be given several times; nothing means each column of numbers', gather)
    .option('--x-label <text>')
    .option('--y-label <text>')
    .option('--x-scale <scale>', 'linear or log')
    .option('--y-scale <scale>', 'linear or log')
    .option('--title <text>')
    .option('--no-header', 'a CSV without a line of names; columns are 0, 1, 2 …')
    .option('-o, --out <file>', "the page; nothing means one in Git's directory")
    .option('--svg <dir>', 'also write each plot as an SVG file')
    .option('--png <dir>', 'also write each plot as a PNG file')
    .option('--open', 'show the page in a browser')
    .option('--json', 'what is drawn, as JSON');
}
