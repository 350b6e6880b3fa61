// Child processes of tests that run this repository's own modules: what dies of SIGKILL has to be a real process.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

/** A folder that is gone when `remove` was called. */
export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'mlops-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Bundles `test/processes/<name>.ts` into `dir`, so that plain Node can run it. */
export async function buildProcess(name: string, dir: string): Promise<string> {
  const outfile = join(dir, `${name}.mjs`);
  await build({
    entryPoints: [resolve(import.meta.dirname, 'processes', `${name}.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'error',
    // As in build.mjs: bundled CommonJS packages call require().
    banner: { js: "import{createRequire as _cr}from'node:module';const require=_cr(import.meta.url);" },
  });
  return outfile;
}

/** A running child whose standard output is read line by line; what it says on standard error fails the test's eye only. */
export class Child {
  readonly process: ChildProcess;
  readonly lines: string[] = [];
  readonly #done: Promise<number | string>;
  readonly #ended: Promise<unknown>;
  readonly #waiting = new Set<() => void>();

  constructor(script: string, args: readonly string[]) {
    this.process = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: this.process.stdout! });
    lines.on('line', (line) => {
      this.lines.push(line);
      for (const look of this.#waiting) look();
    });
    this.#ended = once(lines, 'close').then(() => {
      for (const look of this.#waiting) look();
    });
    this.#done = once(this.process, 'exit').then(([code, signal]) => (signal as string) ?? (code as number));
  }

  /** The rest of the first line that begins with `word`, as soon as there is one. */
  said(word: string): Promise<string> {
    return new Promise((resolveLine, reject) => {
      const look = (): void => {
        const line = this.lines.find((each) => each === word || each.startsWith(`${word} `));
        if (line === undefined && this.process.exitCode === null && this.process.signalCode === null) return;
        this.#waiting.delete(look);
        if (line === undefined) reject(new Error(`the child ended without saying "${word}"`));
        else resolveLine(line.slice(word.length + 1));
      };
      this.#waiting.add(look);
      look();
    });
  }

  tell(line: string): void {
    this.process.stdin!.write(`${line}\n`);
  }

  /** Exit code or signal, after all output was read. */
  async end(): Promise<number | string> {
    await this.#ended;
    return this.#done;
  }

  kill(signal: NodeJS.Signals): Promise<number | string> {
    this.process.kill(signal);
    return this.#done;
  }
}
