// What the SDK throws, told as what happened and what to do. Decided by names and codes, never by message text.
import { MlopsError } from '../core/failure.ts';
import { isErrno } from '../util/errno.ts';
import { formatMs } from '../util/units.ts';
import type { Bucket } from './s3-client.ts';
import { isWithoutCredentials } from './s3-credentials.ts';
import { damaged, lasting, passing } from './trouble.ts';

/** The fields that the SDK's errors have beside Error's. */
interface SdkError extends Error {
  readonly code?: string;
  readonly Region?: string;
  /** What a server says of the time when it refuses a signature for it. */
  readonly ServerTime?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
  readonly $response?: { readonly headers?: { readonly [name: string]: string | undefined } };
}

/** What was asked for: verbs of Remote. */
export type Verb = 'read' | 'write' | 'stat' | 'list' | 'remove';

const PERMISSION: { readonly [verb in Verb]: string } = {
  read: 's3:GetObject, and s3:ListBucket, without which a name that is not there looks forbidden too',
  stat: 's3:GetObject, and s3:ListBucket, without which a name that is not there looks forbidden too',
  write: 's3:PutObject, s3:AbortMultipartUpload and s3:ListMultipartUploadParts',
  list: 's3:ListBucket',
  remove: 's3:DeleteObject',
};

const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestExpired'];
const WRONG_KEYS = ['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'AuthFailure'];
/** MinIO calls it otherwise than AWS. */
const WRONG_TOKEN = ['InvalidToken', 'InvalidTokenId'];
const WRONG_REGION = [
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
];
const NOT_WHOLE = ['BadDigest', 'InvalidDigest', 'XAmzContentSHA256Mismatch', 'XAmzContentChecksumMismatch'];
/** The server says "later" or "again", whatever its status. */
const LATER = [
  'SlowDown',
  'SlowDownRead',
  'SlowDownWrite',
  'ThrottlingException',
  'TooManyRequests',
  'RequestTimeout',
  'IncompleteBody',
  'OperationAborted',
  'ConditionalRequestConflict',
  'InternalError',
  'ServiceUnavailable',
];
/** The one status of a server's own failure that stays. */
const NOT_IMPLEMENTED = 501;
const NO_SUCH_HOST = ['ENOTFOUND', 'EAI_AGAIN'];
const UNTRUSTED = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];
const NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EPIPE',
  'ETIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
];

/** No such name. Where the bucket itself is missing a HEAD looks the same: a GET of format.json comes before. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && ['NoSuchKey', 'NotFound'].includes(error.name);
}

/** A conditional put met a name that exists. */
export function isTaken(error: unknown): boolean {
  return error instanceof Error && error.name === 'PreconditionFailed';
}

/** The upload was completed or aborted. */
export function isUploadGone(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchUpload';
}

/** The range begins where the object ends, or after it. */
export function isPastEnd(error: unknown): boolean {
  return error instanceof Error && error.name === 'InvalidRange';
}

/** A RemoteError for what a server or the way to it can do; anything else as it is. */
export function troubleOf(error: unknown, bucket: Bucket, verb: Verb): unknown {
  if (!(error instanceof Error) || error instanceof MlopsError) return error;
  return unanswered(error as SdkError, bucket) ?? answered(error as SdkError, bucket, verb) ?? error;
}

function answered(error: SdkError, bucket: Bucket, verb: Verb): MlopsError | undefined {
  const { url } = bucket;
  const status = error.$metadata?.httpStatusCode ?? 0;
  const is = (names: readonly string[]): boolean => names.includes(error.name);

  if (isWithoutCredentials(error))
    return lasting(
      `${url}: no usable AWS credentials${bucket.profile ? ` in profile "${bucket.profile}"` : ''} (${error.message})`,
      bucket.roleAdvice ??
        'run "aws sso login" or "aws configure", or name a profile: mlops remote modify NAME profile PROFILE; in CI name a role (role and region of the action, else AWS_ROLE_ARN) or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      error,
    );
  if (is(EXPIRED))
    return lasting(
      `${url}: your credentials have expired`,
      'renew them (aws sso login, or whatever gave you the session token), then run this again',
      error,
    );
  if (is(WRONG_KEYS))
    return lasting(
      `${url}: the server does not accept your credentials (${error.name})`,
      'check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile they come from',
      error,
    );
  if (is(WRONG_TOKEN))
    return lasting(
      `${url}: the server does not accept your session token (${error.name})`,
      'set AWS_SESSION_TOKEN as it was given with these keys, or unset it where they are lasting ones',
      error,
    );
  if (is(['RequestTimeTooSkewed'])) return wrongClock(error, bucket);
  if (is(['NoSuchBucket']))
    return lasting(
      `${url}: there is no bucket "${bucket.name}"`,
      bucket.endpoint
        ? `create it on ${bucket.endpoint}, or check the URL of the remote`
        : 'create it, or check the URL of the remote',
      error,
    );
  if (is(WRONG_REGION) || status === 301) return wrongRegion(error, bucket);
  if (is(NOT_WHOLE))
    return damaged(
      `${url}: the server received other bytes than their digest says (${error.name})`,
      'the object is damaged here, or on its way: make it again',
      error,
    );
  if (is(LATER) || status === 429 || (status >= 500 && status !== NOT_IMPLEMENTED))
    return passing(`${url}: the server failed (${error.name}, ${status})`, error, 'try again later');
  if (bucket.anonymous && (status === 401 || status === 403))
    return lasting(
      `${url}: forbidden without credentials (${error.name})`,
      `there are none here, and not everybody may ${verb} there: give this job some, or let everybody ${PERMISSION[verb]}`,
      error,
    );
  if (status === 401 || status === 403)
    return lasting(
      `${url}: forbidden (${error.name})`,
      `your credentials may not ${verb} there: ask for ${PERMISSION[verb]}`,
      error,
    );
  if (status === 407)
    return lasting(
      `${bucket.url}: the proxy wants a name and a password`,
      'put them in its URL: HTTPS_PROXY or HTTP_PROXY=http://name:password@host:port',
      error,
    );
  if (isUnreadable(error))
    return lasting(
      `${bucket.endpoint ?? url}: does not answer like an S3 server`,
      'check the endpoint of the remote',
      error,
    );
  if (status >= 300)
    return lasting(
      `${url}: the server answered ${status} (${error.name})`,
      'check the URL and the endpoint of the remote',
      error,
    );
  return undefined;
}

/** The SDK could not read the answer as XML. */
function isUnreadable(error: SdkError): boolean {
  return '$responseBodyText' in error || ('$response' in error && error.name === 'Error');
}

/** The SDK learns the server's time from its answer; if it could, the next attempt is signed with it. */
function wrongClock(error: SdkError, bucket: Bucket): MlopsError {
  const theirs = Date.parse(error.ServerTime ?? error.$response?.headers?.['date'] ?? '');
  const ahead = Date.now() - theirs;
  const by = Number.isNaN(ahead)
    ? 'wrong'
    : `${formatMs(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} the server's`;
  const message = `${bucket.url}: the clock of this machine is ${by}, so its signature is refused`;
  const help = 'set the clock (timedatectl set-ntp true)';
  return error.$metadata?.clockSkewCorrected ? passing(message, error, help) : lasting(message, help, error);
}

function wrongRegion(error: SdkError, bucket: Bucket): MlopsError {
  const region = error.Region ?? error.$response?.headers?.['x-amz-bucket-region'];
  return lasting(
    `${bucket.url}: the bucket is in ${region ? `region ${region}` : 'another region'}`,
    `set it: mlops remote modify NAME region ${region ?? 'REGION'}`,
    error,
  );
}

/** The connection failed before a whole answer came: what had come of it says nothing. */
function unanswered(error: SdkError, bucket: Bucket): MlopsError | undefined {
  const where = bucket.endpoint ?? bucket.url;
  if (isErrno(error, ...NO_SUCH_HOST))
    return passing(
      `${where}: no such host (${error.code})`,
      error,
      'check the network, the endpoint and the region; servers without a host name per bucket need pathStyle: true',
    );
  if (isErrno(error, ...UNTRUSTED))
    return lasting(
      `${where}: its certificate is not trusted (${error.code})`,
      'name the certificate of your own authority: mlops remote modify --local NAME caFile FILE',
      error,
    );
  if (isErrno(error, 'EPROTO', 'HPE_INVALID_CONSTANT'))
    return lasting(
      `${where}: does not speak this protocol (${error.code})`,
      'http:// or https:// in endpoint?',
      error,
    );
  if (isErrno(error, ...NETWORK) || error.name === 'TimeoutError')
    return passing(
      `${where}: cannot be reached (${error.code ?? error.name})`,
      error,
      'check the network, and that the server is running',
    );
  return undefined;
}
