// Trouble with a remote, told apart by what may help: another attempt, or only the user.
import { type ExitName, type Failure, failure, MlopsError } from '../core/failure.ts';

/** What another attempt would do: fail the same way, do better with luck, or go on from where this one came. */
export type Retry = 'never' | 'again' | 'onward';

export class RemoteError extends MlopsError {
  readonly retry: Retry;
  constructor(retry: Retry, what: Failure, cause?: unknown) {
    super(what, cause === undefined ? undefined : { cause });
    this.name = 'RemoteError';
    this.retry = retry;
  }
}

/** The network or the server failed for now. */
export function passing(message: string, cause?: unknown, help?: string): RemoteError {
  return new RemoteError('again', failure('remote', message, help === undefined ? {} : { help }), cause);
}

/** It will fail the same way until the user changes something. */
export function lasting(
  message: string,
  help: string,
  cause?: unknown,
  exit: ExitName = 'remote',
): RemoteError {
  return new RemoteError('never', failure(exit, message, { help }), cause);
}

/** Bytes that are not what their name says: damaged under way, or where they lie. */
export function damaged(message: string, help: string, cause?: unknown): RemoteError {
  return new RemoteError('again', failure('integrity', message, { help }), cause);
}

/** The same trouble, after work that the next attempt need not do again. */
export function onward(error: RemoteError): RemoteError {
  return new RemoteError('onward', error.failures[0]!, error.cause);
}
