// What `plots show` and `plots diff` do: read, draw, say, write.
import { relative, resolve } from 'node:path';
import { type ExitName, fail, failure, MlopsError } from '../../core/failure.ts';
import type { PlotTrouble } from '../../plots/figure.ts';
import { figuresOf } from '../../plots/figures.ts';
import { withFolders } from '../../plots/folders.ts';
import { renderPlotsPage } from '../../render/plots/page.ts';
import { plotPictures } from '../../render/plots/svg-file.ts';
import { renderPlotsText, renderPlotTroubles } from '../../render/plots/text.ts';
import { plural } from '../../util/units.ts';
import type { Io } from '../command.ts';
import { print, printJson, say, withProject } from '../open-project.ts';
import { writePngs } from '../png-writer.ts';
import { showInBrowser } from '../show-in-browser.ts';
import { pageScript, writePage } from '../write-page.ts';
import { type LookFlags, plotsFor } from './chosen.ts';
import { revisionOf } from './revisions.ts';
import { writeSvgs } from './write-svgs.ts';

/** A folder of data is no folder of plots. */
const MOST_PLOTS = 200;

export interface DrawFlags extends LookFlags {
  readonly out?: string;
  readonly svg?: string;
  readonly png?: string;
  readonly open?: true;
  readonly json?: true;
}

export function drawPlots(
  io: Io,
  targets: readonly string[],
  revs: readonly string[],
  flags: DrawFlags,
): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const revisions = [...new Set(revs)].map((rev) => revisionOf(project, rev));
    const plots = withFolders(plotsFor(project, targets, flags), (path) => [
      ...new Set(revisions.flatMap((each) => each.filesAt(path))),
    ]);
    if (plots.length > MOST_PLOTS)
      fail('usage', `${plural(plots.length, 'file')} would be drawn, more than ${MOST_PLOTS}`, {
        help: 'name fewer files, or a smaller folder',
      });
    const { figures, troubles } = figuresOf(plots, revisions);
    const names = revisions.map(({ name }) => name);
    if (flags.json) printJson(io, { revisions: names, figures, troubles });
    if (figures.length === 0) throw nothingDrawn(troubles);
    if (!flags.json) print(io, renderPlotsText(figures, io.outStyle));
    say(io, renderPlotTroubles(troubles, io.errStyle));
    if (flags.svg !== undefined)
      said(io, flags, filesInWords(writeSvgs(io.cwd, flags.svg, figures), 'SVG', flags.svg));
    if (flags.png !== undefined) {
      const written = await writePngs(figures.flatMap(plotPictures), resolve(io.cwd, flags.png));
      said(io, flags, filesInWords(written, 'PNG', flags.png));
    }
    if (flags.json && flags.out === undefined) return 'ok';
    const html = renderPlotsPage({ figures, troubles, revisions: names, script: pageScript('plots') });
    const page = writePage(io, project, { html, unnamed: 'plots.html', file: flags.out });
    said(io, flags, `page: ${relative(io.cwd, page)}`);
    if (flags.open) showInBrowser(page);
    return 'ok';
  });
}

/** Beside JSON, words are talk. */
function said(io: Io, { json }: DrawFlags, words: string): void {
  if (json) say(io, words);
  else print(io, `\n${words}`);
}

function filesInWords({ length }: readonly unknown[], kind: 'SVG' | 'PNG', dir: string): string {
  return `${plural(length, `${kind} file`)} in ${dir}`;
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
