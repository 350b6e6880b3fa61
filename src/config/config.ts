// Settings of a repository: `.mlops/config.yaml` is committed and shared; `local.yaml` in Git's own directory is this
// machine's. What could make a clone read or write outside the repository is accepted from the local file only.

import { type RunScope, SCOPE, SCOPE_WORDS } from '../core/run-scope.ts';
import {
  bool,
  described,
  either,
  integer,
  list,
  map,
  object,
  type Shape,
  text,
  word,
} from '../core/shape.ts';
import { type RemoteConfig, remoteShape } from '../remote/config.ts';

export interface Config {
  /** Name of the default remote. */
  readonly remote?: string;
  readonly remotes: { readonly [name: string]: RemoteConfig };
  /** Stages at once; undefined = auto. */
  readonly jobs?: number;
  readonly cache: { readonly trust: readonly RunScope[] };
  readonly runCache: { readonly read: Access; readonly write: Access };
  readonly store: { readonly dir?: string; readonly link: 'reflink' | 'hard' };
  readonly allowOutside: readonly string[];
  readonly push: { readonly logs: boolean };
  readonly exp: ExpConfig;
}

export interface ExpConfig {
  /** Prefix of the refs of new experiments, for hosts that refuse the usual one. */
  readonly refs?: string;
  /** Globs of files that Git does not track and experiments need. */
  readonly carry: readonly string[];
}

/** Who may use the run cache: everybody, only CI (the environment has CI), nobody. */
export type Access = 'all' | 'ci' | 'none';

const access = word('all', 'ci', 'none');

const shared: { readonly [key: string]: Shape } = {
  remote: described('name of the default remote', text),
  remotes: described('where stored bytes and runs are shared', map(remoteShape)),
  jobs: described(
    'stages that run at once',
    either('a whole number or "auto"', { kind: 'number', integer: true, min: 1 }, word('auto')),
  ),
  cache: object({
    trust: described(
      'scopes of the run cache whose entries are used, beside those of the own one',
      list({ kind: 'string', pattern: SCOPE, expect: `the name of a scope, such as main (${SCOPE_WORDS})` }),
    ),
  }),
  runCache: object({ read: access, write: access }),
  push: object({ logs: bool }),
  exp: object({
    refs: described('prefix of the refs of experiments, for hosts that refuse the usual one', {
      kind: 'string',
      pattern: /^refs\/([A-Za-z0-9_][A-Za-z0-9._-]*\/)+$/,
      expect: 'a prefix of refs such as refs/heads/mlops-exp/',
    }),
    carry: described('globs of files that Git does not track and experiments need', list(text)),
  }),
};

/** Keys of `.mlops/config.yaml`. */
export const configShape: Shape = object(shared);

/** Keys of `local.yaml`: the shared ones, and those that a committed file must not set. */
export const localConfigShape: Shape = object({
  ...shared,
  store: object({ dir: text, link: word('reflink', 'hard') }),
  allowOutside: described('folders outside the repository that links may lead to', list(text)),
  slots: integer,
});

export const LOCAL_ONLY = ['store', 'allowOutside'] as const;
