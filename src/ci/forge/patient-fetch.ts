// `fetch` as both hosts' libraries are given it: one attempt becomes as many as it is worth, rate limits are waited for as long as
// is reasonable, and whatever is no good answer is thrown as a CallTrouble. What POSTs something is sent again only where it cannot
// have arrived; else the trouble says `lost`, and who called looks for the thing before it makes another.
import { setTimeout } from 'node:timers/promises';
import { MlopsError } from '../../core/failure.ts';
import { oneLine } from '../one-line.ts';
import { CallTrouble } from './call-trouble.ts';
import { limitedUntil } from './rate-limit.ts';

/** Where calls go, and with what. */
export interface Door {
  readonly apiUrl: string;
  /** Never appears in what is thrown, and is sent to no other host. */
  readonly token: string;
}

export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** Default: that of Node. */
  readonly fetch?: Fetch | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Rejects with the signal's reason when it is aborted. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Of one attempt, its body included. Default 30 s. */
  readonly timeoutMs?: number;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Waits of all calls together, those for answers that never came too. */
const PATIENCE_MS = 60_000;
const ATTEMPTS = 4;
/** Before an attempt: 1, 2, 4 s. */
const FIRST_WAIT_MS = 1000;
const WORDS = 300;

/** The answers that come back are JSON, or 204. */
export function patientFetch({ apiUrl, token }: Door, patience: Patience): Fetch {
  const { signal, now = Date.now, sleep = wait } = patience;
  let left = PATIENCE_MS;
  const pause = async (ms: number, orElse: CallTrouble): Promise<void> => {
    if (ms > left) throw orElse;
    left -= ms;
    await sleep(ms, signal);
  };
  return async (url, init) => {
    const call = `${init.method ?? 'GET'} ${placeOf(url)}`;
    // A page that the server itself names as the next one.
    if (new URL(url).origin !== new URL(apiUrl).origin)
      throw new CallTrouble('strange', 0, `${call} is not asked: it lies on another host than ${apiUrl}`);
    for (let attempt = 1; ; ) {
      signal?.throwIfAborted();
      const asked = now();
      const outcome = await attempted(url, init, patience);
      if ('error' in outcome) left -= now() - asked;
      signal?.throwIfAborted();
      if ('response' in outcome && outcome.response.ok) return jsonOr204(outcome, call);
      const words = 'response' in outcome ? wordsOf(outcome) : '';
      const until = 'response' in outcome ? limitedUntil(outcome.response, words, now()) : undefined;
      if (until !== undefined) {
        const ms = Math.max(1000, until - now());
        await pause(ms, limited(call, until, ms));
        continue;
      }
      const trouble = troubleOf(
        outcome,
        `${call} ${describe(outcome, words)}`.replaceAll(token, '***'),
        isRepeatable(url, init, outcome),
      );
      if (trouble.kind !== 'down' && trouble.kind !== 'lost') throw trouble;
      if (attempt === ATTEMPTS) throw trouble;
      await pause(FIRST_WAIT_MS * 2 ** (attempt - 1), trouble);
      if (trouble.kind === 'lost') throw trouble;
      attempt += 1;
    }
  };
}

type Outcome =
  | { readonly response: Response; readonly text: string }
  | { readonly error: Error; readonly code: string };

async function attempted(url: string, init: RequestInit, patience: Patience): Promise<Outcome> {
  const { fetch = globalThis.fetch, timeoutMs = 30_000, signal } = patience;
  const late = AbortSignal.timeout(timeoutMs);
  try {
    // A redirect would take the token along.
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    return { response, text: await response.text() };
  } catch (error) {
    const code = late.aborted ? `no answer within ${timeoutMs / 1000} s` : codeOf(error);
    return { error: error as Error, code };
  }
}

function jsonOr204({ response, text }: Extract<Outcome, { response: Response }>, call: string): Response {
  const { status, headers } = response;
  if (status === 204) return new Response(null, { status, headers });
  try {
    JSON.parse(text);
  } catch (error) {
    const type = headers.get('content-type') ?? 'no type';
    throw new CallTrouble(
      'strange',
      status,
      `${call} answered something that is not JSON (${plain(type)})`,
      error,
    );
  }
  return new Response(text, { status, headers });
}

function troubleOf(outcome: Outcome, message: string, repeatable: boolean): CallTrouble {
  if ('error' in outcome) return new CallTrouble(repeatable ? 'down' : 'lost', 0, message, outcome.error);
  const { status } = outcome.response;
  if (status >= 500) return new CallTrouble(repeatable ? 'down' : 'lost', status, message);
  return new CallTrouble(status < 400 ? 'strange' : 'refused', status, message);
}

function limited(call: string, until: number, ms: number): CallTrouble {
  const end = new Date(until).toISOString().replace(/\.\d+Z$/, 'Z');
  const minutes = Math.ceil(ms / 60_000);
  return new CallTrouble('limited', 429, `${call}: the rate limit is used up until ${end} (${minutes} min)`);
}

/** Whether it may be sent twice: it writes the same again, only reads, or never arrived. */
function isRepeatable(url: string, { method = 'GET' }: RequestInit, outcome: Outcome): boolean {
  const unsent = 'error' in outcome && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(outcome.code);
  return method !== 'POST' || url.endsWith('/graphql') || unsent;
}

function describe(outcome: Outcome, words: string): string {
  if ('error' in outcome) return `failed: ${outcome.code}`;
  const { status, headers } = outcome.response;
  const to = headers.get('location');
  return `answered ${status}${to === null ? '' : ` (moved to ${placeOf(to)})`}${words && `: ${words}`}`;
}

/** What an answer says, in one line: GitHub's `message` and `errors`, GitLab's `message` or `error`. */
function wordsOf({ response, text }: Extract<Outcome, { response: Response }>): string {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return plain(response.statusText);
  }
  const { message, error, error_description, errors } = (said ?? {}) as { readonly [name: string]: unknown };
  const parts = [message, error, error_description, ...(Array.isArray(errors) ? errors : [])];
  return plain(parts.filter(Boolean).map(wordOf).join('; '));
}

function wordOf(part: unknown): string {
  if (typeof part === 'string') return part;
  const { message, field, code } = part as { readonly [name: string]: unknown };
  if (typeof message === 'string') return message;
  return typeof field === 'string' ? `${field}: ${code}` : JSON.stringify(part);
}

/** What a server says must not steer a terminal. */
function plain(text: string): string {
  return oneLine(text, WORDS);
}

/** Without a user's name, password, or what follows a `?`. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return plain(url);
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function codeOf(error: unknown): string {
  if (error instanceof MlopsError) return plain(error.message); // of a proxy
  const { code, message, cause } = error as NodeJS.ErrnoException & { readonly cause?: unknown };
  return cause instanceof Error ? codeOf(cause) : plain(code ?? message);
}

async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}
