// The programs and packages that mlops works with.
import { runGit } from '../../git/repository.ts';
import type { Check } from '../../render/data/doctor.ts';
import { broken, failed, note, ok } from './check.ts';

const OLDEST_NODE = [20, 19] as const;
const OLDEST_GIT = [2, 30] as const;

export function checkNode(version: string): Check {
  return atLeast(version, OLDEST_NODE)
    ? ok('Node', version)
    : broken(
        'Node',
        `${version} is too old`,
        `install Node ${OLDEST_NODE.join('.')} or newer: https://nodejs.org`,
      );
}

export function checkGit(cwd: string): Check {
  try {
    const version = /\d+(\.\d+)+/.exec(runGit(cwd, ['--version']).stdout.toString())?.[0] ?? 'unknown';
    return atLeast(version, OLDEST_GIT)
      ? ok('Git', version)
      : broken('Git', `${version} is too old`, `install Git ${OLDEST_GIT.join('.')} or newer`);
  } catch (error) {
    return failed('Git', 'broken', error);
  }
}

/** Reads tables for evaluate, drift and profile; everything else works without it. */
export async function checkDuckDb(): Promise<Check> {
  const { withDatabase } = await import('../../ml/frame/duckdb.ts');
  try {
    const rows = await withDatabase([], (database) => database.rows('SELECT version()'));
    return ok('DuckDB', `${String(rows[0]![0]).replace(/^v/, '')}, reads tables`);
  } catch (error) {
    return failed('DuckDB', 'note', error);
  }
}

/** Runs models for evaluate and drift; predictions of any framework work without it. */
export async function checkRuntime(): Promise<Check> {
  const { probeRuntime } = await import('../../ml/onnx/probe.ts');
  try {
    const { version, without } = await probeRuntime();
    if (without.cpu !== null) return broken('ONNX Runtime', `${version} runs no model: ${without.cpu}`);
    if (without.cuda === null) return ok('ONNX Runtime', `${version}, runs models on cpu and cuda`);
    return note(
      'ONNX Runtime',
      `${version}, runs models on cpu; cuda is not available here`,
      'for an NVIDIA GPU on Linux: ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install',
    );
  } catch (error) {
    return failed('ONNX Runtime', 'note', error);
  }
}

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [its = 0, second = 0] = version.split('.').map(Number);
  return its > major || (its === major && second >= minor);
}
