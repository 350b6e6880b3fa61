// Where commands run. The engine knows only this interface, so that containers and clusters can come beside `local`.
import type { ProcessGroup } from '../../util/process.ts';

export interface Executor {
  /**
   * Runs the commands one after the other, up to the first that fails. Resolves for every way they can end, also when
   * `signal` aborts, and only after every process that they started in their groups is gone.
   * @throws MlopsError `stage` when a command cannot be started at all
   */
  run(job: Job, hooks: JobHooks): Promise<JobResult>;
}

export interface Job {
  readonly commands: readonly string[];
  /**
   * `/bin/sh` without it. One word is called as `WORD -ec COMMAND`; several (`bash -euo pipefail -c`) are
   * called as written, with the command as their last argument.
   */
  readonly shell?: string;
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment. */
  readonly env: { readonly [name: string]: string };
  /** Values that appear as `***` in what the hooks get. */
  readonly secrets: readonly string[];
  /** For all commands together. */
  readonly timeoutMs?: number;
}

export interface JobHooks {
  readonly signal: AbortSignal;
  /** One line without its line end; what a carriage return overwrote is not in it. */
  onLine(line: string, stream: OutputStream): void;
  /** What a terminal would show of a line that is still being overwritten: progress bars. */
  onProgress?(line: string, stream: OutputStream): void;
  /** Each command is a process group of its own; called as soon as it is there. */
  onStart?(group: ProcessGroup): void;
}

export type OutputStream = 'stdout' | 'stderr';

export interface JobResult {
  /** Of the last command that ran; 128 + the signal's number when a signal ended it. */
  readonly exit: number;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  /** It ended by SIGKILL that this program did not send: most likely the system ran out of memory. */
  readonly outOfMemory: boolean;
  readonly ms: number;
  /** Processes that outlived a command and were killed, as their command lines. */
  readonly survivors: readonly string[];
  readonly group: ProcessGroup;
}
