// What the config says of a remote. Credentials are never part of it: they come from the environment.
import { fail } from '../core/failure.ts';
import { bool, described, object, type Shape, text, word } from '../core/shape.ts';

export interface RemoteConfig {
  readonly url: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly pathStyle?: boolean;
  readonly anonymous?: boolean;
  readonly role?: string;
  readonly audience?: string;
  readonly sse?: 'AES256' | 'aws:kms';
  readonly kmsKey?: string;
  readonly caFile?: string;
  readonly checksums?: 'sha256' | 'off';
  readonly jobs?: number;
}

/**
 * Refuses URLs with a password or a signature in them: they would be committed, shown and logged. The words do not
 * repeat them.
 * @throws MlopsError `config`
 */
export function refuseCredentials(name: string, config: Partial<RemoteConfig>): void {
  for (const key of ['url', 'endpoint'] as const)
    if (holdsCredentials(String(config[key] ?? '')))
      fail('config', `the ${key} of remote ${name} holds credentials`, {
        help: 'take them out of it, and change them if it was committed; they come from the environment or a profile: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE',
      });
}

function holdsCredentials(url: string): boolean {
  return /^(s3|https?):\/\/([^/]*@|[^?]*\?)/i.test(url);
}

export const remoteShape: Shape = object(
  {
    url: described('s3://bucket/prefix, file:///folder, or a path', text),
    endpoint: described('URL of an S3-compatible server', {
      kind: 'string',
      pattern: /^https?:\/\/[^\s/]+/,
      expect: 'a URL that starts with http:// or https://',
    }),
    region: described('region of the bucket; default: that of your AWS settings, else us-east-1', text),
    profile: described('profile of your AWS settings to take credentials from', text),
    pathStyle: described('put the bucket in the path of requests; default: true where endpoint is set', bool),
    anonymous: described('send no credentials: public buckets, read only', bool),
    role: described(
      'role that a CI job takes by its own token, where there are no keys; AWS_ROLE_ARN goes before it',
      text,
    ),
    audience: described('whom the token of a CI job is for; default: sts.amazonaws.com', text),
    sse: described('encryption asked of the server', word('AES256', 'aws:kms')),
    kmsKey: described('id of the key for sse: aws:kms', text),
    caFile: described('PEM file of certificates to trust besides the well-known ones', text),
    checksums: described(
      'sha256: the server checks what it receives (default); off: for servers that do not know how',
      word('sha256', 'off'),
    ),
    jobs: described('operations at once', { kind: 'number', integer: true, min: 1, max: 256 }),
  },
  ['url'],
);
