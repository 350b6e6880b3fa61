// The reports of evaluations as they stood at a commit, or stand in the workspace.

import type { CommitId, RepoPath } from '../../core/ids.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Project } from '../../project.ts';
import { reportPath } from '../../run/gates.ts';
import { sideOf } from '../../run/side.ts';

/** Those that cannot be read are left out: who reads them as a part of the whole says so. `against` undefined: the workspace; null: nowhere. */
export function reportsAt(
  { repo, pipeline }: Project,
  against: { readonly commit: CommitId } | null | undefined,
): ReadonlyMap<RepoPath, JsonObject> {
  if (against === null) return new Map();
  const paths = [...pipeline.stages.values()].flatMap((stage) =>
    stage.action.kind === 'uses' && stage.action.uses === 'evaluate' ? [reportPath(stage)] : [],
  );
  const bodies = sideOf(repo, against?.commit).read(paths);
  return new Map(
    paths.flatMap((path, at): [RepoPath, JsonObject][] => {
      const report = objectIn(bodies[at]);
      return report ? [[path, report]] : [];
    }),
  );
}

function objectIn(body: Buffer | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(body?.toString() ?? 'null');
    return isJsonObject(value as JsonObject) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
