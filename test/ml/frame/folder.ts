import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { MlopsError } from '../../../src/core/failure.ts';

/** A temporary folder with these files, gone when the test is. */
export function folder(files: { readonly [path: string]: string | Uint8Array }): string {
  const dir = mkdtempSync(join(tmpdir(), 'mlops-ml-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  return dir;
}

/** The one Failure that `work` ends with, as `exit: message`. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    if (error.failures.length !== 1) throw new Error(`${error.failures.length} failures: ${error.message}`);
    const { exit, message } = error.failures[0]!;
    return `${exit}: ${message}`;
  }
  throw new Error('it did not fail');
}
