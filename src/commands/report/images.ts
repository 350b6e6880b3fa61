// The pictures of a report as PNG files: of what changed, the most telling first.
import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { MlopsError } from '../../core/failure.ts';
import type { RepoPath, StageName } from '../../core/ids.ts';
import type { JsonObject } from '../../core/json.ts';
import { parseReport, usingReport } from '../../ml/known-report.ts';
import type { Figure } from '../../plots/figure.ts';
import { figuresOf } from '../../plots/figures.ts';
import type { Revision } from '../../plots/sources.ts';
import type { Project } from '../../project.ts';
import type { Picture } from '../../render/picture.ts';
import type { PipelineView, ReportImage, StageView } from '../../render/pipeline/types.ts';
import { plotPictures } from '../../render/plots/svg-file.ts';
import { reportPictures } from '../../render/report/pictures.ts';
import { reportPath } from '../../run/gates.ts';
import { orAbsent } from '../../util/errno.ts';
import { plotsFor } from '../plots/chosen.ts';
import { revisionOf } from '../plots/revisions.ts';
import { writePngs } from '../png-writer.ts';
import { WORKSPACE } from '../side-named.ts';

/** More than these nobody scrolls through. */
const MOST = 8;
/** Places that reports leave to declared plots. */
const MOST_PLOTS = 4;

type Subject = Pick<PipelineView, 'stages' | 'against' | 'changes'>;

export interface Gallery {
  /** Absolute; pictures are written into its `images/`. */
  readonly folder: string;
  /** Absolute folder of the report that shows them. */
  readonly from: string;
}

/** What cannot be drawn is left out. */
export async function writeImages(
  project: Project,
  view: Subject,
  { folder, from }: Gallery,
): Promise<ReportImage[]> {
  const images = join(folder, 'images');
  const reports = byGates(view.stages).flatMap((stage) => ofReport(project, view, stage));
  const plots = plotsThatChanged(project, view.against);
  const room = MOST - Math.min(plots.length, MOST_PLOTS);
  const chosen = [...reports.slice(0, room), ...plots].slice(0, MOST);
  const written = await writePngs(chosen, images);
  return written.map(({ picture: { title, words }, file }) => ({
    alt: words === '' ? title : `${title}. ${words}`,
    file: relative(from, join(images, file)).split(sep).join('/'),
    url: null,
  }));
}

/** Those whose gates are broken first: there is something to understand. */
function byGates(stages: readonly StageView[]): StageView[] {
  const broken = ({ gates }: StageView): boolean => gates?.passed === false;
  return [...stages.filter(broken), ...stages.filter((stage) => !broken(stage))];
}

function ofReport(project: Project, { against, changes }: Subject, { stage, report }: StageView): Picture[] {
  if (report === null) return [];
  const path = reportPath(project.pipeline.stages.get(stage as StageName)!);
  if (against !== null && !changes.data.some((change) => change.path === path)) return [];
  return orNone(() =>
    usingReport(path, () => reportPictures(report, detailsOf(project.repo.top, path))).map((picture) => ({
      ...picture,
      title: `${stage}: ${picture.title}`,
    })),
  );
}

function detailsOf(top: string, report: RepoPath): JsonObject | null {
  const path = report.replace(/\.json$/, '.details.json');
  const text = orAbsent(() => readFileSync(`${top}/${path}`, 'utf8'), undefined);
  return text === undefined ? null : parseReport(text, path);
}

/** With the baseline in the same picture; all that are declared where there is none. */
function plotsThatChanged(project: Project, against: PipelineView['against']): Picture[] {
  if (project.pipeline.plots.length === 0) return [];
  return orNone(() => {
    const now = { ...revisionOf(project, WORKSPACE), name: 'now' };
    const was = against ? [{ ...revisionOf(project, against.commit), name: against.name }] : [];
    return plotsFor(project, [], {}).flatMap((plot) => {
      const drawn = (revision: Revision): readonly Figure[] =>
        figuresOf([plot], [{ ...revision, name: '' }]).figures;
      const [then, today] = [was.map(drawn), drawn(now)];
      // What cannot be drawn any more is said by nobody's picture of how it was.
      if (today.length === 0 || then.some((each) => JSON.stringify(each) === JSON.stringify(today)))
        return [];
      return figuresOf([plot], [...was, now]).figures.flatMap(plotPictures);
    });
  });
}

/** No picture is worth a report. */
function orNone(draw: () => Picture[]): Picture[] {
  try {
    return draw();
  } catch (error) {
    if (error instanceof MlopsError) return [];
    throw error;
  }
}
