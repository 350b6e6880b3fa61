// A model file ready to score frames: what it says of itself, its content and that of its external weights.

import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../../core/failure.ts';
import type { Digest } from '../../core/ids.ts';
import type { JsonObject } from '../../core/json.ts';
import { digestFile } from '../../util/digest.ts';
import { orAbsent } from '../../util/errno.ts';
import type { InputMapping } from '../evaluate/report.ts';
import type { Frame } from '../frame/frame.ts';
import { type OnnxModel, readModelFile } from '../onnx/read.ts';
import { openSession } from '../onnx/session.ts';
import type { PredictOptions } from './options.ts';
import type { ChosenOutputs } from './outputs.ts';
import { type Patcher, patcherOf } from './patch.ts';
import { type RawPredictions, type ScoreOptions, scoreRows } from './score.ts';

export interface ModelFile {
  /** As written. */
  readonly path: string;
  readonly absolute: string;
  readonly sha256: Digest;
  readonly external: readonly { readonly path: string; readonly sha256: Digest }[];
  readonly model: OnnxModel;
}

export function openModel(path: string, cwd: string): ModelFile {
  const absolute = resolve(cwd, path);
  const model = readModelFile(absolute, path);
  const external = externalPaths(model, path).map((each) => {
    const at = resolve(cwd, each);
    if (!orAbsent(() => statSync(at), undefined)?.isFile())
      fail('missing', `${path} keeps weights in ${each}, which does not exist`);
    return { path: each, sha256: digestFile(at).digest };
  });
  return { path, absolute, sha256: digestFile(absolute).digest, external, model };
}

/** Where a model keeps its external weights, as paths beside `path`. They must stay inside the model's folder. */
export function externalPaths(model: OnnxModel, path: string): readonly string[] {
  return model.external.map((location) => {
    const parts = location.split(/[/\\]/);
    if (location === '' || parts.includes('..') || /^([/\\]|[A-Za-z]:)/.test(location))
      fail('config', `${path} keeps weights at "${location}", outside its folder`);
    return join(dirname(path), location);
  });
}

export interface Scorer {
  /** As it runs: ZipMaps are taken out. */
  readonly model: OnnxModel;
  /** Which inputs and outputs take part is decided before: see features.ts and outputs.ts. */
  score(
    frame: Frame,
    inputs: readonly InputMapping[],
    outputs: ChosenOutputs,
    signal?: AbortSignal,
  ): Promise<RawPredictions>;
  /** As `score`, for rows that are put together out of the cells of `frame`, which is made into tensors once. */
  patcher(
    frame: Frame,
    inputs: readonly InputMapping[],
    outputs: ChosenOutputs,
    signal?: AbortSignal,
  ): Patcher;
  /** What was used, for the run record: device and version of the runtime. */
  readonly uses: JsonObject;
}

/** Loads the model into ONNX Runtime for as long as `use` takes. */
export async function withScorer<T>(
  file: ModelFile,
  options: PredictOptions,
  use: (scorer: Scorer) => Promise<T>,
): Promise<T> {
  const session = await openSession(file.model, file.absolute, file.path, {
    device: options.device,
    threads: options.threads,
  });
  const scoring = (signal: AbortSignal | undefined): ScoreOptions => ({
    batch: options.batch,
    path: file.path,
    ...(signal ? { signal } : {}),
  });
  try {
    return await use({
      model: session.model,
      uses: { device: session.device, onnxruntime: session.runtime },
      score: (frame, inputs, outputs, signal) => scoreRows(session, inputs, outputs, frame, scoring(signal)),
      patcher: (frame, inputs, outputs, signal) =>
        patcherOf(session, inputs, outputs, frame, scoring(signal)),
    });
  } finally {
    await session.close();
  }
}
