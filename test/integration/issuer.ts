// A server that issues tokens of CI jobs, as GitHub's does: it says where its keys are (OpenID Connect Discovery 1.0),
// and gives a JWT (RS256, RFC 7519) to whoever has the job's own token.
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Issuer {
  readonly url: string;
  /** What a job finds in its environment. */
  readonly env: { readonly [name: string]: string };
  /** The `aud` of every token that was asked for so far. */
  readonly asked: string[];
  /** Who the job is from now on. */
  sub: string;
  /** A token without being asked for by a job. */
  token(audience: string, seconds?: number): string;
  close(): Promise<void>;
}

const KEY = 'key-1';
const BEARER = 'runner-secret-4711';

export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: Issuer = {
    url,
    env: {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: BEARER,
    },
    asked: [],
    sub: 'repo:team/model:pull_request',
    token: (audience, seconds = 300) => {
      // Not Date: a test may have set that forward for the program.
      const now = Math.floor((performance.timeOrigin + performance.now()) / 1000);
      const claims = { iss: url, sub: issuer.sub, aud: audience, iat: now, nbf: now - 5, exp: now + seconds };
      const text = [{ alg: 'RS256', typ: 'JWT', kid: KEY }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  server.on('request', (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, url);
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (pathname === '/.well-known/openid-configuration')
      return answer(200, {
        issuer: url,
        jwks_uri: `${url}/keys`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss'],
        scopes_supported: ['openid'],
      });
    if (pathname === '/keys')
      return answer(200, {
        keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY, alg: 'RS256', use: 'sig' }],
      });
    if (pathname !== '/token') return answer(404, {});
    if (request.headers.authorization?.toLowerCase() !== `bearer ${BEARER}`) return answer(401, {});
    const audience = searchParams.get('audience') ?? '';
    issuer.asked.push(audience);
    answer(200, { value: issuer.token(audience) });
  });
  return issuer;
}
