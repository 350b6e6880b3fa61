// The tools that are compared: where they are, and which versions. A peer that is not installed is left out and said so.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';

const HERE = import.meta.dirname;

export const node = [process.execPath];
export const mlops = [process.execPath, resolve(HERE, '../../bin/mlops.js')];

/**
 * Python programs named by MLOPS_BENCH_PYTHON (several, separated as in PATH), else python3.
 * Each peer uses the first one that has its packages.
 */
const pythons = (process.env.MLOPS_BENCH_PYTHON ?? 'python3').split(delimiter);

const dvcPython = pythonWith('dvc');
const dvcBeside = dvcPython && join(dirname(dvcPython), 'dvc');
const dvcPath = dvcBeside && existsSync(dvcBeside) ? dvcBeside : onPath('dvc');

export const dvc = dvcPath && [dvcPath];
/** DVC with its part for S3. */
export const dvcS3 = dvc && pythonWith('dvc', 'dvc_s3') === dvcPython ? dvc : undefined;
export const openssl = onPath('openssl');
export const s5cmd = goProgram('s5cmd');
export const rclone = goProgram('rclone');
export const versitygw = goProgram('versitygw');
export const minio = goProgram('minio');
export const evidently = pythonWith('evidently');
/** Runs ONNX models. */
export const pythonOnnx = pythonWith('onnxruntime', 'pandas', 'sklearn');
export const pythonPandas = pythonWith('pandas');
export const pythonShap = pythonWith('shap', 'onnxruntime', 'pandas');
/** Makes the forests that are scored and explained. */
export const pythonSklearn = pythonWith('sklearn', 'skl2onnx');

/** Tool → version, as the table's heading says it; null = not installed. */
export function versions() {
  return {
    mlops: answer(mlops, '--version'),
    node: process.version.slice(1),
    git: answer(['git'], '--version')?.replace('git version ', ''),
    DVC: dvc ? answer(dvc, '--version') : null,
    OpenSSL: openssl ? answer([openssl], 'version')?.split(' ')[1] : null,
    s5cmd: goVersion(s5cmd),
    rclone: goVersion(rclone),
    versitygw: goVersion(versitygw),
    MinIO: goVersion(minio),
    Evidently: evidently ? packageVersion(evidently, 'evidently') : null,
    'ONNX Runtime for Python': pythonOnnx ? packageVersion(pythonOnnx, 'onnxruntime') : null,
    shap: pythonShap ? packageVersion(pythonShap, 'shap') : null,
    'scikit-learn': pythonSklearn ? packageVersion(pythonSklearn, 'scikit-learn') : null,
  };
}

/** A script of this folder for a Python. */
export function script(python, name, ...args) {
  return [python, join(HERE, 'python', name), ...args];
}

/** Named by MLOPS_<NAME>, else on the PATH, else where `go install` puts programs. */
function goProgram(name) {
  const installed = () => {
    const path = answer(['go'], 'env', 'GOPATH');
    return path && existsSync(join(path, 'bin', name)) ? join(path, 'bin', name) : undefined;
  };
  return process.env[`MLOPS_${name.toUpperCase()}`] ?? onPath(name) ?? installed();
}

/** The version of the module it was built from: what such programs say of themselves is often "development". */
function goVersion(program) {
  if (!program) return null;
  const built = /^\s+mod\s+\S+\s+(\S+)/m.exec(answer(['go'], 'version', '-m', program) ?? '')?.[1];
  return built?.replace(/^v/, '') ?? answer([program], '--version')?.split('\n')[0] ?? 'of unknown version';
}

function pythonWith(...modules) {
  const wanted = `import importlib.util as u,sys;sys.exit(not all(map(u.find_spec,${JSON.stringify(modules)})))`;
  return pythons.find((python) => answer([python], '-c', wanted) !== null);
}

function packageVersion(python, name) {
  return answer([python], '-c', `import importlib.metadata as m;print(m.version("${name}"))`);
}

function onPath(name) {
  const dir = (process.env.PATH ?? '').split(delimiter).find((each) => existsSync(join(each, name)));
  return dir && join(dir, name);
}

function answer([program, ...before], ...args) {
  try {
    return execFileSync(program, [...before, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}
