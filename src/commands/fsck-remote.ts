// `fsck --remote`: what a remote lost, which paths of the lock that costs, and what brings them back.
import { artifactDigest } from '../core/artifact.ts';
import { type ExitName, worstExit } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import type { Project } from '../project.ts';
import { checkRemote, type RemoteCheck } from '../remote/fsck.ts';
import { type RemoteRepaired, repairRemote } from '../remote/fsck-repair.ts';
import { push } from '../remote/push.ts';
import { remoteStatus } from '../remote/status.ts';
import type { TransferContext } from '../remote/transfer.ts';
import { type RemoteFsckFacts, renderRemoteFsck } from '../render/data/fsck-remote.ts';
import type { Reporter } from '../render/run/reporter.ts';
import { type Recorded, recordedNow, storedOnly } from '../run/recorded.ts';
import { usingRepository } from '../run/using.ts';
import type { Store } from '../store/store.ts';
import { sizesIn } from '../store/tree-objects.ts';
import type { Io } from './command.ts';
import { print, printJson } from './open-project.ts';

export interface RemoteFsckFlags {
  readonly name: string | undefined;
  readonly repair: boolean;
  readonly read: boolean;
  readonly json: boolean;
}

export async function fsckRemote(
  io: Io,
  project: Project,
  reporter: Reporter,
  flags: RemoteFsckFlags,
): Promise<ExitName> {
  const remote = await project.remote(flags.name);
  const { store } = project.workspace;
  const context = {
    ...project.transferContext(remote),
    repository: usingRepository(project.repo, project.state.shared),
  };
  const recorded = storedOnly(recordedNow(project.repo).recorded, project.pipeline);
  const found = await checkRemote(context, {
    depth: flags.read ? 'bytes' : 'names',
    sizes: sizesOf(store, recorded),
  });
  const repaired = flags.repair ? await repairAll(context, found, recorded) : undefined;
  const lacking = (await remoteStatus(context, recorded)).filter(({ missingThere }) => missingThere > 0);
  reporter.close();
  const facts: RemoteFsckFacts = {
    url: remote.url,
    ...found,
    vanished: found.vanished.length,
    orphans: found.orphans.length,
    artifacts: recorded.length,
    lacking,
    ...(repaired ? { repaired } : {}),
  };
  if (flags.json) printJson(io, facts);
  else print(io, renderRemoteFsck(facts, io.outStyle));
  return exitOf(found, repaired, lacking);
}

interface Repaired extends RemoteRepaired {
  readonly pushed: number;
}

/** What is left after mending is pushed; what is nowhere is told by what is lacking then. */
async function repairAll(
  context: TransferContext,
  found: RemoteCheck,
  recorded: readonly Recorded[],
): Promise<Repaired> {
  const repaired = await repairRemote(context, found);
  const { objects } = await push(context, { artifacts: recorded, runs: [] });
  return { ...repaired, pushed: objects };
}

function sizesOf(store: Store, recorded: readonly Recorded[]): Map<Digest, number> {
  const sizes = new Map<Digest, number>();
  for (const { artifact } of recorded) {
    if ('file' in artifact) sizes.set(artifactDigest(artifact), artifact.bytes);
    else for (const [digest, bytes] of sizesIn(store, artifact.tree)) sizes.set(digest, bytes);
  }
  return sizes;
}

function exitOf(
  { damage, vanished }: RemoteCheck,
  repaired: Repaired | undefined,
  lacking: readonly { readonly missingBoth: number }[],
): ExitName {
  const nowhere = lacking.some(({ missingBoth }) => missingBoth > 0);
  if (repaired) return nowhere ? 'missing' : lacking.length > 0 ? 'integrity' : 'ok';
  return worstExit([damage.length + vanished.length > 0 ? 'integrity' : 'ok', nowhere ? 'missing' : 'ok']);
}
