// What a host gives a job: its environment, its files, and a small repository: a stage with a metric, and a check of in.csv.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Rig } from '../rig.ts';

export const PIPELINE = `stages:
  train:
    cmd: node train.mjs
    deps: [train.mjs]
    metrics: [metrics.json]
  rows:
    check: { uses: ./check.mjs, data: in.csv }
`;

/** `check.mjs`: says no below three rows. */
export const CHECK = `export default async function (batches) {
  let rows = 0;
  for await (const batch of batches) rows += batch.rows;
  return [{ check: 'rows', subject: 'in.csv', status: rows < 3 ? 'fail' : 'pass', message: rows + ' rows', value: rows, limit: 3 }];
}`;

/** The environment of a step, and the files that it writes. */
export function onGithub(rig: Rig, event: string, payload: object, env: { [name: string]: string } = {}) {
  const files = Object.fromEntries(
    ['event', 'summary', 'output'].map((file) => [file, rig.beside(`${event}-${file}`)]),
  ) as { event: string; summary: string; output: string };
  writeFileSync(files.event, JSON.stringify(payload));
  writeFileSync(files.summary, '');
  writeFileSync(files.output, '');
  return {
    read: (file: 'summary' | 'output') => readFileSync(files[file], 'utf8'),
    env: {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'octo/rides',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_API_URL: 'https://api.github.com',
      GITHUB_WORKSPACE: rig.path,
      GITHUB_RUN_ID: '77',
      GITHUB_REF_NAME: 'main',
      GITHUB_REF_PROTECTED: 'true',
      NO_COLOR: '1',
      ...env,
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: files.event,
      GITHUB_STEP_SUMMARY: files.summary,
      GITHUB_OUTPUT: files.output,
    },
  };
}

export function pullOf(
  head: string,
  base: string,
  from = 'octo/rides',
  { number = 7, into = 'octo/rides' }: { readonly number?: number; readonly into?: string } = {},
): object {
  return {
    repository: { full_name: into, default_branch: 'main' },
    pull_request: {
      number,
      head: { sha: head, ref: 'topic', repo: { full_name: from } },
      base: { sha: base, ref: 'main', repo: { full_name: into } },
    },
  };
}
