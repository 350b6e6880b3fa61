import type { Command } from 'commander';
import { type ExitName, MlopsError, worstExit } from '../core/failure.ts';
import type { Pipeline } from '../core/pipeline.ts';
import type { Project } from '../project.ts';
import {
  type AffectedFacts,
  type FsckFacts,
  renderDamage,
  renderFsck,
  renderRepair,
} from '../render/data/fsck.ts';
import type { Reporter } from '../render/run/reporter.ts';
import { claimWork } from '../run/claims.ts';
import { type Affected, type FsckReport, type FsckScope, fsck } from '../run/fsck.ts';
import { repair } from '../run/fsck-repair.ts';
import { GC_CLAIM } from '../run/gc.ts';
import { examples, type Io, type Run } from './command.ts';
import { fsckRemote } from './fsck-remote.ts';
import { print, printJson, say, withProject } from './open-project.ts';

interface Flags {
  readonly remote?: string | true;
  readonly repair?: true;
  readonly read?: true;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .option(
      '--repair',
      'set damage aside, save what is good, bring back what the workspace or the remote has',
    )
    .option('-r, --remote [name]', 'look through a remote instead: names and sizes')
    .option('--read', 'with --remote: read every byte there')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Reads every byte of the store and says which paths of the lock are affected by what is damaged, and what brings each
back. Nothing is ever deleted: damaged files go to the quarantine of the store. Exit 8 when there is damage,
5 when something is nowhere that this clone knows of.
${examples('mlops fsck', 'mlops fsck --repair', 'mlops fsck --remote')}`,
    )
    .action(run((flags: Flags) => check(io, flags)));
}

function check(io: Io, flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
    if (flags.remote !== undefined)
      return fsckRemote(io, project, reporter, {
        name: flags.remote === true ? undefined : flags.remote,
        repair: flags.repair ?? false,
        read: flags.read ?? false,
        json: flags.json ?? false,
      });
    const scope = scopeOf(project, reporter, io);
    if (!flags.repair) return show(io, reporter, await fsck(scope), flags);
    const claim = await claimWork(
      project.claims.shared,
      { name: GC_CLAIM, what: 'fsck --repair' },
      { signal: io.signal, onWait: (holder) => say(io, `waiting for ${holder}`) },
    );
    try {
      return await mend(io, project, reporter, scope, flags);
    } finally {
      claim.release();
    }
  });
}

function show(io: Io, reporter: Reporter, found: FsckReport, flags: Flags): ExitName {
  reporter.close();
  const facts = factsOf(found);
  if (flags.json) printJson(io, facts);
  else print(io, renderFsck(facts, io.outStyle));
  return exitOf(found);
}

async function mend(
  io: Io,
  project: Project,
  reporter: Reporter,
  scope: FsckScope,
  flags: Flags,
): Promise<ExitName> {
  const found = await fsck(scope);
  const done = await repair(scope, found, scope.hasRemote ? () => project.remote() : undefined);
  reporter.close();
  const facts = {
    ...done,
    artifacts: found.artifacts,
    left: done.left.map(affectedFacts),
    unasked: done.unasked.map(affectedFacts),
  };
  if (flags.json) printJson(io, { ...factsOf(found), repair: facts });
  else {
    print(io, renderDamage(factsOf(found), io.outStyle));
    print(io, renderRepair(facts, io.outStyle));
  }
  const locks: ExitName[] = found.locks.length > 0 ? ['integrity'] : [];
  return worstExit([
    ...locks,
    ...done.left.map(({ state }) => (state === 'absent' ? 'missing' : 'integrity')),
    ...done.unasked.flatMap(({ ways }): ExitName[] => (ways.length === 0 ? ['missing'] : [])),
  ]);
}

function scopeOf(project: Project, reporter: Reporter, io: Io): FsckScope {
  return {
    repo: project.repo,
    workspace: project.workspace,
    pipeline: pipelineOrNothing(project),
    hasRemote: project.defaultRemote !== undefined,
    report: reporter.report,
    signal: io.signal,
  };
}

/** A broken pipeline.yaml must not keep anybody from looking after the store. */
function pipelineOrNothing(project: Project): Pipeline | undefined {
  try {
    return project.pipeline;
  } catch (error) {
    if (error instanceof MlopsError) return undefined;
    throw error;
  }
}

function exitOf({ store, locks, caches, affected }: FsckReport): ExitName {
  const damaged = store.damage.length + locks.length + caches.length > 0;
  const nowhere = affected.some(({ ways }) => ways.length === 0);
  return worstExit([
    ...(damaged ? (['integrity'] as const) : []),
    ...(nowhere ? (['missing'] as const) : []),
  ]);
}

function factsOf({ store, locks, caches, artifacts, affected, elsewhere, usage }: FsckReport): FsckFacts {
  return {
    counts: store.counts,
    bytes: store.bytes,
    damage: [...store.damage, ...caches],
    locks,
    artifacts,
    affected: affected.map(affectedFacts),
    elsewhere,
    orphans: store.orphans.length,
    vanished: store.vanished.length,
    quarantine: usage.quarantine,
    trash: usage.trash,
    leftovers: usage.tmp,
  };
}

function affectedFacts({ path, stage, state, lack, artifact, ways }: Affected): AffectedFacts {
  return {
    path,
    ...(stage === undefined ? {} : { stage }),
    state,
    lost: lack.digests.length,
    files: 'files' in artifact ? artifact.files : 1,
    paths: lack.paths,
    ways,
  };
}
