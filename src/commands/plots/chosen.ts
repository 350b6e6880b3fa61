// Which plots are meant: all that are declared, those that are named, or any file; and what flags say of them.
import { fail } from '../../core/failure.ts';
import { isWithin, repoPathOf, type StageName } from '../../core/ids.ts';
import {
  PLOT_SCALES,
  PLOT_TEMPLATES,
  type PlotDecl,
  type PlotLook,
  type PlotScale,
  type PlotTemplate,
} from '../../core/plot.ts';
import type { Project } from '../../project.ts';
import { suggest } from '../../util/suggest.ts';

export interface LookFlags {
  readonly x?: string;
  readonly y?: readonly string[];
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly xScale?: string;
  readonly yScale?: string;
  readonly title?: string;
  readonly template?: string;
  /** Commander's `--no-header`. */
  readonly header?: boolean;
}

/** A target is the name of a plot, a path that plots draw, a stage that writes such, or any file or folder. */
export function plotsFor(project: Project, targets: readonly string[], flags: LookFlags): PlotDecl[] {
  const { plots } = project.pipeline;
  if (targets.length === 0 && plots.length === 0)
    fail('config', 'pipeline.yaml declares no plots', {
      help: 'name a file: mlops plots show metrics/train.jsonl   (or list it under plots:)',
    });
  const chosen =
    targets.length === 0
      ? plots.filter((plot) => !isSaidBetter(plot, plots))
      : targets.flatMap((target) => plotsOf(project, target));
  const look = lookOf(flags);
  return chosen.map((plot) => ({
    ...plot,
    ...look,
    ...(flags.x === undefined ? {} : { x: [{ column: flags.x }] }),
    ...(flags.y === undefined ? {} : { y: plot.y.map((each) => ({ ...each, columns: flags.y! })) }),
  }));
}

/** A file that is only listed, as an out of its stage, and drawn by a plot that says how. */
function isSaidBetter(plot: PlotDecl, plots: readonly PlotDecl[]): boolean {
  const listed = ({ id, x, y, where: _, ...look }: PlotDecl): boolean =>
    x.length === 0 &&
    y.length === 1 &&
    y[0]!.file === id &&
    y[0]!.columns.length === 0 &&
    Object.keys(look).length === 0;
  return (
    listed(plot) &&
    plots.some((other) => !listed(other) && other.y.some(({ file }) => file === plot.y[0]!.file))
  );
}

function plotsOf(project: Project, target: string): PlotDecl[] {
  const { plots } = project.pipeline;
  const named = plots.filter(({ id }) => id === target);
  if (named.length > 0) return named;
  const path = project.pathFromHere(target);
  const drawing = plots.filter(({ y }) => y.some((each) => isWithin(each.file, path)));
  if (drawing.length > 0) return drawing;
  const ofStage = plotsOfStage(project, target);
  if (ofStage.length > 0) return ofStage;
  const file = repoPathOf(path);
  return [{ id: file, x: [], y: [{ file, columns: [] }], where: { file } }];
}

/** A stage by its name: the plots of what it writes. */
function plotsOfStage({ pipeline }: Project, target: string): PlotDecl[] {
  const outs = [...pipeline.stages.values()]
    .filter(({ name, local, base }) => [name, local, base].includes(target as StageName))
    .flatMap((stage) => stage.outs);
  return pipeline.plots.filter(({ y }) => y.some(({ file }) => outs.some((out) => isWithin(file, out.path))));
}

function lookOf(flags: LookFlags): PlotLook {
  return {
    ...(flags.title === undefined ? {} : { title: flags.title }),
    ...(flags.xLabel === undefined ? {} : { xLabel: flags.xLabel }),
    ...(flags.yLabel === undefined ? {} : { yLabel: flags.yLabel }),
    ...(flags.xScale === undefined ? {} : { xScale: scaleNamed(flags.xScale) }),
    ...(flags.yScale === undefined ? {} : { yScale: scaleNamed(flags.yScale) }),
    ...(flags.template === undefined ? {} : { template: templateNamed(flags.template) }),
    ...(flags.header === false ? { header: false } : {}),
  };
}

export function templateNamed(typed: string): PlotTemplate {
  const found = PLOT_TEMPLATES.find((name) => name === typed);
  if (found) return found;
  const near = suggest(typed, PLOT_TEMPLATES);
  return fail('usage', `there is no template "${typed}"`, {
    help: near ? `did you mean "${near}"?` : 'mlops plots templates lists them',
  });
}

function scaleNamed(typed: string): PlotScale {
  return (
    PLOT_SCALES.find((name) => name === typed) ??
    fail('usage', `there is no scale "${typed}"`, { help: PLOT_SCALES.join(', ') })
  );
}
