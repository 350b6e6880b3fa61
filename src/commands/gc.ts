import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import { type Digest, isDigest, pathFrom, repoPathOf } from '../core/ids.ts';
import { requireRepository } from '../git/repository.ts';
import type { Project } from '../project.ts';
import { type GcFacts, renderGc, renderWhy } from '../render/data/gc.ts';
import type { Reporter } from '../render/run/reporter.ts';
import { claimWork } from '../run/claims.ts';
import { applyGc, GC_CLAIM, GC_REASONS, type GcScope, planOfGc, workAt } from '../run/gc.ts';
import { whoNeeds } from '../run/gc-why.ts';
import type { GcPlan } from '../store/gc-plan.ts';
import { allTrash, TRASH_DAYS } from '../store/trash.ts';
import { artifactAt } from '../store/tree-read.ts';
import { usageOf } from '../store/usage.ts';
import { plural } from '../util/units.ts';
import { examples, type Io, type Run } from './command.ts';
import { gcRemote } from './gc-remote.ts';
import { print, printJson, say, withProject } from './open-project.ts';

interface Flags {
  readonly yes?: true;
  readonly dry?: true;
  readonly keepDays: string;
  readonly emptyTrash?: true;
  readonly why?: string;
  readonly also?: readonly string[];
  readonly alone?: true;
  readonly remote?: string | true;
  readonly assumeUnused?: readonly string[];
  readonly json?: true;
}

const KEEP_DAYS = '30';

export function build(command: Command, io: Io, run: Run): void {
  command
    .option('-y, --yes', 'do it; without this the plan is shown and nothing is changed')
    .option('--dry', 'only show the plan (as without --yes)')
    .option('--keep-days <n>', 'runs younger than this stay with their outs', KEEP_DAYS)
    .option('--empty-trash', 'with --yes: delete for good what lay in the trash before, however young')
    .option('--why <digest|path>', 'who needs it')
    .option('--also <repositories...>', 'other repositories that use the same store (store.dir)')
    .option('--alone', 'no other repository uses the same store (store.dir)')
    .option('-r, --remote [name]', 'of a remote instead of the store')
    .option(
      '--assume-unused <url...>',
      'with --remote: a repository that is not in use any more, by URL or id',
    )
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
What stays: all that any pipeline.lock names, in every commit of every branch, tag, experiment, stash, worktree and
reflog; and the outs of runs of the last ${KEEP_DAYS} days. What nothing names moves to the trash of the store. There it
is found by every command that turns out to need it; a gc ${TRASH_DAYS} days later deletes it for good.

With --remote: all repositories that pushed there are asked for their branches, tags and experiments; one that cannot
be reached is a refusal. The first run only condemns, a second one a week later deletes what is still not needed.
${examples('mlops gc', 'mlops gc --yes', 'mlops gc --why data/raw', 'mlops gc --yes --keep-days 7')}`,
    )
    .action(run((flags: Flags) => gc(io, flags)));
}

function gc(io: Io, flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
    if (flags.remote !== undefined)
      return gcRemote(io, project, reporter, {
        name: flags.remote === true ? undefined : flags.remote,
        apply: flags.yes === true && !flags.dry,
        keepDays: daysOf(flags),
        unused: flags.assumeUnused ?? [],
        json: flags.json ?? false,
      });
    const scope = scopeOf(project, reporter, io, flags);
    if (flags.why !== undefined) return why(project, scope, flags.why, flags, io);
    if (flags.yes === undefined || flags.dry) {
      show(io, await planOfGc(scope), scope, flags, false);
      return 'ok';
    }
    const claim = await claimWork(
      project.claims.shared,
      { name: GC_CLAIM, what: 'gc' },
      { signal: io.signal, onWait: (holder) => say(io, `waiting for ${holder}`) },
    );
    try {
      const plan = await planOfGc(scope);
      const whole = flags.emptyTrash ? { ...plan, expired: allTrash(scope.store.dir) } : plan;
      if (flags.emptyTrash) refuseBesideWork(scope);
      const facts = factsOf(whole, scope);
      const result = await applyGc(scope, whole);
      if (flags.json) printJson(io, { ...facts, ...result });
      else print(io, renderGc(facts, true, io.outStyle));
      if (result.heldBy !== undefined) say(io, `the trash was left alone, as ${result.heldBy} is at work`);
      if (result.damaged.length > 0)
        throw new MlopsError(
          failure(
            'integrity',
            `${plural(result.damaged.length, 'pack')} could not be written anew: damaged`,
            {
              help: 'mlops fsck says what is affected, mlops fsck --repair mends it',
            },
          ),
        );
      return 'ok';
    } finally {
      claim.release();
    }
  });
}

function daysOf({ keepDays }: Flags): number {
  if (/^\d{1,5}$/.test(keepDays)) return Number(keepDays);
  throw new MlopsError(failure('usage', `--keep-days ${keepDays} is no number of days`));
}

function scopeOf(project: Project, reporter: Reporter, io: Io, flags: Flags): GcScope {
  const { dir } = project.config.store;
  if (dir !== undefined && !flags.alone && !flags.also)
    throw new MlopsError(
      failure(
        'refused',
        `the store at ${dir} may be used by other repositories: gc would not see what they need`,
        {
          help: 'name them: mlops gc --also ../other; or, where there is none: mlops gc --alone',
        },
      ),
    );
  return {
    store: project.workspace.store,
    repos: [project.repo, ...(flags.also ?? []).map((path) => requireRepository(path))],
    times: { now: new Date(), keepDays: daysOf(flags) },
    report: reporter.report,
    signal: io.signal,
  };
}

/** Who works now may just have judged that something is here. The trash of the last days is what saves that. */
function refuseBesideWork({ repos }: GcScope): void {
  const [holder] = repos.flatMap(workAt);
  if (holder !== undefined)
    throw new MlopsError(
      failure('busy', `the trash cannot be emptied beside ${holder}`, { help: 'try again when it is done' }),
    );
}

function show(io: Io, plan: GcPlan, scope: GcScope, flags: Flags, did: boolean): void {
  const facts = factsOf(plan, scope);
  if (flags.json) printJson(io, facts);
  else print(io, renderGc(facts, did, io.outStyle));
}

const WORDS: { readonly [reason in (typeof GC_REASONS)[number]]: string } = {
  workspace: 'locks in the workspace',
  ref: 'branches, tags and experiments',
  index: 'staged locks',
  history: 'earlier commits',
  reflog: 'commits that only the reflog names',
  run: 'young runs',
};

function factsOf(plan: GcPlan, { times }: GcScope): GcFacts {
  const leaving = plan.packs.filter(({ fate }) => fate !== 'keep');
  const sum = (key: 'objects' | 'bytes'): number => leaving.reduce((all, { dead }) => all + dead[key], 0);
  return {
    kept: GC_REASONS.flatMap((reason, at) => {
      const kept = plan.kept.get(at + 1);
      return kept ? [{ for: WORDS[reason], ...kept }] : [];
    }),
    packs: {
      dropped: leaving.filter(({ fate }) => fate === 'drop').length,
      rewritten: leaving.filter(({ fate }) => fate === 'rewrite').length,
    },
    goes: { objects: sum('objects') + plan.loose.length, bytes: sum('bytes') + plan.looseBytes },
    runs: plan.runs.length,
    attempts: plan.attempts.length,
    keepDays: times.keepDays,
    back: plan.back.length,
    absentTrees: plan.marks.absentTrees.length,
    deleted: {
      folders: plan.expired.length,
      bytes: plan.expired.reduce((all, folder) => all + usageOf(folder).bytes, 0),
    },
    trashDays: TRASH_DAYS,
  };
}

async function why(project: Project, scope: GcScope, asked: string, flags: Flags, io: Io): Promise<ExitName> {
  const digest = isDigest(asked) ? asked : digestOf(project, scope, asked);
  const where = scope.store.bytesOf(digest) === undefined ? 'not in the store' : 'in the store';
  const needs = await whoNeeds(scope, digest);
  if (flags.json) printJson(io, { digest, where, needs });
  else
    print(io, renderWhy({ what: isDigest(asked) ? digest.slice(0, 12) : asked, where, needs }, io.outStyle));
  return 'ok';
}

/** What the locks of the workspace say of a path. */
function digestOf(project: Project, { store }: GcScope, typed: string): Digest {
  const path = repoPathOf(project.pathFromHere(typed));
  const owner = project.locks.owner(path);
  const artifact =
    owner && 'tree' in owner.artifact && owner.path !== path
      ? artifactAt(store, owner.artifact.tree, pathFrom(owner.path, path))
      : owner?.artifact;
  if (!artifact)
    throw new MlopsError(
      failure('missing', `no lock names ${typed}`, {
        help: 'mlops ls lists what is tracked; a digest has 64 digits',
      }),
    );
  return 'file' in artifact ? artifact.file : artifact.tree;
}
