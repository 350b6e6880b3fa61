// The same calls of a log, in Node and in Python. Numbers travel as the bits of a double: JSON has no NaN.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { openLog } from '../src/log.ts';

export type LogCall =
  | readonly ['metric' | 'final', name: string, value: number]
  | readonly ['step', at?: number]
  | readonly ['end'];

const PYTHON = process.env['MLOPS_PYTHON'] ?? 'python3';
const MODULE = resolve(import.meta.dirname, '../docs/python');

export const hasPython =
  spawnSync(PYTHON, ['-c', 'import sys; assert sys.version_info >= (3, 8)']).status === 0;
if (!hasPython) console.warn(`skipped: ${PYTHON} is not Python 3.8 or newer, for docs/python/mlops_log.py`);

/** Runs a Python program that can import mlops_log. */
export function python(program: string, args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', program, ...args], {
    env: { ...process.env, PYTHONPATH: MODULE, PYTHONDONTWRITEBYTECODE: '1' },
    encoding: 'utf8',
    input,
    maxBuffer: 2 ** 28,
  });
  return { status, stdout, stderr };
}

export function callInNode(path: string, calls: readonly LogCall[], resume: boolean | number = false): void {
  const log = openLog(path, { resume });
  for (const call of calls) {
    if (call[0] === 'end') log.end();
    else if (call[0] === 'step') log.step(call[1]);
    else log[call[0]](call[1], call[2]);
  }
}

export function callInPython(path: string, calls: readonly LogCall[], resume: boolean | number = false) {
  const sent = calls.map((call) =>
    call[0] === 'metric' || call[0] === 'final' ? [call[0], call[1], bitsOf(call[2])] : call,
  );
  return python(REPLAY, [path], JSON.stringify({ resume, calls: sent }));
}

const REPLAY = `
import json, struct, sys
from mlops_log import Log
sent = json.load(sys.stdin)
log = Log(sys.argv[1], resume=sent["resume"])
for method, *arguments in sent["calls"]:
    if method in ("metric", "final"):
        arguments[1] = struct.unpack(">d", bytes.fromhex(arguments[1]))[0]
    getattr(log, method)(*arguments)
`;

export function bitsOf(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString('hex');
}

export function ofBits(bits: bigint): number {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(bits);
  return bytes.readDoubleBE();
}
