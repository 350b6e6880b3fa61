// What every command is given and gives back. A command parses its flags, calls the engine, hands data to render/,
// and returns the name of its exit code.
import type { Command } from 'commander';
import type { Environment } from '../core/environment.ts';
import type { Report } from '../core/event.ts';
import type { ExitName } from '../core/failure.ts';
import type { OutputStream, Style } from '../render/terminal.ts';

export interface Io {
  /** Absolute, as the user's shell sees it. */
  readonly cwd: string;
  readonly env: Environment;
  /** Where the values of `secrets:` of stages come from, when `env` is without them. */
  readonly secretEnv?: Environment;
  /** Aborts on Ctrl-C and SIGTERM; its reason is an MlopsError with that exit. */
  readonly signal: AbortSignal;
  /** Data goes to `out`, talk to `err`. */
  readonly out: OutputStream;
  readonly err: OutputStream;
  readonly outStyle: Style;
  readonly errStyle: Style;
  /** A line from the user, for the few commands that wait for one. */
  readonly input: NodeJS.ReadStream;
  /** How to run this program again as a child. */
  readonly self: readonly string[];
  /** Is told of every event beside the reporter. */
  readonly watch?: Report;
}

/** A command's file exports `build`, called with its empty commander command when its name was typed. */
export interface CommandModule {
  build(command: Command, io: Io, run: Run): void;
}

/** A line of the list in index.ts. */
export interface CommandEntry {
  readonly group: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
  /** Not in the list of commands. */
  readonly hidden?: true;
  readonly alias?: string;
}

/** Wraps an action: what it returns becomes the exit code, what it throws is rendered by `cli.ts`. */
export type Run = (
  action: (...args: never[]) => Promise<ExitName | undefined> | ExitName | undefined,
) => (...args: unknown[]) => Promise<void>;

/** The last part of a command's help: what to type. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
