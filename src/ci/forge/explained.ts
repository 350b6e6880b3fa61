// The failure that a user reads, from the trouble of a call: what was to be done, where it went wrong, and what would help.
import { fail } from '../../core/failure.ts';
import { CallTrouble } from './call-trouble.ts';

export interface Errand {
  /** `comment on pull request 3 of octo/weather`. */
  readonly what: string;
  /** What the token must be allowed: `permissions: pull-requests: write`. */
  readonly needs: string;
  /** What is known of this token that may explain a refusal. */
  readonly but?: string | undefined;
}

/** Does `work`; its CallTrouble becomes a failure with the exit `remote`. Anything else goes through. */
export async function explained<T>(errand: Errand, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A field was read that every answer has: what answers is JSON, but not this API.
    if (error instanceof TypeError)
      fail(
        'remote',
        `${errand.what}: the host answered something else than its API says`,
        { help: NO_API },
        error,
      );
    if (!(error instanceof CallTrouble)) throw error;
    fail('remote', `${errand.what}: ${error.message}`, { help: helpFor(error, errand) }, error);
  }
}

const GUIDE = 'see docs/ci/tokens.md';
const NO_API = 'check the URL of the API, and whether a proxy answers in its place';
const AGAIN = 'the report is kept: mlops ci post writes it';

function helpFor({ kind, status }: CallTrouble, { needs, but }: Errand): string {
  switch (kind) {
    case 'limited':
      return `${AGAIN} after that`;
    case 'down':
    case 'lost':
      return `${AGAIN} when the host answers again; check the network, HTTPS_PROXY and NO_PROXY`;
    case 'strange':
      return NO_API;
    case 'refused':
      if (status === 401) return `${but ?? 'the token is not known there, or has ended'}; ${GUIDE}`;
      if (status === 403 || status === 404)
        return `the token needs ${needs}${but ? `: ${but}` : ''}; ${GUIDE}`;
      return `the host does not take what it was sent; where its answer names no reason, ${GUIDE}`;
  }
}
