// A file on a web server. Its version is its ETag, else the time it was last changed.
import { fail } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import { lasting, passing } from '../remote/trouble.ts';
import { type Body, download } from './download.ts';
import type { Source, SourceContext } from './source.ts';

/** No answer for so long: the connection is given up. */
const ANSWER_MS = 60_000;

export function httpSource(url: string, context: SourceContext): Source {
  const ask = (
    method: 'GET' | 'HEAD',
    headers: { readonly [name: string]: string } = {},
  ): Promise<Response> => answer(url, method, headers, context.signal);
  return {
    shown: withoutQuery(url),
    look: async () => {
      const response = await ask('HEAD').catch(() => undefined);
      // Some servers know only GET: then there is no telling without the bytes.
      if (!response?.ok) return undefined;
      const from = fromOf(url, response.headers);
      return Object.keys(from).length > 1 ? from : undefined;
    },
    bring: async (store) => {
      let from: JsonObject = { url };
      const open = async (start: number, version: string | undefined): Promise<Body> => {
        const range =
          start > 0 && version !== undefined ? { range: `bytes=${start}-`, 'if-range': version } : {};
        const response = await ask('GET', range);
        if (response.status === 416) return taken(await ask('GET'), undefined);
        return taken(response, version);
      };
      const taken = (response: Response, version: string | undefined): Body => {
        refuseStatus(url, response);
        const body = bodyOf(url, response);
        if (body.start === 0) from = fromOf(url, response.headers);
        // Some servers leave the tag out of a range that they give because of it.
        return body.start > 0 && version !== undefined ? { ...body, version: body.version ?? version } : body;
      };
      const { digest, bytes } = await download(url, open, store, context);
      return { artifact: { bytes, file: digest }, from };
    },
    close: () => {},
  };
}

async function answer(
  url: string,
  method: string,
  headers: { readonly [name: string]: string },
  signal: AbortSignal | undefined,
): Promise<Response> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), ANSWER_MS);
  try {
    return await fetch(url, {
      method,
      // As it is stored: sizes and ranges of a compressed body say nothing of the file.
      headers: { 'accept-encoding': 'identity', 'user-agent': 'mlops', ...headers },
      signal: AbortSignal.any([silent.signal, ...(signal ? [signal] : [])]),
    });
  } catch (error) {
    signal?.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = silent.signal.aborted ? 'no answer' : cause instanceof Error ? cause.message : String(cause);
    throw passing(`${withoutQuery(url)} cannot be reached: ${why}`, error, 'check the URL and the network');
  } finally {
    clearTimeout(timer);
  }
}

function refuseStatus(url: string, response: Response): void {
  if (response.ok) return;
  void response.body?.cancel();
  const { status } = response;
  const shown = withoutQuery(url);
  if (status === 429 || status === 408 || status >= 500)
    throw passing(`${shown}: the server failed (${status})`, undefined, 'try again later');
  if (status === 401 || status === 403)
    throw lasting(
      `${shown}: the server wants to know who you are (${status})`,
      'download it with a program that can log in, then mlops add FILE',
    );
  if (status === 404 || status === 410)
    fail('missing', `${shown} is not there (${status})`, { help: 'check the URL' });
  throw lasting(`${shown}: the server answered ${status}`, 'check the URL');
}

function bodyOf(url: string, response: Response): Body {
  const { headers, status } = response;
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  const partial = status === 206 && range !== null;
  const start = partial ? Number(range[1]) : 0;
  const encoded = (headers.get('content-encoding') ?? 'identity') !== 'identity';
  const length = encoded ? undefined : sizeOf(partial ? range[2] : headers.get('content-length'));
  // A weak tag stands for equal meaning, not for equal bytes: no range can be added to it.
  const version = [headers.get('etag'), headers.get('last-modified')].find(
    (each) => each && !each.startsWith('W/'),
  );
  return {
    chunks: chunksOf(url, response),
    start,
    ...(length === undefined ? {} : { total: length }),
    ...(version && !encoded ? { version } : {}),
  };
}

async function* chunksOf(url: string, { body }: Response): AsyncGenerator<Uint8Array> {
  if (!body) return;
  try {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    throw passing(`${withoutQuery(url)}: the connection broke`, error, 'run it again: it goes on from there');
  }
}

function sizeOf(text: string | null | undefined): number | undefined {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function fromOf(url: string, headers: Headers): JsonObject {
  const etag = headers.get('etag');
  const modified = headers.get('last-modified');
  const bytes = sizeOf(headers.get('content-length'));
  if (etag) return { url, etag };
  return { url, ...(modified ? { modified, ...(bytes === undefined ? {} : { bytes }) } : {}) };
}

/** What stands after `?` may be meant for nobody else's eyes. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
