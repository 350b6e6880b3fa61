// The library's calls through our own `fetch`: its own would try again for minutes, and cannot be stopped.
import type {
  RequesterType,
  RequestHandlerFn,
  RequestOptions,
  ResourceOptions,
} from '@gitbeaker/requester-utils';
import type { Fetch } from '../patient-fetch.ts';

export async function requesterOf(fetch: Fetch): Promise<(options: ResourceOptions) => RequesterType> {
  const { createRequesterFn } = await import('@gitbeaker/requester-utils');
  const handle = async (endpoint: string, options: RequestOptions = {}) => {
    const { prefixUrl = '', searchParams, method = 'GET', headers = {}, body } = options;
    const url = new URL(endpoint, prefixUrl.endsWith('/') ? prefixUrl : `${prefixUrl}/`);
    url.search = searchParams ?? '';
    // The library gives a DELETE an empty object.
    const init = { method, headers, ...(body === undefined || method === 'DELETE' ? {} : { body }) };
    const response = await fetch(url.href, init);
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: response.status === 204 ? null : await response.json(),
    };
  };
  return createRequesterFn((_, options) => Promise.resolve(options), handle as RequestHandlerFn);
}
