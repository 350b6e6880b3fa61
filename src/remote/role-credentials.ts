// Keys for a bucket that live a quarter of an hour, in exchange for the token of a CI job: no lasting key is anywhere.
// The server is asked to let the job take a role (AssumeRoleWithWebIdentity of AWS STS, which MinIO has too), and again
// before the keys expire. Who gave the environment keys or a profile meant those.

import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { fromWebToken } from '@aws-sdk/credential-provider-web-identity';
import type { Environment } from '../core/environment.ts';
import { MlopsError } from '../core/failure.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import type { RemoteConfig } from './config.ts';
import { type JobToken, jobToken } from './job-token.ts';
import type { Agents } from './proxies.ts';
import { lasting, passing } from './trouble.ts';

type Provider = Extract<S3ClientConfig['credentials'], (...args: never[]) => unknown>;

const AUDIENCE = 'sts.amazonaws.com';
/** The least that servers give: what leaks is soon worth nothing. The client renews them five minutes before. */
const SESSION_SECONDS = 900;

/** Undefined where no role is named, the job has no token, or there are keys already. */
export function roleCredentials(
  config: RemoteConfig,
  env: Environment,
  agents: Agents,
): Provider | undefined {
  const role = roleOf(config, env);
  if (role === undefined || hasKeys(config, env)) return undefined;
  const token = jobToken(env, config.audience ?? AUDIENCE, agents);
  return token && assuming(role, token, config, env, agents);
}

/** The workflow knows which role its event may take; the settings say the usual one. */
function roleOf(config: RemoteConfig, env: Environment): string | undefined {
  return env['AWS_ROLE_ARN'] || config.role;
}

function hasKeys({ profile, anonymous }: RemoteConfig, env: Environment): boolean {
  return Boolean(anonymous || profile || env['AWS_PROFILE'] || env['AWS_ACCESS_KEY_ID']);
}

/** What to do where a role is named and nothing says who the job is; undefined when that is not what is missing. */
export function adviceForRole(config: RemoteConfig, env: Environment): string | undefined {
  if (roleOf(config, env) === undefined || hasKeys(config, env)) return undefined;
  if (env['GITHUB_ACTIONS'])
    return 'a role is named, and the job may not say who it is: permissions: {id-token: write}; pull requests from forks never may';
  if (env['GITLAB_CI'])
    return `a role is named, and the job has no token: id_tokens: {MLOPS_ID_TOKEN: {aud: ${config.audience ?? AUDIENCE}}}`;
  return undefined;
}

function assuming(
  role: string,
  token: JobToken,
  config: RemoteConfig,
  env: Environment,
  agents: Agents,
): Provider {
  return async (identity) => {
    const webIdentityToken = await token();
    const take = fromWebToken({
      roleArn: role,
      roleSessionName: sessionName(env),
      webIdentityToken,
      durationSeconds: SESSION_SECONDS,
      clientConfig: {
        ...stsPlace(config, env),
        maxAttempts: 1,
        requestHandler: { httpAgent: agents.http, httpsAgent: agents.https },
      },
    });
    try {
      return await take(identity as Parameters<typeof take>[0]);
    } catch (error) {
      throw refusal(error, role, webIdentityToken, config);
    }
  };
}

/** Servers other than Amazon's give roles where they give buckets. */
function stsPlace({ endpoint, region }: RemoteConfig, env: Environment): object {
  const place = endpoint && !env['AWS_ENDPOINT_URL_STS'] ? { endpoint } : {};
  const named = region ?? (endpoint ? (env['AWS_REGION'] ?? 'us-east-1') : undefined);
  return { ...place, ...(named ? { region: named } : {}) };
}

/** In the logs of the server: which run it was. */
function sessionName(env: Environment): string {
  const run = env['GITHUB_RUN_ID'] ?? env['CI_JOB_ID'] ?? String(process.pid);
  return `mlops-${run.replace(/[^\w+=,.@-]/g, '-')}`.slice(0, 64);
}

function refusal(error: unknown, role: string, token: string, { url, audience }: RemoteConfig): unknown {
  if (!(error instanceof Error) || error instanceof MlopsError) return error;
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  const what = `${url}: this job was not given the role ${role} (${error.name})`;
  if (status === 0 || status === 429 || status >= 500 || error.name === 'IDPCommunicationError')
    return passing(what, error, 'the server that gives roles does not answer as it should; try again later');
  const { sub = 'unknown', aud = audience ?? AUDIENCE } = claimsOf(token);
  return lasting(
    what,
    `the role has to trust this job: sub ${sub}, aud ${aud}; and the server has to know who issues its tokens`,
    error,
  );
}

/** What the job says of itself, not verified here: for people. */
function claimsOf(token: string): { readonly sub?: string; readonly aud?: string } {
  let claims: Json;
  try {
    claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Json;
  } catch {
    return {};
  }
  const word = (name: string): { [claim: string]: string } => {
    const value = isJsonObject(claims) ? claims[name] : undefined;
    return typeof value === 'string' ? { [name]: JSON.stringify(value.slice(0, 200)) } : {};
  };
  return { ...word('sub'), ...word('aud') };
}
