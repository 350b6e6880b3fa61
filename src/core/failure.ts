// Expected trouble is data. A Failure says what, where and what to do; `render/failure.ts` prints it, EXIT maps it
// to the process's exit code. A broken promise of ours is a plain `Error('BUG: …')` and keeps its stack.

/** Exit codes: what scripts decide by. A number keeps its meaning for ever. */
export const EXIT = {
  ok: 0,
  stage: 1,
  usage: 2,
  gate: 3,
  config: 4,
  missing: 5,
  remote: 6,
  refused: 7,
  integrity: 8,
  busy: 9,
  differs: 10,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitName = keyof typeof EXIT;

export function exitNamed(code: number): ExitName {
  const name = (Object.keys(EXIT) as ExitName[]).find((each) => EXIT[each] === code);
  if (name === undefined) throw new Error(`BUG: no exit has the code ${code}`);
  return name;
}

/** When several happened: the first of this list wins. */
const PRECEDENCE: readonly ExitName[] = [
  'interrupted',
  'terminated',
  'bug',
  'integrity',
  'config',
  'refused',
  'remote',
  'missing',
  'busy',
  'stage',
  'gate',
  'differs',
  'usage',
  'ok',
];

/** A place in a text file, to be underlined. `line` and `column` count from 1; `length` in UTF-16 units. */
export interface Location {
  /** As the user would type it: relative to the Git top level where it lies inside. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly length?: number;
  /** The whole text of that line, without its line end. */
  readonly text?: string;
}

export interface Failure {
  readonly exit: ExitName;
  /** One clause: the thing and what is wrong with it. */
  readonly message: string;
  readonly where?: Location;
  /** What to do about it. */
  readonly help?: string;
}

export function failure(
  exit: ExitName,
  message: string,
  more: Omit<Failure, 'exit' | 'message'> = {},
): Failure {
  return { exit, message, ...more };
}

/** Carries one or more failures up to `cli.ts`. Wrap the error that caused it with `cause`; decide by `failures[].exit`, never by text. */
export class MlopsError extends Error {
  readonly failures: readonly Failure[];
  constructor(failures: Failure | readonly Failure[], options?: { cause?: unknown }) {
    const list = Array.isArray(failures) ? (failures as readonly Failure[]) : [failures as Failure];
    super(list.map((each) => each.message).join('\n'), options);
    this.name = 'MlopsError';
    this.failures = list;
  }
}

/** Shorthand for the common case of one failure. */
export function fail(
  exit: ExitName,
  message: string,
  more: Omit<Failure, 'exit' | 'message'> = {},
  cause?: unknown,
): never {
  throw new MlopsError(failure(exit, message, more), cause === undefined ? undefined : { cause });
}

export function worstExit(names: Iterable<ExitName>): ExitName {
  const seen = new Set(names);
  return PRECEDENCE.find((name) => seen.has(name)) ?? 'ok';
}
