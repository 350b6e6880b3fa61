// The options of `smoke`, and what a smoke stage reads and writes.
import type { ActionPlan } from '../../core/action.ts';
import type { JsonObject } from '../../core/json.ts';
import { atLeast, count, described, either, number, object, type Shape, text } from '../../core/shape.ts';
import { parseBytes, parseDuration } from '../../util/units.ts';
import {
  type ColumnOverrides,
  type DataSource,
  overridesShape,
  sourceOf,
  sourceShape,
} from '../frame/source.ts';
import { findingsGatesShape } from '../gates-findings.ts';
import { withoutGates } from '../given.ts';
import { type PredictOptions, predictKeys, predictOptionsOf } from '../predict/options.ts';
import { reportPaths } from '../report-files.ts';

const size = either('a size like 500MiB', text, number);
const duration = either('a duration like 20ms or 5s', text, number);

export const smokeShape: Shape = object(
  {
    model: described('The ONNX model that is to be shipped', text),
    data: described('Rows to ask it', sourceShape),
    rows: described('How many of them, from the first; 100 where not given', count(1)),
    expected: described('Predictions that evaluate saved for the same rows (save_predictions: true)', text),
    tolerance: described('By how much answers may differ; 1e-5 where not given', atLeast(0)),
    limits: object({
      load: described('Time until it can answer', duration),
      latency: described('Time for one row; the 95th percentile counts', duration),
      memory: described('By how much the process grows', size),
      size: described('Bytes of the model with its external weights', size),
    }),
    columns: overridesShape,
    features: predictKeys['features']!,
    exclude: predictKeys['exclude']!,
    device: predictKeys['device']!,
    threads: predictKeys['threads']!,
    report: text,
    gates: findingsGatesShape,
  },
  ['model', 'data'],
);

export interface SmokeOptions {
  readonly model: string;
  readonly data: DataSource;
  readonly rows: number;
  readonly expected: string | null;
  readonly tolerance: number;
  readonly limits: {
    readonly loadMs: number | null;
    readonly latencyMs: number | null;
    readonly memory: number | null;
    readonly size: number | null;
  };
  readonly columns: ColumnOverrides;
  readonly predict: PredictOptions;
}

/** `json` fits `smokeShape`. @throws MlopsError for a size or duration that is none */
export function smokeOptionsOf(json: JsonObject): SmokeOptions {
  const limits = (json['limits'] ?? {}) as { readonly [limit: string]: string | number };
  return {
    model: json['model'] as string,
    data: sourceOf(json['data']!),
    rows: (json['rows'] as number | undefined) ?? 100,
    expected: (json['expected'] as string | undefined) ?? null,
    tolerance: (json['tolerance'] as number | undefined) ?? 1e-5,
    limits: {
      loadMs: limitOf(limits['load'], parseDuration),
      latencyMs: limitOf(limits['latency'], parseDuration),
      memory: limitOf(limits['memory'], parseBytes),
      size: limitOf(limits['size'], parseBytes),
    },
    columns: (json['columns'] ?? {}) as ColumnOverrides,
    predict: predictOptionsOf(json),
  };
}

function limitOf(
  written: string | number | undefined,
  parse: (text: string | number) => number | undefined,
): number | null {
  return written === undefined ? null : (parse(written) ?? null);
}

export function planSmoke(options: JsonObject, stage: { readonly local: string }): ActionPlan {
  return {
    reads: [
      options['model'] as string,
      ...sourceOf(options['data']!).paths,
      ...(typeof options['expected'] === 'string' ? [options['expected']] : []),
    ],
    writes: [{ path: reportPaths(options, stage.local).report, git: true, metric: true }],
    hashed: withoutGates(options),
    problems: Object.entries((options['limits'] ?? {}) as { readonly [limit: string]: string | number })
      .filter(([name, value]) => parserOf(name)(value) === undefined)
      .map(([name, value]) => ({
        path: ['limits', name],
        message: `"${value}" is no ${name === 'load' || name === 'latency' ? 'duration' : 'size'}`,
        help: name === 'load' || name === 'latency' ? 'such as 20ms, 5s' : 'such as 500MiB',
      })),
  };
}

function parserOf(limit: string): (text: string | number) => number | undefined {
  return limit === 'load' || limit === 'latency' ? parseDuration : parseBytes;
}
