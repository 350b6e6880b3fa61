// From a config to a remote that retries and keeps to its limit. Opening sends nothing.
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../core/failure.ts';
import { digestBytes } from '../util/digest.ts';
import type { RemoteConfig } from './config.ts';
import { dirRemote } from './dir.ts';
import { withGuard } from './guard.ts';
import { withLimit } from './limit.ts';
import type { Remote } from './remote.ts';
import type { Requests } from './requests.ts';
import { type RetryOptions, withRetry } from './retry.ts';

export interface OpenOptions extends RetryOptions {
  /** Folder that a plain path is relative to. */
  readonly base: string;
  /** Folder for what is remembered of remotes, each in a folder of its own; absent = nothing is. */
  readonly state?: string;
  /** Of a bucket for which no credentials are found: go on without. */
  readonly unknown?: 'anonymous';
  /** The token of a CI job is sent nowhere: the settings are not those of this project. */
  readonly jobToken?: 'withheld';
  /** Where the requests of a bucket are counted. */
  readonly requests?: Requests;
}

const JOBS = { s3: 64, dir: 16 };

/** `s3://bucket/prefix`, `file:///folder` or a plain path. @throws Failure 'config' for any other URL. */
export async function openRemote(config: RemoteConfig, options: OpenOptions): Promise<Remote> {
  const { url } = config;
  if (/^s3:/i.test(url)) {
    const { s3Remote } = await import('./s3.ts');
    const jobs = config.jobs ?? JOBS.s3;
    const { signal, requests, state, unknown, jobToken } = options;
    const remote = await s3Remote(config, {
      jobs,
      ...(signal ? { signal } : {}),
      ...(requests ? { requests } : {}),
      ...(unknown ? { unknown } : {}),
      ...(jobToken ? { jobToken } : {}),
      ...(state === undefined ? {} : { uploads: join(state, idOf(config), 'uploads') }),
    });
    return wrapped(remote, jobs, options);
  }
  const folder = join(folderOf(url, options.base), 'v1');
  return wrapped(dirRemote(url, folder), config.jobs ?? JOBS.dir, options);
}

/** The same place has the same id, whatever the remote is called. */
function idOf({ url, endpoint = '' }: RemoteConfig): string {
  return digestBytes(`${endpoint}\n${url}`).slice(0, 16);
}

function wrapped(remote: Remote, jobs: number, options: OpenOptions): Remote {
  return withGuard(withRetry(withLimit(remote, jobs), options));
}

function folderOf(url: string, base: string): string {
  // A single letter before the colon is a Windows drive.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return resolve(base, url);
  if (scheme !== 'file')
    fail('config', `remote ${url}: no such kind of remote`, {
      help: 'known: s3://bucket/prefix, file:///folder, a path',
    });
  try {
    return fileURLToPath(url);
  } catch (error) {
    return fail(
      'config',
      `remote ${url}: not a folder on this machine`,
      { help: 'write file:///folder' },
      error,
    );
  }
}
