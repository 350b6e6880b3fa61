// One pipeline.yaml → its stages and data entries.
import type { Failure } from '../core/failure.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { DataDecl, DataSource, PipelineFile, Stage } from '../core/pipeline.ts';
import type { PlotDecl } from '../core/plot.ts';
import { any, checkShape, either, map, nothing, object } from '../core/shape.ts';
import { resolvePath } from './paths.ts';
import { readPlots } from './plots.ts';
import { dataShape, plotsShape, varsShape } from './shapes.ts';
import { StagesReader, type Surroundings } from './stages.ts';
import { readYaml, type YamlFile } from './yaml.ts';

export interface LoadedFile {
  readonly stages: readonly Stage[];
  readonly data: readonly DataDecl[];
  /** Of the file itself; those of its stages stand with the stages. */
  readonly plots: readonly PlotDecl[];
}

const fileShape = object({
  vars: either('a list of files or maps', nothing, varsShape),
  data: either('a map of paths', nothing, dataShape),
  plots: either('a list of plots', nothing, plotsShape),
  stages: either('a map of stages', nothing, map(any)),
  checks: either('a map of checks', nothing, map(any)),
});
const EMPTY: LoadedFile = { stages: [], data: [], plots: [] };

/** Reports every problem of the file; what is sound is still returned, so that the graph's problems show too. */
export function loadFile(file: PipelineFile, text: string, around: Surroundings): LoadedFile {
  const { problems } = around;
  const failures: Failure[] = [];
  const yaml = readYaml(file.path, text, failures);
  problems.addAll(failures);
  if (!yaml || yaml.value === null) return EMPTY;
  const wrong = checkShape(fileShape, yaml.value);
  for (const { path, key, message, help } of wrong) {
    problems.add(message, key ? yaml.whereKey(path) : yaml.where(path), help);
  }
  if (!isJsonObject(yaml.value)) return EMPTY;
  const { vars, stages, checks, data, plots } = yaml.value;
  const sound = (key: string): boolean => !wrong.some(({ path }) => path[0] === key);
  const varsEntries = sound('vars') && Array.isArray(vars) ? vars : [];
  const reader = new StagesReader(file, yaml, around, varsEntries);
  const drawn = sound('plots') && Array.isArray(plots) ? reader.fill(plots, ['plots']) : [];
  const made = isJsonObject(stages) ? reader.read(stages) : [];
  return {
    data: sound('data') && isJsonObject(data) ? readData(data, file, yaml, around) : [],
    plots: readPlots((drawn ?? []) as readonly Json[], {
      base: file.dir,
      problems,
      where: (path) => yaml.where(path),
      whereKey: (path) => yaml.whereKey(path),
    }),
    stages: [...made, ...(isJsonObject(checks) ? reader.readChecks(checks, made) : [])],
  };
}

function readData(
  data: JsonObject,
  file: PipelineFile,
  yaml: YamlFile,
  { problems }: Surroundings,
): DataDecl[] {
  return Object.entries(data).flatMap(([written, options]) => {
    const where = yaml.whereKey(['data', written]);
    const found = resolvePath(file.dir, written);
    if ('problem' in found) {
      problems.add(`path "${written}" ${found.problem}`, where);
      return [];
    }
    const {
      url,
      path,
      rev,
      git = false,
    } = (options ?? {}) as Partial<DataSource> & { readonly git?: boolean };
    if (url === undefined && (path ?? rev) !== undefined)
      problems.add('"path" and "rev" need a "url"', where);
    const source = { ...(path === undefined ? {} : { path }), ...(rev === undefined ? {} : { rev }) };
    return [
      { path: found.path, file, ...(url === undefined ? {} : { source: { url, ...source } }), git, where },
    ];
  });
}
