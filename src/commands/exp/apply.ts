import { posix } from 'node:path';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../../core/failure.ts';
import { type ApplyPlan, planApply, planUndo, type UndoPlan } from '../../experiments/apply.ts';
import { type Move, type Moved, makeMove, refuseLoss } from '../../experiments/move.ts';
import { findExperiment, listExperiments } from '../../experiments/refs.ts';
import type { Project } from '../../project.ts';
import { type AppliedPath, type ApplyFacts, renderApply } from '../../render/data/apply.ts';
import { examples, type Io, type Run } from '../command.ts';
import { print, printJson, withProject } from '../open-project.ts';

interface Flags {
  readonly undo?: true;
  readonly force?: true;
  readonly dry?: true;
  readonly json?: true;
}

export function addApply(exp: Command, io: Io, run: Run): void {
  exp
    .command('apply')
    .description('bring the workspace to an experiment: its files and its outs, without a commit')
    .argument('[name]', 'an experiment, or its commit')
    .option('--undo', 'bring back what was there before the last apply; again: the apply')
    .option('-f, --force', 'also over work that is not committed; --undo brings it back')
    .option('--dry', 'only say what would change')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Where HEAD is not the baseline of the experiment, what the experiment changed is brought onto HEAD, as a merge would.
Uncommitted work in other files stays.
${examples('mlops exp apply calm-otter', 'mlops exp apply calm-otter --dry', 'mlops exp apply --undo')}`,
    )
    .action(run((name: string | undefined, flags: Flags) => apply(io, name, flags)));
}

function apply(io: Io, name: string | undefined, flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
    const context = project.runContext();
    const plan = planner(project, name, flags);
    const options = { work: flags.force ? 'over' : 'keep' } as const;
    let done: (ApplyPlan | UndoPlan) & Partial<Moved>;
    if (flags.dry) {
      done = await plan();
    } else {
      // The last plan is the one that was carried out.
      let last: ApplyPlan | UndoPlan | undefined;
      const again = async () => (last = await plan());
      const moved = await makeMove(context, again, options);
      done = { ...last!, ...moved };
    }
    reporter.close();
    const facts = factsOf(project, done, flags);
    if (flags.json) printJson(io, facts);
    else print(io, renderApply(facts, io.outStyle));
    if (flags.dry) refuseLoss(done, options);
    if (facts.absent.length > 0) throw new MlopsError(absentBytes(project, facts));
    return 'ok';
  });
}

function planner(
  project: Project,
  name: string | undefined,
  { undo }: Flags,
): () => Promise<ApplyPlan | UndoPlan> {
  const context = project.runContext();
  if (undo) {
    if (name === undefined) return () => planUndo(context);
    throw new MlopsError(
      failure('usage', '--undo takes no name: it undoes the last apply of this worktree', {
        help: 'mlops exp apply --undo',
      }),
    );
  }
  if (name === undefined)
    throw new MlopsError(
      failure('usage', 'which experiment?', { help: 'mlops exp apply NAME; mlops exp show lists them' }),
    );
  const all = listExperiments(project.repo, project.config.exp.refs);
  const experiment = findExperiment(all, name);
  return () => planApply(context, experiment, all);
}

function factsOf(project: Project, plan: (ApplyPlan | UndoPlan) & Partial<Moved>, flags: Flags): ApplyFacts {
  const experiment = 'experiment' in plan ? plan.experiment : undefined;
  return {
    did: 'last' in plan ? (plan.last.did === 'undo' ? 'redo' : 'undo') : 'apply',
    name: plan.name,
    dry: flags.dry ?? false,
    files: plan.files.map(({ path, from, to, overwrites }) => ({
      path,
      what: kindOf(from, to),
      overwrites,
    })),
    outs: plan.outs.steps.map(({ path, before, after }) => ({
      path,
      what: kindOf(before, after),
      overwrites: plan.outs.inWay.includes(path),
      bytes: after?.bytes ?? 0,
    })),
    absent: plan.outs.absent,
    dropped: 'dropped' in plan ? plan.dropped : [],
    submodules: 'submodules' in plan ? plan.submodules : [],
    trashed: plan.trashed ?? [],
    message: experiment?.message || plan.name,
    typed: plan.files.map(({ path }) => posix.relative(project.dir, path)),
  };
}

function kindOf(before: Move['files'][number]['from'] | object, after: unknown): AppliedPath['what'] {
  return before === null ? 'new' : after === null ? 'removed' : 'changed';
}

function absentBytes(project: Project, { absent, name }: ApplyFacts) {
  const what = absent.length === 1 ? `the bytes of ${absent[0]}` : `the bytes of ${absent.length} outs`;
  const help =
    project.defaultRemote === undefined
      ? 'mlops repro makes them again'
      : 'mlops pull brings them, if they were pushed; mlops repro makes them again';
  return failure('missing', `${what} are not in the store: ${name} was applied without them`, { help });
}
