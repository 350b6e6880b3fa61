// `gc --remote`: the plan, and with --yes what it says.
import type { ExitName } from '../core/failure.ts';
import type { Project } from '../project.ts';
import { applyRemoteGc } from '../remote/gc.ts';
import { type RemoteGcFacts, renderRemoteGc } from '../render/data/gc-remote.ts';
import type { Reporter } from '../render/run/reporter.ts';
import { planOfRemoteGc, type RemoteGcFindings } from '../run/gc-remote.ts';
import { usingRepository } from '../run/using.ts';
import type { Io } from './command.ts';
import { print, printJson } from './open-project.ts';

export interface RemoteGcFlags {
  readonly name: string | undefined;
  readonly apply: boolean;
  readonly keepDays: number;
  readonly unused: readonly string[];
  readonly json: boolean;
}

/** Clones that were offline for a week see their next push refused nothing: what is condemned is sent again. */
const SWEEP_DAYS = 7;

export async function gcRemote(
  io: Io,
  project: Project,
  reporter: Reporter,
  flags: RemoteGcFlags,
): Promise<ExitName> {
  const remote = await project.remote(flags.name);
  const context = project.transferContext(remote);
  const times = { now: new Date(), keepDays: flags.keepDays, sweepDays: SWEEP_DAYS };
  const own = usingRepository(project.repo, project.state.shared);
  const plan = await planOfRemoteGc({ context, repo: project.repo, own, times, unused: flags.unused });
  if (flags.apply) await applyRemoteGc(context, plan, times);
  reporter.close();
  const facts = factsOf(plan, remote.url);
  if (flags.json) printJson(io, facts);
  else print(io, renderRemoteGc(facts, flags.apply, io.outStyle));
  return 'ok';
}

function factsOf(
  { action, condemn, sweep, asked, absentTrees, epoch }: RemoteGcFindings,
  url: string,
): RemoteGcFacts {
  const from = epoch && new Date(Date.parse(epoch.time) + SWEEP_DAYS * 86_400_000);
  return {
    url,
    action,
    condemn,
    sweep,
    asked,
    absentTrees,
    sweepDays: SWEEP_DAYS,
    ...(from ? { sweepFrom: from.toISOString().slice(0, 16).replace('T', ' ') } : {}),
  };
}
