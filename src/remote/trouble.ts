// Trouble with a remote, told apart by what may help: another attempt, or only the user.
import { type ExitName, type Failure, failure, MlopsError } from '../core/failure.ts';

export class RemoteError extends MlopsError {
  /** Another attempt may do better. */
  readonly again: boolean;
  constructor(again: boolean, what: Failure, cause?: unknown) {
    super(what, cause === undefined ? undefined : { cause });
    this.name = 'RemoteError';
    this.again = again;
  }
}

/** The network or the server failed for now. */
export function passing(message: string, cause?: unknown, help?: string): RemoteError {
  return new RemoteError(true, failure('remote', message, help === undefined ? {} : { help }), cause);
}

/** It will fail the same way until the user changes something. */
export function lasting(
  message: string,
  help: string,
  cause?: unknown,
  exit: ExitName = 'remote',
): RemoteError {
  return new RemoteError(false, failure(exit, message, { help }), cause);
}

/** Bytes that are not what their name says: damaged under way, or where they lie. */
export function damaged(message: string, help: string, cause?: unknown): RemoteError {
  return new RemoteError(true, failure('integrity', message, { help }), cause);
}
