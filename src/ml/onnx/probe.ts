// What ONNX Runtime can do on this machine, found out by running a model of one number.

import { firstLine, loadRuntime, type Provider } from './session.ts';
import { writeLinearRegression } from './write.ts';

export interface RuntimeProbe {
  readonly version: string;
  /** Why a device cannot be used; null where it works. */
  readonly without: { readonly [device in Provider]: string | null };
}

/** @throws MlopsError when ONNX Runtime is not installed */
export async function probeRuntime(): Promise<RuntimeProbe> {
  const runtime = await loadRuntime();
  runtime.env.logLevel = 'fatal';
  const model = writeLinearRegression({ features: ['x'], weights: [2], intercept: 1 });
  const reason = async (device: Provider): Promise<string | null> => {
    try {
      const session = await runtime.InferenceSession.create(model, { executionProviders: [device] });
      await session.run({ X: new runtime.Tensor('float32', Float32Array.of(1), [1, 1]) });
      await session.release();
      return null;
    } catch (error) {
      return firstLine(error);
    }
  };
  return {
    version: runtime.env.versions.common,
    without: { cpu: await reason('cpu'), cuda: await reason('cuda') },
  };
}
