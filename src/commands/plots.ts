import { relative } from 'node:path';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import type { PlotTrouble } from '../plots/figure.ts';
import { figuresOf } from '../plots/figures.ts';
import { withFolders } from '../plots/folders.ts';
import { TEMPLATES, templateOf } from '../plots/templates.ts';
import { renderPlotsPage } from '../render/plots/page.ts';
import { renderPlotsText, renderPlotTroubles } from '../render/plots/text.ts';
import { renderTable } from '../render/table.ts';
import { plural } from '../util/units.ts';
import { gather } from './alone/options.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, say, withProject } from './open-project.ts';
import { type LookFlags, plotsFor, templateNamed } from './plots/chosen.ts';
import { revisionOf, WORKSPACE } from './plots/revisions.ts';
import { writePage, writeSvgs } from './plots/write.ts';
import { showInBrowser } from './show-in-browser.ts';

interface Flags extends LookFlags {
  readonly rev?: readonly string[];
  readonly targets?: readonly string[];
  readonly out?: string;
  readonly svg?: string;
  readonly open?: true;
  readonly json?: true;
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
    run((targets: readonly string[], flags: Flags) => draw(io, targets, flags.rev ?? [WORKSPACE], flags)),
  );
  const diff = command
    .command('diff')
    .description('the same plots of several commits or experiments in one picture')
    .argument('[revs...]', 'nothing means HEAD; one is compared with the workspace')
    .option('--targets <plot>', 'a plot by name, a file or a folder; may be given several times', gather);
  withLook(diff).action(
    run((revs: readonly string[], flags: Flags) =>
      draw(io, flags.targets ?? [], revs.length > 1 ? revs : [revs[0] ?? 'HEAD', WORKSPACE], flags),
    ),
  );
  command
    .command('templates')
    .description('the ways in which a plot can be drawn')
    .argument('[name]', 'one of them')
    .option('--json', 'as JSON')
    .action(run((name: string | undefined, flags: Flags) => templates(io, name, flags)));
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
    .option('-o, --out <file>', 'the page; nothing means plots.html, which Git does not see')
    .option('--svg <dir>', 'also write each plot as an SVG file')
    .option('--open', 'show the page in a browser')
    .option('--json', 'what is drawn, as JSON');
}

function draw(io: Io, targets: readonly string[], revs: readonly string[], flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const revisions = [...new Set(revs)].map((rev) => revisionOf(project, rev));
    const plots = withFolders(plotsFor(project, targets, flags), (path) => [
      ...new Set(revisions.flatMap((each) => each.filesAt(path))),
    ]);
    const { figures, troubles } = figuresOf(plots, revisions);
    const names = revisions.map(({ name }) => name);
    if (flags.json) printJson(io, { revisions: names, figures, troubles });
    if (figures.length === 0) throw nothingDrawn(troubles);
    if (!flags.json) print(io, renderPlotsText(figures, io.outStyle));
    say(io, renderPlotTroubles(troubles, io.errStyle));
    if (flags.svg !== undefined) said(io, flags, svgWords(writeSvgs(io.cwd, flags.svg, figures), flags.svg));
    if (flags.json && flags.out === undefined) return 'ok';
    const html = renderPlotsPage({ figures, troubles, revisions: names });
    const page = writePage(project.repo, io.cwd, html, flags.out);
    said(io, flags, `page: ${relative(io.cwd, page)}`);
    if (flags.open) showInBrowser(page);
    return 'ok';
  });
}

/** Beside JSON, words are talk. */
function said(io: Io, { json }: Flags, words: string): void {
  if (json) say(io, words);
  else print(io, `\n${words}`);
}

function svgWords(paths: readonly string[], dir: string): string {
  return `${plural(paths.length, 'SVG file')} in ${dir}`;
}

function nothingDrawn(troubles: readonly PlotTrouble[]): MlopsError {
  if (troubles.length === 0)
    return new MlopsError(
      failure('missing', 'there is nothing to draw: no file that is named holds points', {
        help: 'JSON, JSON lines, YAML, CSV and TSV are drawn',
      }),
    );
  return new MlopsError(
    troubles.map(({ rev, file, kind, problem }) =>
      failure(kind === 'absent' ? 'missing' : 'config', `${file} of ${rev} ${problem}`),
    ),
  );
}

function templates(io: Io, name: string | undefined, flags: Flags): ExitName {
  const shown = name === undefined ? TEMPLATES : [templateOf(templateNamed(name))];
  if (flags.json) printJson(io, name === undefined ? shown : shown[0]);
  else print(io, templateTable(shown, io));
  return 'ok';
}

function templateTable(shown: typeof TEMPLATES, io: Io): string {
  return renderTable(
    [{ title: 'template' }, { title: 'what it draws' }, { title: 'x, y when not named' }],
    shown.map(({ name: each, about, x, y }) => [each, about, columnsInWords(x, y)]),
    io.outStyle,
  );
}

function columnsInWords(x: readonly string[], y: readonly string[]): string {
  return [x, y]
    .map((names) => names.join(' or '))
    .filter((words) => words !== '')
    .join(', ');
}
