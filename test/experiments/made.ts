// Experiments with chosen files, made without the workspace.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Experiment, ExperimentRecord, Override } from '../../src/core/experiment.ts';
import type { CommitId, RepoPath } from '../../src/core/ids.ts';
import type { Json } from '../../src/core/json.ts';
import { requireRepository } from '../../src/git/repository.ts';
import type { Rig } from '../rig.ts';
import { experimentOf } from './rig.ts';

export const PIPELINE = `stages:
  train:
    cmd: node train.mjs
    params: [train]
    metrics: [metrics.json]
`;

/** A repository with a baseline on which experiments can be made. */
export async function baselineIn(rig: Rig): Promise<CommitId> {
  rig.write({
    'pipeline.yaml': PIPELINE,
    'params.yaml': 'train:\n  trees: 100\n  depth: 8\n',
    'metrics.json': { accuracy: 0.8, loss: 0.5 },
  });
  return (await rig.commit('first model')) as CommitId;
}

export interface Made {
  /** Path → text; null removes. Objects are written as JSON. */
  readonly files: { readonly [path: string]: string | object | null };
  readonly overrides?: readonly Override[];
  readonly message?: string;
  readonly record?: Partial<ExperimentRecord>;
}

/** The baseline's files with changes, as an experiment. Neither the workspace nor the index is touched. */
export function madeExperiment(rig: Rig, baseline: CommitId, name: string, made: Made): Experiment {
  const repo = requireRepository(rig.path);
  const index = join(repo.gitDir, `index-${randomUUID()}`);
  const git = (args: readonly string[], input?: string): string =>
    execFileSync('git', [...args], {
      cwd: rig.path,
      input,
      encoding: 'utf8',
      env: { ...process.env, GIT_INDEX_FILE: index },
    });
  git(['read-tree', baseline]);
  for (const [path, content] of Object.entries(made.files)) {
    if (content === null) {
      git(['update-index', '--force-remove', path]);
      continue;
    }
    const blob = git(
      ['hash-object', '-w', '--stdin'],
      typeof content === 'string' ? content : JSON.stringify(content),
    ).trim();
    git(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`]);
  }
  const tree = git(['write-tree']).trim();
  rmSync(index, { force: true });
  return experimentOf(repo, tree, name, {
    baseline,
    words: made.message ?? `${name} it is`,
    overrides: made.overrides ?? [],
    ms: 1500,
    started: '2026-11-21T10:00:00.000Z',
    ...made.record,
  });
}

export function override(key: string, value: Json, file = 'params.yaml'): Override {
  return { file: file as RepoPath, key: key.split('.'), op: 'set', value };
}
