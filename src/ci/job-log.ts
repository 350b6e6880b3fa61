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
  /** First of all: values that the host is to hide. */
  mask(secrets: readonly string[]): string;
  /** Before anything of the repository is printed. Under a title it is folded: what is in it, a reader has to open. */
  open(title?: string): string;
  /** After all of it; `title` as it was opened. */
  close(title?: string): string;
  /** After `close`. `top`: of the repository. */
  annotate(annotations: readonly Annotation[], top: string): string;
}
