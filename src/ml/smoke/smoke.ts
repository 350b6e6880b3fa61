// Before a model is shipped: does it load in a process of its own, answer real rows as it did before, one by one as
// together, and within its limits? What TFX calls infra validation.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ActionContext } from '../../core/action.ts';
import { fail } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { formatBytes, formatCount } from '../../util/units.ts';
import type { InputMapping } from '../evaluate/report.ts';
import { rounded } from '../evaluate/round.ts';
import { countFindings } from '../findings-report.ts';
import { type Frame, takeRows } from '../frame/frame.ts';
import { readFrames, type Table, withTables } from '../frame/read.ts';
import { mapFeatures } from '../predict/features.ts';
import { modelLabels } from '../predict/labels.ts';
import { type ModelFile, openModel } from '../predict/model.ts';
import { farthest } from './answers.ts';
import { farFromExpected } from './expected.ts';
import { answersFinding, differenceFinding, sizeFinding, withinFindings } from './findings.ts';
import { type SmokeOptions, smokeOptionsOf } from './options.ts';
import type { SmokeReport } from './report.ts';
import { tryModel } from './try-model.ts';

export interface SmokeResult {
  readonly report: SmokeReport;
  readonly uses: JsonObject;
}

/**
 * What depends on the bytes alone is found and judged by gates. Time and memory are not the same twice: over their limit
 * the stage fails, and is tried again with `retries`.
 * @throws MlopsError when the model cannot be loaded, cannot answer, or is too slow or too large in memory
 */
export async function smoke(json: JsonObject, io: ActionContext): Promise<SmokeResult> {
  const options = smokeOptionsOf(json);
  const model = openModel(options.model, io.cwd);
  const { frame, inputs, table } = await rowsFor(model, options, io);
  const tried = await tryModel(model, inputs, frame, options);
  const expected = await expectedFor(options, frame, table, io);
  const alone = Math.max(
    ...[...tried.together].map(([name, answer]) => farthest(answer, tried.alone.get(name)!)),
  );
  const labels = modelLabels(model.model, model.path)?.labels.map(String) ?? null;
  const before =
    expected && farFromExpected(tried.together, labels, expected.frame, frame.rows, options.expected!);
  const bytes = sizeOf(model, io.cwd);
  const findings = [
    sizeFinding(bytes, options),
    answersFinding(tried.together, model, frame),
    differenceFinding('one_by_one', 'answers one by one', alone, options),
    ...(before === null
      ? []
      : [differenceFinding('expected', `answers to ${options.expected}`, before, options)]),
    ...withinFindings(options, model),
  ];
  io.log(
    `loaded in ${tried.loadMs.toFixed(0)} ms · a row takes ${tried.latencyMs.toFixed(2)} ms (95th percentile of ${frame.rows}) · grew by ${formatBytes(tried.memory)}`,
  );
  return {
    report: rounded({
      schema: 'mlops.smoke/1',
      stage: io.stage,
      inputs: {
        model: { path: model.path, sha256: model.sha256, bytes },
        data: { path: table.path, sha256: table.sha256, rows: frame.rows },
        expected: expected && { path: options.expected!, sha256: expected.sha256 },
      },
      metrics: {
        ...countFindings(findings),
        rows: frame.rows,
        max_difference_alone: finiteOrNull(alone),
        max_difference_expected: before === null ? null : finiteOrNull(before),
      },
      findings,
    }),
    uses: {
      ...tried.uses,
      load_ms: Math.round(tried.loadMs),
      latency_p95_ms: Number(tried.latencyMs.toPrecision(3)),
      memory_bytes: tried.memory,
    },
  };
}

interface Rows {
  readonly frame: Frame;
  readonly inputs: readonly InputMapping[];
  readonly table: Table;
}

async function rowsFor(model: ModelFile, options: SmokeOptions, io: ActionContext): Promise<Rows> {
  const reading = { cwd: io.cwd, overrides: options.columns, signal: io.signal };
  return withTables([options.data], reading, async ({ tables, read }) => {
    const table = tables[0]!;
    const inputs = mapFeatures(model.model, table.names, new Set(), options.predict, model.path);
    const [frame] = await read(() => inputs.flatMap(({ columns }) => columns));
    const first = Int32Array.from({ length: Math.min(options.rows, frame!.rows) }, (_, row) => row);
    return { frame: takeRows(frame!, first), inputs, table };
  });
}

async function expectedFor(
  options: SmokeOptions,
  frame: Frame,
  table: Table,
  io: ActionContext,
): Promise<{ readonly frame: Frame; readonly sha256: string } | null> {
  if (options.expected === null) return null;
  const source = { paths: [options.expected], where: null, format: 'auto' } as const;
  const [read] = await readFrames([source], { cwd: io.cwd, signal: io.signal });
  if (read!.rows < frame.rows)
    fail('config', `${options.expected} holds ${formatCount(read!.rows)} rows, fewer than are asked`, {
      help: `it has to be of the rows of ${table.path}, in their order: evaluate them with on_missing at its default`,
    });
  return { frame: read!, sha256: read!.table.sha256 };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function sizeOf({ absolute, external }: ModelFile, cwd: string): number {
  return [absolute, ...external.map(({ path }) => resolve(cwd, path))].reduce(
    (sum, path) => sum + statSync(path).size,
    0,
  );
}
