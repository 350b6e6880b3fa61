// AWS Signature Version 4, header form:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
import { createHash, createHmac } from 'node:crypto';
import { S3Error } from './answer.ts';
import type { S3Request } from './operations.ts';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Must come along, and be signed. */
  readonly sessionToken?: string;
}

export interface SignatureRules {
  readonly now: number;
  readonly region: string | undefined;
  readonly mayBeAnonymous: boolean;
}

/** A session token of this value counts as expired. */
export const EXPIRED_TOKEN = 'expired';
const MOST_SKEW_MS = 15 * 60_000;

/** @throws S3Error with the code that S3 gives */
export function verifySignature(request: S3Request, keys: Keys, rules: SignatureRules): void {
  const authorization = request.headers.authorization;
  if (authorization === undefined) {
    if (rules.mayBeAnonymous) return;
    throw new S3Error(403, 'AccessDenied');
  }
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (!parts) throw new S3Error(400, 'AuthorizationHeaderMalformed');
  const [, accessKeyId, day, region, signedHeaders, signature] = parts as unknown as string[];
  if (accessKeyId !== keys.accessKeyId) throw new S3Error(403, 'InvalidAccessKeyId');
  const token = header(request, 'x-amz-security-token');
  if (token === EXPIRED_TOKEN) throw new S3Error(400, 'ExpiredToken');
  const signed = signedHeaders!.split(';').includes('x-amz-security-token');
  if (keys.sessionToken !== undefined && !(token === keys.sessionToken && signed))
    throw new S3Error(400, 'InvalidToken');
  if (rules.region !== undefined && region !== rules.region)
    throw new S3Error(400, 'AuthorizationHeaderMalformed', { Region: rules.region });
  const time = header(request, 'x-amz-date');
  if (Math.abs(timeOf(time) - rules.now) > MOST_SKEW_MS) throw new S3Error(403, 'RequestTimeTooSkewed');

  const canonical = [
    request.method,
    request.path.split('/').map(reencode).join('/'),
    canonicalQuery(request.query),
    ...signedHeaders!.split(';').map((name) => `${name}:${header(request, name).trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    header(request, 'x-amz-content-sha256'),
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  );
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part!).digest(),
    `AWS4${keys.secretAccessKey}`,
  );
  if (createHmac('sha256', key).update(toSign).digest('hex') !== signature)
    throw new S3Error(403, 'SignatureDoesNotMatch');
}

export function header(request: Pick<S3Request, 'headers'>, name: string): string {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

/** `20261121T101500Z` → ms. */
function timeOf(stamp: string): number {
  return Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function canonicalQuery(query: ReadonlyMap<string, string>): string {
  return [...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort((a, b) => (a < b ? -1 : 1))
    .join('&');
}

function reencode(segment: string): string {
  return encode(decodeURIComponent(segment));
}

/** RFC 3986: everything but A–Z a–z 0–9 - . _ ~ */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
