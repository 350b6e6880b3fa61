// What is said of models that ONNX Runtime cannot load.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readModelFile } from '../../../src/ml/onnx/read.ts';
import { openSession } from '../../../src/ml/onnx/session.ts';
import { failureOf, folder } from '../frame/folder.ts';

/** One node, Frobnicate of com.acme, from X to Y. */
const CUSTOM =
  'CAg6RwocCgFYEgFZIgpGcm9ibmljYXRlOghjb20uYWNtZRIBZ1oRCgFYEgwKCggBEgYKAAoCCAJiEQoBWRIMCgoIARIGCgAKAggBQgQKABARQgwKCGNvbS5hY21lEAE=';

it('names an operator that it does not have, and says what to do', async () => {
  const path = join(folder({}), 'custom.onnx');
  writeFileSync(path, Buffer.from(CUSTOM, 'base64'));
  const open = openSession(readModelFile(path, 'custom.onnx'), path, 'custom.onnx', {
    device: 'cpu',
    threads: 1,
  });
  expect(await failureOf(open)).toBe(
    'config: custom.onnx uses the operator Frobnicate of com.acme, which ONNX Runtime does not have',
  );
  await expect(open).rejects.toMatchObject({
    failures: [{ help: expect.stringContaining('predictions:') }],
  });
});
