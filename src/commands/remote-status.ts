// `status --remote`: which tracked paths are here, and which on the remote.
import type { ExitName } from '../core/failure.ts';
import { remoteStatus } from '../remote/status.ts';
import { renderRemoteStatus } from '../render/data/remote-status.ts';
import { trackedTargets } from '../run/tracked.ts';
import type { Io } from './command.ts';
import { print, printJson, withProject } from './open-project.ts';

interface Flags {
  readonly check?: true;
  readonly json?: true;
}

export function remoteStatusOf(
  io: Io,
  targets: readonly string[],
  name: string | undefined,
  flags: Flags,
): Promise<ExitName> {
  return withProject<ExitName>(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
    const remote = await project.remote(name);
    const tracked = trackedTargets(project.requirePipeline(), project.locks, targets, project.dir, (typed) =>
      project.pathFromHere(typed),
    );
    const paths = await remoteStatus(project.transferContext(remote), tracked);
    reporter.close();
    if (flags.json) printJson(io, { remote: remote.url, paths, requests: project.requests });
    else print(io, renderRemoteStatus(paths, remote.url, io.outStyle));
    const same = paths.every((each) => each.missingHere + each.missingThere === 0);
    return flags.check && !same ? 'differs' : 'ok';
  });
}
