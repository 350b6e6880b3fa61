// Data sets and a model in a folder of their own, and drift over them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { checkShape } from '../../../src/core/shape.ts';
import { type DriftResult, drift } from '../../../src/ml/drift/drift.ts';
import { driftShape } from '../../../src/ml/drift/options.ts';
import { writeLogisticRegression } from '../../../src/ml/onnx/write.ts';
import { type Random, randomFrom } from '../../../src/util/random.ts';
import { normals } from './columns.ts';

export type Table = { readonly [column: string]: readonly (string | number | null)[] };

export function csvOf(table: Table): string {
  const columns = Object.values(table);
  const lines = columns[0]!.map((_, row) => columns.map((column) => column[row] ?? '').join(','));
  return `${[Object.keys(table).join(','), ...lines].join('\n')}\n`;
}

const made: string[] = [];
afterAll(() => {
  for (const cwd of made.splice(0)) rmSync(cwd, { recursive: true, force: true });
});

/** Gone when the tests of the file are done. */
export function folder(files: { readonly [path: string]: string | Uint8Array }): string {
  const cwd = mkdtempSync(join(tmpdir(), 'mlops-drift-'));
  made.push(cwd);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), content);
  }
  return cwd;
}

export function contextIn(cwd: string) {
  return { stage: 'watch', cwd, signal: new AbortController().signal, log: () => {} };
}

export async function driftIn(cwd: string, options: JsonObject): Promise<DriftResult> {
  const json: JsonObject = { reference: 'before.csv', current: 'now.csv', ...options };
  const problems = checkShape(driftShape, json);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return drift(json, contextIn(cwd));
}

/** Busy when it is warm and there is little wind, and by chance; `rule` turns that around. */
export function rides(rows: number, seed: number, rule: 1 | -1 = 1, shift = 0): Table {
  const random: Random = randomFrom(seed);
  const temp = [...normals(rows, random, 15 + shift, 5)];
  const wind = [...normals(rows, random, 4, 1)];
  const sky = temp.map(() => ['sun', 'rain', 'fog'][random.below(3)]!);
  const busy = temp.map((t, i) => {
    const score = rule * (0.8 * t - 1.5 * wind[i]! - 6);
    return random.unit() < 1 / (1 + Math.exp(-score)) ? 'yes' : 'no';
  });
  return { temp, wind, sky, busy };
}

/** The rule of `rides` as a model. */
export const ridesModel = writeLogisticRegression({
  features: ['temp', 'wind'],
  weights: [
    [0, 0.8],
    [0, -1.5],
  ],
  intercepts: [0, -6],
  labels: ['no', 'yes'],
});
