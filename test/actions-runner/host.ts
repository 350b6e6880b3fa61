// What GitHub keeps between workflow runs: the repository, secrets, artifacts, caches, and which actions there are.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface HostOptions {
  /** `owner/name`. */
  readonly repository: string;
  readonly private: boolean;
  /** From where the repository is cloned, and pushed to: of a bare repository. */
  readonly gitUrl: string;
  readonly apiUrl: string;
  /** Secrets of the repository. Forks get none. */
  readonly secrets: { readonly [name: string]: string };
  /** Configuration variables, which forks get too. */
  readonly vars?: { readonly [name: string]: string };
  /** The token of a job with these permissions; a fork's may only read. */
  readonly token: (permissions: unknown, fork: boolean) => string;
  /** `owner/name` of an action, without its version → the folder that holds it. */
  readonly actions: { readonly [name: string]: string };
  /** The issuer of OpenID Connect tokens, for jobs that may ask it. */
  readonly idToken?: { readonly url: string; readonly token: string };
  /** What every runner has set besides, such as a proxy. */
  readonly machine?: { readonly [name: string]: string };
}

export interface Host extends HostOptions {
  /** `caches/`, `artifacts/<run>/`, `runs/`. Gone after the test. */
  readonly folder: string;
  nextRun(): number;
}

export function openHost(options: HostOptions): Host {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-host-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const name of ['caches', 'artifacts', 'runs']) mkdirSync(join(folder, name));
  let runs = 0;
  return { ...options, folder, nextRun: () => 1000 + ++runs };
}

/** Why a workflow runs. */
export interface HostEvent {
  readonly name: string;
  /** As the webhook sends it. */
  readonly payload: { readonly [key: string]: unknown };
  /** `refs/heads/main`, `refs/pull/7/merge`. */
  readonly ref: string;
  readonly sha: string;
  /** Of a pull request. */
  readonly headRef?: string;
  readonly baseRef?: string;
}

/** Its code comes from another repository: no secrets, and a token that reads. */
export function isFork(event: HostEvent, repository: string): boolean {
  const pull = event.payload['pull_request'] as { head: { repo: { full_name: string } | null } } | undefined;
  return event.name === 'pull_request' && pull?.head.repo?.full_name !== repository;
}
