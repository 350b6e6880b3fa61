// How many requests a bucket was asked, by what they cost: every attempt counts, also one that failed. A folder asks none.

/** Counts that grow while a remote is used. */
export interface Requests {
  /** PUT and POST: objects, parts, and what begins and ends an upload in parts. */
  puts: number;
  gets: number;
  heads: number;
  /** Pages of listings: of names, and of the parts of an upload. */
  lists: number;
  /** One asks for up to 1000 names. */
  deletes: number;
  /** Bytes of bodies, as their lengths were announced. */
  bytesUp: number;
  bytesDown: number;
}

export function noRequests(): Requests {
  return { puts: 0, gets: 0, heads: 0, lists: 0, deletes: 0, bytesUp: 0, bytesDown: 0 };
}

/** What is looked at of the SDK's HTTP requests and answers. */
export interface Asked extends Answered {
  readonly method: string;
  readonly query?: object;
}

export interface Answered {
  readonly headers: { readonly [name: string]: string };
}

export function countRequest(requests: Requests, { method, query = {}, headers }: Asked): void {
  requests[kindOf(method, query)]++;
  requests.bytesUp += Number(headers['content-length'] ?? 0);
}

export function countAnswer(requests: Requests, { headers }: Answered): void {
  requests.bytesDown += Number(headers['content-length'] ?? 0);
}

function kindOf(method: string, query: object): Exclude<keyof Requests, 'bytesUp' | 'bytesDown'> {
  if (method === 'HEAD') return 'heads';
  if (method === 'DELETE' || (method === 'POST' && 'delete' in query)) return 'deletes';
  if (method === 'GET') return 'list-type' in query || 'uploadId' in query ? 'lists' : 'gets';
  return 'puts';
}
