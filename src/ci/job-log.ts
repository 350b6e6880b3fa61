// The log of a job, as its host folds it and reads commands in it. What stages print is hostile: on GitHub a line of it
// must not be taken for a command.
import type { Location } from '../core/failure.ts';

export interface Annotation {
  readonly level: 'error' | 'notice';
  readonly where: Location | undefined;
  readonly title: string;
  readonly message: string;
}

/** Each gives what to write, lines with their ends. */
export interface JobLog {
  /** Before anything of the repository is printed. `secrets`: values to be masked. */
  open(title: string, secrets: readonly string[]): string;
  /** After all of it. */
  close(): string;
  /** After `close`. `top`: of the repository. */
  annotate(annotations: readonly Annotation[], top: string): string;
}
