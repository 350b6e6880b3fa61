// What a stage printed, kept from its first line: logs/<stage>/<time>.log, the last ten of each stage.
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import type { StageName } from '../core/ids.ts';
import type { RunEntry } from '../core/run-entry.ts';
import { systemFailure } from '../core/system-trouble.ts';
import { byCodeUnit } from '../util/compare.ts';
import { digestFile } from '../util/digest.ts';
import { orAbsent } from '../util/errno.ts';
import { fileName } from '../util/file-name.ts';
import type { StateDirs } from './context.ts';

const KEPT = 10;
const TAIL = 20;

export interface StageLog {
  readonly path: string;
  write(line: string): void;
  /** The last lines. */
  tail(): readonly string[];
  /** May be called twice. */
  close(): RunEntry['log'];
}

/** A log that cannot be written ends early, and `warn` hears of it once: that is no reason to lose a run of hours. */
export function openLog(
  state: StateDirs,
  stage: StageName,
  started: Date,
  warn: (text: string) => void,
): StageLog {
  // Experiments in one process may begin the same stage in the same millisecond.
  const own = `${process.pid}-${randomBytes(3).toString('hex')}`;
  const path = `${logDir(state, stage)}/${started.toISOString().replaceAll(':', '-')}-${own}.log`;
  // Made at the first line: most of a pipeline's quick stages say nothing.
  let fd: number | undefined;
  const last: string[] = [];
  let closed: RunEntry['log'] | undefined;
  let broken = false;
  return {
    path,
    write: (line) => {
      last.push(line);
      if (last.length > TAIL) last.shift();
      if (broken) return;
      try {
        fd ??= makeLog(state, stage, path);
        writeSync(fd, `${line}\n`);
      } catch (error) {
        const trouble = systemFailure(error);
        if (!trouble) throw error;
        broken = true;
        warn(`the log of ${stage} ends early: ${trouble.message}`);
      }
    },
    tail: () => last,
    close: () => {
      if (closed !== undefined) return closed;
      if (fd === undefined) {
        closed = null;
        return closed;
      }
      const bytes = fstatSync(fd).size;
      closeSync(fd);
      closed = bytes === 0 ? null : { digest: digestFile(path).digest, bytes, kept: 'local' };
      if (bytes === 0) rmSync(path, { force: true });
      return closed;
    },
  };
}

/** Makes the file, and removes the oldest ones. */
function makeLog(state: StateDirs, stage: StageName, path: string): number {
  mkdirSync(logDir(state, stage), { recursive: true });
  for (const old of logsOf(state, stage).slice(KEPT - 1)) rmSync(old, { force: true });
  return openSync(path, 'a');
}

/** Newest first. */
export function logsOf(state: StateDirs, stage: StageName): string[] {
  const dir = logDir(state, stage);
  return orAbsent(() => readdirSync(dir), [])
    .sort(byCodeUnit)
    .reverse()
    .map((name) => `${dir}/${name}`);
}

function logDir(state: StateDirs, stage: StageName): string {
  return `${state.shared}/logs/${fileName(stage)}`;
}
