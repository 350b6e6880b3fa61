// After a run: what it made goes to the remote, so that nobody runs it again.
import { MlopsError } from '../../core/failure.ts';
import type { Project } from '../../project.ts';
import { push } from '../../remote/push.ts';
import type { RunView } from '../../render/pipeline/types.ts';
import { everythingShared } from '../../run/shared.ts';
import { usingRepository } from '../../run/using.ts';

/** Null where no remote is configured. @throws MlopsError when not all of it arrived */
export async function shareAll(project: Project, name: string | undefined): Promise<RunView['pushed']> {
  if (name === undefined && project.defaultRemote === undefined) return null;
  const { pipeline, locks, workspace, cache } = project;
  const remote = await project.remote(name);
  const { failures, objects, bytes, runs } = await push(
    { ...project.transferContext(remote), repository: usingRepository(project.repo, project.state.shared) },
    everythingShared(workspace.store, [{ pipeline, locks }], cache),
  );
  if (failures.length > 0) throw new MlopsError(failures);
  return { objects, bytes, runs, to: remote.url };
}
