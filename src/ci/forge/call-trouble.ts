// What can go wrong with one call of an API, told apart by what the caller may do about it.

export type CallTroubleKind =
  /** It said no, for good: 4xx. */
  | 'refused'
  /** No answer came, or none that says whether the thing was made: it must be looked for before it is made again. */
  | 'lost'
  /** Too many calls; the answer says until when. */
  | 'limited'
  /** It answers nothing, or 5xx, however often it is asked. */
  | 'down'
  /** Something answers that is no API. */
  | 'strange';

/** `message`: `POST https://… answered 403: words`; without the token, and with nothing that a terminal obeys. */
export class CallTrouble extends Error {
  readonly kind: CallTroubleKind;
  /** 0: there was no answer. */
  readonly status: number;
  constructor(kind: CallTroubleKind, status: number, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CallTrouble';
    this.kind = kind;
    this.status = status;
  }
}

export function isRefused(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof CallTrouble && error.kind === 'refused' && statuses.includes(error.status);
}

/** For what is removed: twice is no error. */
export async function unlessGone(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!isRefused(error, 404)) throw error;
  });
}
