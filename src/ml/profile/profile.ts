// What is known of a data set, small enough to keep beside a model: the reference of every later drift check.
import type { ActionContext } from '../../core/action.ts';
import type { JsonObject } from '../../core/json.ts';
import { byCodeUnit } from '../../util/compare.ts';
import { randomFrom } from '../../util/random.ts';
import { type Chunks, chunkEffects, chunksOf, percentile95 } from '../drift/chunks.ts';
import { kindOf } from '../drift/kinds.ts';
import { categoricalSide, type NumericSide, numericSide } from '../drift/sides.ts';
import { CELL_LIMITS } from '../frame/cells.ts';
import { type Column, type Frame, held, takeRows } from '../frame/frame.ts';
import { requireColumn, type Table, withTables } from '../frame/read.ts';
import { type DetectorFile, detectorFile } from '../multivariate/detector/file.ts';
import type { UsedColumn } from '../multivariate/used-column.ts';
import { quantile } from '../stats/quantile.ts';
import { countInBins, quantileEdges } from '../stats/quantile-bins.ts';
import { sampleRows } from '../stats/sample.ts';
import type { Profile, ProfileColumn } from './format.ts';
import { type ProfileOptions, profileOptionsOf } from './options.ts';
import { csvOf } from './sample.ts';

export interface ProfileResult {
  readonly profile: Profile;
  /** Text of `sample.csv`. */
  readonly sample: string;
  /** Bytes of `detector.onnx`; null without one. */
  readonly detector: Uint8Array | null;
  readonly uses: JsonObject;
}

/** `json` fits `profileShape`; paths are relative to `io.cwd`. Equal data and options give equal bytes. */
export async function profile(json: JsonObject, io: ActionContext): Promise<ProfileResult> {
  const options = profileOptionsOf(json);
  const reading = { cwd: io.cwd, overrides: options.columns, signal: io.signal, limits: CELL_LIMITS };
  return withTables([options.data], reading, async (opened) => {
    const table = opened.tables[0]!;
    if (options.time.column !== null) requireColumn(table, options.time.column, 'time column');
    const excluded = new Set(options.exclude);
    const [frame] = await opened.read(({ names }) => names.filter((name) => !excluded.has(name)));
    return profileOf(frame!, table, options);
  });
}

function profileOf(frame: Frame, table: Table, options: ProfileOptions): ProfileResult {
  const chunks = chunksFor(frame, options);
  const rows = sampleRows(frame.rows, options.sample, randomFrom(options.seed));
  const columns = [...frame.columns.values()];
  const detector = detectorFor(frame, chunks, options);
  const made = typeof detector === 'string' ? null : detector;
  return {
    profile: {
      schema: 'mlops.profile/1',
      data: { path: table.path, sha256: table.sha256, rows: frame.rows },
      sample: { rows: rows.length, seed: options.seed },
      chunks: chunks.length,
      columns: columns.map((column) => profileColumn(column, options, chunks)),
      detector: made?.stored ?? null,
      unavailable: typeof detector === 'string' ? { detector } : {},
    },
    detector: made?.bytes ?? null,
    sample: csvOf(takeRows(frame, rows)),
    uses: {},
  };
}

/** Of the columns that drift would test, the time column apart: it always moves. */
function detectorFor(frame: Frame, chunks: Chunks, options: ProfileOptions): DetectorFile | string {
  if (options.detector === null) return 'no detector is asked for';
  const used = [...frame.columns.values()].flatMap((column): UsedColumn[] => {
    const kind = kindOf(column, options.columns[column.name]?.kind);
    const tested = kind === 'categorical' || (kind === 'numeric' && column.kind !== 'categorical');
    return tested && column.name !== options.time.column ? [{ name: column.name, kind }] : [];
  });
  return detectorFile(options.detector, used, frame, chunks, options.minRows, options.seed);
}

/** Here there is no current window to be as long as: without `time.chunk` the data are cut in ten. */
function chunksFor(frame: Frame, { time, minRows }: ProfileOptions): Chunks {
  if (time.column === null) return [];
  const column = held(frame.columns.get(time.column)!);
  return chunksOf(column, column, time.chunk ?? `${Math.ceil(frame.rows / 10)} rows`, minRows);
}

const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

function profileColumn(column: Column, options: ProfileOptions, chunks: Chunks): ProfileColumn {
  const kind = kindOf(column, options.columns[column.name]?.kind);
  const named = { name: column.name, type: column.type, kind, range: null, quantiles: null, bins: null };
  if (kind === 'numeric' && column.kind !== 'categorical') {
    const side = numericSide(column);
    return { ...named, ...numericPart(side, options.bins), limit: limitOf(column, side, options, chunks) };
  }
  const side = categoricalSide(column);
  const tested = kind === 'categorical';
  return {
    ...named,
    missing: side.missing,
    categories: tested ? [...side.counts].sort(([a], [b]) => byCodeUnit(a, b)) : null,
    limit: tested ? limitOf(column, side, options, chunks) : null,
  };
}

type NumericPart = Pick<ProfileColumn, 'missing' | 'range' | 'quantiles' | 'bins' | 'categories'>;

function numericPart({ sorted, missing }: NumericSide, bins: number): NumericPart {
  if (sorted.length === 0) return { missing, range: null, quantiles: null, bins: null, categories: null };
  const edges = quantileEdges(sorted, bins);
  return {
    missing,
    range: { min: sorted[0]!, max: sorted.at(-1)!, rows: sorted.length },
    quantiles: { p: QUANTILES, values: QUANTILES.map((p) => quantile(sorted, p)) },
    bins: { edges: [...edges], counts: [...countInBins(sorted, edges)] },
    categories: null,
  };
}

function limitOf(
  column: Column,
  side: Parameters<typeof chunkEffects>[1],
  options: ProfileOptions,
  chunks: Chunks,
): number | null {
  if (chunks.length < 2) return null;
  const effect = 'sorted' in side ? 'ks' : 'js';
  return percentile95(chunkEffects(column, side, effect, options.bins, chunks));
}
