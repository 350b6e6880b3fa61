// Bundles src/cli.ts, and src/mlops.ts and src/log.ts for programs that import them, into dist/ as split ES modules: each command is a
// chunk of its own, so that starting the program loads only what the command at hand needs. Native packages stay outside and load lazily.
import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// A build that fails leaves the last one; one that succeeds replaces it whole.
const outdir = `dist.${process.pid}`;
process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));

const common = {
  outdir,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
};

await build({
  ...common,
  entryPoints: {
    cli: 'src/cli.ts',
    mlops: 'src/mlops.ts',
    log: 'src/log.ts',
    'hash-worker': 'src/store/hash-worker.ts',
    'write-worker': 'src/store/write-worker.ts',
    'stat-worker': 'src/store/stat-worker.ts',
    'check-worker': 'src/store/check-worker.ts',
  },
  splitting: true,
  external: ['onnxruntime-node', '@duckdb/node-api'],
  // Bundled CommonJS packages call require(); an ES module has none of its own.
  banner: { js: "import{createRequire as _cr}from'node:module';const require=_cr(import.meta.url);" },
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
});

// The ONNX writer as one readable file: `mlops demo` gives it to the demo's repository, which has no node_modules.
await build({
  ...common,
  entryPoints: { onnx: 'src/ml/onnx/write.ts' },
  banner: { js: '// Writes ONNX models. Made from src/ml/onnx of mlops; Apache-2.0.' },
});

// What pages run, each in one piece: it is written into the page.
await build({
  ...common,
  entryPoints: { 'exp-page': 'src/browser/exp/main.ts', 'plots-page': 'src/browser/plots/main.ts' },
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
});

// What draws PNG files: `src/commands/png-writer.ts` reads both. Their licences ask that this is said beside them.
for (const [source, name] of [
  ['@resvg/resvg-wasm/index_bg.wasm', 'resvg.wasm'],
  ['dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf', 'font.ttf'],
  ['dejavu-fonts-ttf/LICENSE', 'font.LICENSE.txt'],
])
  copyFileSync(fileURLToPath(import.meta.resolve(source)), `${outdir}/${name}`);

writeFileSync(
  `${outdir}/resvg.LICENSE.txt`,
  'resvg.wasm is that of @resvg/resvg-wasm, under MPL-2.0 (https://www.mozilla.org/MPL/2.0/); source: https://github.com/thx/resvg-js\n',
);

rmSync('dist', { recursive: true, force: true });
renameSync(outdir, 'dist');
