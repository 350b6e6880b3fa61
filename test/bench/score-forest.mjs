// Times the product's own ONNX session over rows of float32: prints the seconds spent in inference, as JSON.
//   node score-forest.mjs MODEL ROWS.f32
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [model, rows] = process.argv.slice(2);
const ROOT = resolve(import.meta.dirname, '../..');
const FEATURES = 48;
/** The default of `evaluate`. */
const BATCH = 4096;

const { openSession, readModelFile } = await product();
const values = new Float32Array(readFileSync(rows).buffer);
const session = await openSession(readModelFile(model, model), model, model, { device: 'cpu', threads: 1 });
const [input] = session.model.inputs;
const outputs = session.model.outputs.map(({ name }) => name);

const began = performance.now();
for (let at = 0; at < values.length; at += BATCH * FEATURES) {
  const data = values.subarray(at, at + BATCH * FEATURES);
  const feed = { dtype: 'float32', data, shape: [data.length / FEATURES, FEATURES] };
  await session.run(new Map([[input.name, feed]]), outputs);
}
console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000 }));

/** Modules of src/, bundled into a file beside the built CLI, so that it finds the same packages. */
async function product() {
  const outfile = join(ROOT, 'node_modules/.cache/mlops-bench/session.mjs');
  await build({
    stdin: {
      contents: `export { openSession } from './src/ml/onnx/session.ts'; export { readModelFile } from './src/ml/onnx/read.ts';`,
      resolveDir: ROOT,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['onnxruntime-node'],
    outfile,
  });
  return import(pathToFileURL(outfile).href);
}
