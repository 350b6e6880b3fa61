// What is to be drawn, as it is written under `plots:` of a file or a stage → plots with paths from the top level.
import type { Location } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { OutDecl } from '../core/pipeline.ts';
import type { PlotColumns, PlotDecl, PlotLook, PlotScale, PlotTemplate, PlotX } from '../core/plot.ts';
import { INSIDE, type OutOptions, toOut } from './declared.ts';
import { resolvePath } from './paths.ts';
import type { Problems } from './problems.ts';
import type { StageSource } from './stage-source.ts';
import type { Path } from './yaml-places.ts';

/** Where the plots stand, and what their paths start from. */
interface PlotsPlace {
  readonly base: RepoPath | '';
  readonly problems: Problems;
  where(path: Path): Location;
  whereKey(path: Path): Location;
}

/** `entries` have the shape of `plots:` at the top of a file; `place` leads from its root. */
export function readPlots(entries: readonly Json[], place: PlotsPlace): PlotDecl[] {
  return entries.flatMap((entry, index) => {
    if (!isJsonObject(entry)) return toPlot(entry as string, {}, ['plots', index], place);
    return Object.entries(entry).flatMap(([id, options]) =>
      toPlot(id, (options ?? {}) as JsonObject, ['plots', index, id], place),
    );
  });
}

/** A stage's plots are outs of it, which Git keeps as it keeps metrics; one file may be drawn in several ways. */
export function readStagePlots(
  source: StageSource,
  base: RepoPath | '',
): { readonly outs: readonly OutDecl[]; readonly plots: readonly PlotDecl[] } {
  const entries = (source.body['plots'] ?? []) as readonly Json[];
  const outs: OutDecl[] = [];
  const plots: PlotDecl[] = [];
  const add = (path: string, written: Json, place: Path): void => {
    const ways = (Array.isArray(written) ? written : [written ?? {}]) as readonly JsonObject[];
    const options: JsonObject = Object.assign({}, ...ways.map(outOptionsIn));
    outs.push(...toOut(path, { git: true, ...(options as OutOptions) }, false, base, source, place));
    for (const way of ways) plots.push(...toPlot(path, way, place, { ...source, base }));
  };
  for (const [index, entry] of entries.entries()) {
    if (!isJsonObject(entry)) add(entry as string, {}, ['plots', index]);
    else for (const [path, written] of Object.entries(entry)) add(path, written, ['plots', index, path]);
  }
  return { outs, plots };
}

const LOOKS = ['title', 'template', 'x', 'y', 'x_label', 'y_label', 'x_scale', 'y_scale', 'header'];

function outOptionsIn(way: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(way).filter(([key]) => !LOOKS.includes(key)));
}

function toPlot(id: string, options: JsonObject, place: Path, around: PlotsPlace): PlotDecl[] {
  const { problems, base } = around;
  const where = place.length > 2 ? around.whereKey(place) : around.where(place);
  const pathOf = (written: string, at: Location): RepoPath[] => {
    const found = resolvePath(base, written);
    if ('path' in found) return [found.path];
    problems.add(`path "${written}" ${found.problem}`, at, INSIDE);
    return [];
  };
  const { x, y } = options;
  const own = isJsonObject(y) ? undefined : pathOf(id, where);
  const columns = own
    ? own.map((file): PlotColumns => ({ file, columns: namesIn(y) }))
    : Object.entries(y as JsonObject).flatMap(([file, names]) =>
        pathOf(file, around.whereKey([...place, 'y', file])).map((path) => ({
          file: path,
          columns: namesIn(names),
        })),
      );
  const xs = isJsonObject(x)
    ? Object.entries(x).flatMap(([file, column]) =>
        pathOf(file, around.whereKey([...place, 'x', file])).map((path) => ({
          file: path,
          column: column as string,
        })),
      )
    : namesIn(x).map((column): PlotX => ({ column }));
  if (columns.length === 0) return [];
  if (xs.length > 1 && xs.length !== columns.length) {
    problems.add(
      `plot "${id}" has ${xs.length} files for x and ${columns.length} for y`,
      where,
      'name one file for x, or as many as for y',
    );
    return [];
  }
  return [{ id: own?.[0] ?? id, x: xs, y: columns, ...lookOf(options), where }];
}

function namesIn(written: Json | undefined): readonly string[] {
  if (written === undefined || written === null) return [];
  return Array.isArray(written) ? (written as readonly string[]) : [written as string];
}

function lookOf(options: JsonObject): PlotLook {
  const { title, template, x_label, y_label, x_scale, y_scale, header } = options;
  return {
    ...(title === undefined ? {} : { title: title as string }),
    ...(template === undefined ? {} : { template: template as PlotTemplate }),
    ...(x_label === undefined ? {} : { xLabel: x_label as string }),
    ...(y_label === undefined ? {} : { yLabel: y_label as string }),
    ...(x_scale === undefined ? {} : { xScale: x_scale as PlotScale }),
    ...(y_scale === undefined ? {} : { yScale: y_scale as PlotScale }),
    ...(header === undefined ? {} : { header: header as boolean }),
  };
}
