// A detector that somebody else trained, as an ONNX file: it takes columns and gives each row back as it understands it, or
// one error for each row. What is usual is measured on the reference rows.

import { fail } from '../../../core/failure.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { Random } from '../../../util/random.ts';
import type { Frame } from '../../frame/frame.ts';
import type { ModelValue, OnnxModel } from '../../onnx/read.ts';
import { mapFeatures, widthOf } from '../../predict/features.ts';
import { openModel, type Scorer, withScorer } from '../../predict/model.ts';
import { predictOptionsOf } from '../../predict/options.ts';
import { sampleRows } from '../../stats/sample.ts';
import { partsAmong } from '../parts.ts';
import type { ColumnErrors } from '../row-scores.ts';
import { sampled } from '../sampled.ts';
import { autodeployReport } from './autodeploy.ts';
import { baselineOf } from './baseline.ts';
import { type Answer, errorsGiven, errorsOfRows, type Judge, scaled, scalesOf } from './given-errors.ts';
import type { OpenDetector } from './open.ts';
import { GIVES_KEY, THRESHOLD_KEY } from './write.ts';

export interface GivenOptions {
  readonly model: string;
  readonly output: string | null;
  readonly gives: 'auto' | 'reconstruction' | 'error';
  readonly threshold: number | null;
  /** Feed numbers scaled to 0 … 1 by the reference, and report Autodeploy's rule. */
  readonly autodeploy: boolean;
  /** Options of `predict/`: features, batch, device, threads. */
  readonly predict: JsonObject;
}

interface Setting {
  readonly reference: Frame;
  readonly names: readonly string[];
  readonly timeParts: readonly Int32Array[];
  readonly random: Random;
  readonly cwd: string;
  readonly signal: AbortSignal;
}

const MOST_ROWS = 20_000;

/** Opens the file for as long as `use` takes. @throws MlopsError where file and reference do not fit */
export async function withGivenDetector<T>(
  options: GivenOptions,
  setting: Setting,
  use: (detector: OpenDetector, uses: JsonObject) => Promise<T>,
): Promise<T> {
  const path = options.model;
  const file = openModel(path, setting.cwd);
  const predict = predictOptionsOf(options.predict);
  const inputs = mapFeatures(file.model, setting.names, new Set(), predict, path);
  const names = inputs.flatMap(({ columns }) => columns);
  const output = chooseOutput(file.model, options.output, names.length, path);
  const gives = whatItGives(file.model, output, names.length, options, path);
  return withScorer(file, predict, async (scorer) => {
    const scale = scalesOf(
      sampled(setting.reference, names, sampleRows(setting.reference.rows, MOST_ROWS, setting.random)),
      names,
      options.autodeploy,
    );
    const answer = (frame: Frame) =>
      answerOf(
        scorer,
        inputs,
        output.name,
        options.autodeploy ? scaled(frame, names, scale) : frame,
        setting.signal,
      );
    const judge: Judge =
      gives === 'error' ? errorsGiven(answer, path) : errorsOfRows(answer, names, scale, path);
    const asked = sampleRows(setting.reference.rows, MOST_ROWS, setting.random);
    const known = await judge.score(sampled(setting.reference, names, asked));
    const finite = asked.filter((_, at) => Number.isFinite(known.squared[at]!));
    if (finite.length === 0) fail('config', `detector ${path} gives no finite error for any reference row`);
    const columns = judge.columnErrors && (await judge.columnErrors(setting.reference, finite));
    const detector: OpenDetector = {
      kind: 'model',
      from: 'file',
      path,
      sha256: file.sha256,
      columns: names,
      baseline: baselineOf(
        known.squared.filter(Number.isFinite),
        columns ? meansOf(columns) : null,
        partsAmong(finite, setting.timeParts),
        thresholdOf(file.model, options, path),
      ),
      score: async (frame) => (await judge.score(frame)).squared,
      columnErrors: judge.columnErrors,
      autodeploy: options.autodeploy ? autodeployOf(judge, known.absolute, names.length) : null,
    };
    return use(detector, scorer.uses);
  });
}

function chooseOutput(model: OnnxModel, asked: string | null, features: number, path: string): ModelValue {
  const listed = model.outputs.map(({ name }) => name).join(', ');
  const floats = model.outputs.filter(({ dtype }) => dtype === 'float32' || dtype === 'float64');
  if (asked !== null)
    return (
      floats.find(({ name }) => name === asked) ??
      fail('config', `detector ${path} has no float output "${asked}"`, { help: `its outputs: ${listed}` })
    );
  const likely =
    floats.find((each) => widthOf(each) === 1) ?? floats.find((each) => widthOf(each) === features);
  return (
    likely ??
    floats[0] ??
    fail('config', `detector ${path} has no float output`, { help: `its outputs: ${listed}` })
  );
}

/** By the option, else the model's own word, else the output's width. */
function whatItGives(
  model: OnnxModel,
  output: ModelValue,
  features: number,
  { gives }: GivenOptions,
  path: string,
): 'reconstruction' | 'error' {
  if (gives !== 'auto') return gives;
  const written = model.metadata.get(GIVES_KEY);
  if (written === 'reconstruction' || written === 'error') return written;
  const width = widthOf(output);
  if (features > 1 && width === 1) return 'error';
  if (features > 1 && width === features) return 'reconstruction';
  return fail(
    'config',
    `cannot tell whether output "${output.name}" of ${path} is a reconstruction or an error`,
    { help: 'say which: detector: {model: …, gives: reconstruction} or gives: error' },
  );
}

function thresholdOf(model: OnnxModel, { threshold }: GivenOptions, path: string) {
  if (threshold !== null) return { value: threshold, from: 'option' as const };
  const written = model.metadata.get(THRESHOLD_KEY);
  if (written === undefined) return null;
  const value = Number(written);
  if (!Number.isFinite(value) || written.trim() === '')
    fail('config', `${path} names "${written}" as its ${THRESHOLD_KEY}, which is no number`);
  return { value, from: 'metadata' as const };
}

async function answerOf(
  scorer: Scorer,
  inputs: ReturnType<typeof mapFeatures>,
  output: string,
  frame: Frame,
  signal: AbortSignal,
): Promise<Answer> {
  const outputs = { task: 'numbers', scores: output, label: null, value: null } as const;
  const { scores } = await scorer.score(frame, inputs, outputs, signal);
  return { ...scores!, frame };
}

function meansOf({ names, errors }: ColumnErrors): number[] {
  const rows = errors.length / names.length;
  return names.map((_, i) => {
    let sum = 0;
    for (let at = i; at < errors.length; at += names.length) sum += errors[at]!;
    return sum / rows;
  });
}

function autodeployOf(judge: Judge, known: Float64Array, columns: number): OpenDetector['autodeploy'] {
  const finite = known.filter(Number.isFinite);
  const rule = {
    ranges: new Array<number>(columns).fill(1),
    threshold: 1.01 * finite.reduce((most, each) => Math.max(most, each), 0),
    rows: finite.length,
  };
  return async (frame) => autodeployReport((await judge.score(frame)).absolute, rule);
}
