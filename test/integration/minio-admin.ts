// What an administrator of MinIO does with its own program: policies, roles for tokens, who may read without keys.
import { createHash, createHmac } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Issuer } from './issuer.ts';
import { PROGRAM_KEYS, type RunningS3 } from './s3-programs.ts';

export interface Policy {
  readonly Version: string;
  readonly Statement: readonly { readonly [key: string]: unknown }[];
}

/** Several in one: each statement counts for the jobs whose tokens have that `sub`. */
export function policyOfJobs(policies: { readonly [sub: string]: Policy }): Policy {
  return {
    Version: '2012-10-17',
    Statement: Object.entries(policies).flatMap(([sub, { Statement }]) =>
      Statement.map((each) => ({ ...each, Condition: { StringEquals: { 'jwt:sub': sub } } })),
    ),
  };
}

/** The role for tokens of `issuer` whose audience is `audience`: its holders may do what the policy `policy` says. */
export function roleSettings(
  issuer: Issuer,
  policy: string,
  audience: string,
): { readonly [variable: string]: string } {
  return {
    MINIO_IDENTITY_OPENID_CONFIG_URL_CI: `${issuer.url}/.well-known/openid-configuration`,
    MINIO_IDENTITY_OPENID_CLIENT_ID_CI: audience,
    MINIO_IDENTITY_OPENID_ROLE_POLICY_CI: policy,
  };
}

/** MinIO names a role after the audience of its tokens. */
export function roleArn(audience: string): string {
  return `arn:minio:iam:::role/${createHash('sha1').update(audience).digest('base64url')}`;
}

export async function addPolicy({ url }: RunningS3, name: string, policy: Policy): Promise<void> {
  const { hostname, port, host } = new URL(url);
  const body = JSON.stringify(policy);
  const request = await new SignatureV4({
    service: 's3',
    region: 'us-east-1',
    credentials: PROGRAM_KEYS,
    sha256: Sha256,
  }).sign({
    method: 'PUT',
    protocol: 'http:',
    hostname,
    port: Number(port),
    path: '/minio/admin/v3/add-canned-policy',
    query: { name },
    headers: { host, 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
    body,
  });
  const ask = (): Promise<Response> =>
    fetch(`${url}${request.path}?name=${name}`, { method: 'PUT', headers: request.headers, body });
  let answer = await ask();
  // Its administration is ready a moment after it takes connections.
  for (const until = Date.now() + 30_000; answer.status === 503 && Date.now() < until; answer = await ask())
    await setTimeout(50);
  if (!answer.ok) throw new Error(`MinIO: ${answer.status} ${await answer.text()}`);
}

export async function setBucketPolicy({ url }: RunningS3, bucket: string, policy: Policy): Promise<void> {
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: PROGRAM_KEYS,
  });
  await client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(policy) }));
  client.destroy();
}

class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Buffer);
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(data as Buffer);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}
