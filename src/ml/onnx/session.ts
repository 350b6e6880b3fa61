// ONNX Runtime behind one door: loaded when a model is run, with the device and threads that were asked for.
//
// A missing value reaches the model as NaN (as "" in a text input): linear models answer NaN, tree ensembles follow the
// branch their nodes name for missing values, by default the false one. What a NaN score means is the caller's to say.
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Failure, fail, failure, MlopsError } from '../../core/failure.ts';
import type { OnnxModel } from './read.ts';
import { withoutZipMaps, zipMapsOf } from './zipmap.ts';

export type Device = 'auto' | 'cpu' | 'cuda';

export interface SessionOptions {
  readonly device: Device;
  /** Scores depend on it in their low digits, so it is 1 unless declared otherwise. */
  readonly threads: number;
}

/** Values of one input for a batch; shape as the model wants it. */
export interface Feed {
  readonly dtype: string;
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | readonly string[];
  readonly shape: readonly number[];
}

export interface Output {
  readonly data: ArrayLike<number | bigint | string>;
  readonly shape: readonly number[];
}

export interface OnnxSession {
  /** As it runs: ZipMaps are taken out. */
  readonly model: OnnxModel;
  /** What is in use: `auto` has become one of these. */
  readonly device: Provider;
  /** Version of ONNX Runtime. */
  readonly runtime: string;
  run(feeds: ReadonlyMap<string, Feed>, outputs: readonly string[]): Promise<ReadonlyMap<string, Output>>;
  close(): Promise<void>;
}

/** Where a session really runs. */
export type Provider = 'cpu' | 'cuda';

type Runtime = typeof import('onnxruntime-node');

/** @param path how messages name the model; `absolute` is where it lies, as external weights are found beside it. */
export async function openSession(
  model: OnnxModel,
  absolute: string,
  path: string,
  options: SessionOptions,
): Promise<OnnxSession> {
  const runtime = await loadRuntime();
  if (model.external.length > 0 && zipMapsOf(model).length > 0)
    fail('config', `${path} has both a ZipMap and external weights, which cannot be read together`, {
      help: 'export it again with zipmap=False',
    });
  // Trouble is thrown and told once; the runtime's own lines on stderr would come on top of it.
  runtime.env.logLevel = 'fatal';
  const plain = withoutZipMaps(model, path);
  const create = (on: Provider): Promise<InferenceSession> => {
    const settings: InferenceSession.SessionOptions = {
      executionProviders: on === 'cuda' ? ['cuda', 'cpu'] : ['cpu'],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
    };
    return plain === model
      ? runtime.InferenceSession.create(absolute, settings)
      : runtime.InferenceSession.create(plain.bytes, settings);
  };
  const { session, device } = await openOn(options.device, create, path);
  return {
    model: plain,
    device,
    runtime: runtime.env.versions.common,
    run: (feeds, outputs) => runBatch(runtime, session, feeds, outputs, path),
    close: () => session.release(),
  };
}

/** CUDA first where it may be used. A missing CUDA provider makes session creation throw. */
async function openOn(
  device: Device,
  create: (on: Provider) => Promise<InferenceSession>,
  path: string,
): Promise<{ readonly session: InferenceSession; readonly device: Provider }> {
  if (device !== 'cpu') {
    try {
      return { session: await create('cuda'), device: 'cuda' };
    } catch (error) {
      if (device === 'cuda')
        throw new MlopsError(
          failure('config', `device: cuda is not available to ONNX Runtime here (${firstLine(error)})`, {
            help: 'declare device: auto or cpu, or install the CUDA provider: node node_modules/onnxruntime-node/script/install --onnxruntime-node-install=cuda12',
          }),
          { cause: error },
        );
    }
  }
  try {
    return { session: await create('cpu'), device: 'cpu' };
  } catch (error) {
    throw new MlopsError(cannotLoad(firstLine(error), path), { cause: error });
  }
}

function cannotLoad(said: string, path: string): Failure {
  const [, domain, operator] = /(\S+):(\S+)\(-?\d+\) is not a registered function\/op/.exec(said) ?? [];
  if (operator === undefined) return failure('config', `ONNX Runtime cannot load ${path}: ${said}`);
  return failure(
    'config',
    `${path} uses the operator ${operator} of ${domain}, which ONNX Runtime does not have`,
    {
      help: 'export the model with standard operators alone, or judge its answers: predictions: {path, label, scores}',
    },
  );
}

async function runBatch(
  runtime: Runtime,
  session: InferenceSession,
  feeds: ReadonlyMap<string, Feed>,
  outputs: readonly string[],
  path: string,
): Promise<ReadonlyMap<string, Output>> {
  const tensors = Object.fromEntries(
    [...feeds].map(([name, { dtype, data, shape }]) => [
      name,
      new runtime.Tensor(dtype as 'float32', data as Float32Array, shape),
    ]),
  );
  try {
    const results = await session.run(tensors, outputs);
    return new Map(outputs.map((name) => [name, outputOf(results[name]!)]));
  } catch (error) {
    throw new MlopsError(failure('config', `model ${path} cannot score these rows: ${firstLine(error)}`), {
      cause: error,
    });
  }
}

function outputOf(tensor: Tensor): Output {
  return { data: tensor.data as ArrayLike<number | bigint | string>, shape: tensor.dims };
}

/** @throws MlopsError with how to get it */
export async function loadRuntime(): Promise<Runtime> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    fail(
      'missing',
      'models are run with ONNX Runtime, which is not installed',
      { help: 'ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node' },
      error,
    );
  }
}

export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim();
}
