// Environment variables that hold credentials, known by their names: what a stage does not get unless its `secrets:`
// names it, and what is masked in what it prints.
import type { Environment } from './environment.ts';

/**
 * With these one is the job itself, to its host and to the buckets that trust it. No stage gets them unless it names
 * them, on whatever machine.
 */
const OF_THE_JOB = new Set([
  'ACTIONS_CACHE_URL',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_URL',
  'ACTIONS_RESULTS_URL',
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_RUNTIME_URL',
  'MLOPS_CI_TOKEN',
  'MLOPS_ID_TOKEN',
]);

/** Whose names do not say it. A GitLab job's URL of its repository has the job's token in it. */
const OTHERS = new Set([
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_ROLE_ARN',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'CI_JOB_JWT_V1',
  'CI_JOB_JWT_V2',
  'CI_REPOSITORY_URL',
  'DOCKER_AUTH_CONFIG',
  'KUBECONFIG',
  'SSH_AUTH_SOCK',
]);

const SAYS_SO =
  /(^|_)(TOKEN|JWT|SECRET|SECRET_?KEY|PASSWORD|PASSWD|PASSPHRASE|PAT|API_?KEY|ACCESS_?KEY(_ID)?|ACCOUNT_?KEY|PRIVATE_?KEY|SSH_?KEY|DEPLOY_?KEY|CREDENTIALS?|CONNECTION_STRING|SAS)$/i;

/** A shorter value would mask half of what is printed. */
const MASKED_FROM = 8;

export function isCredentialVariable(name: string): boolean {
  return OF_THE_JOB.has(name) || OTHERS.has(name) || SAYS_SO.test(name);
}

/** `env` without what makes one the job itself. */
export function withoutJobCredentials(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OF_THE_JOB.has(name)));
}

/** What must not be seen in anything that is printed. */
export function credentialValues(env: Environment): string[] {
  return Object.entries(env).flatMap(([name, value = '']) =>
    isCredentialVariable(name) && value.length >= MASKED_FROM ? [value] : [],
  );
}
