import type { Command } from 'commander';
import type { Outcome, Report } from '../core/event.ts';
import { type ExitName, type Failure, failure, MlopsError } from '../core/failure.ts';
import type { StageName } from '../core/ids.ts';
import { renderFailure } from '../render/failure.ts';
import type { RunContext } from '../run/context.ts';
import type { ReproResult } from '../run/ledger.ts';
import { type ReproOptions, reproduce } from '../run/reproduce.ts';
import { type Selection, selectStages } from '../run/select.ts';
import { undoHint } from '../run/undo.ts';
import { parseDuration } from '../util/units.ts';
import { examples, type Io, type Run } from './command.ts';
import { hideFromGit } from './edit-files.ts';
import { withProject } from './open-project.ts';
import { drawPages } from './pages.ts';

interface Flags {
  readonly jobs?: string;
  readonly downstream?: true;
  readonly single?: true;
  readonly force?: true;
  readonly dry?: true;
  readonly keepGoing?: true;
  readonly pull?: true;
  readonly runCache: boolean;
  readonly wait?: string;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[targets...]', 'stages, outs or folders; nothing means everything')
    .option('-j, --jobs <n>', 'stages that run at once; "auto" is min(4, half the cores), at least 2')
    .option('--downstream', 'the targets and what follows from them')
    .option('-s, --single', 'the targets alone, without what they need')
    .option('-f, --force', 'run also what is fresh')
    .option('--dry', 'say what would happen; change nothing')
    .option('-k, --keep-going', 'after a failure go on with what does not depend on it')
    .option('--pull', 'fetch from the remote what ran there instead of running it')
    .option('--no-run-cache', 'do not look for earlier runs')
    .option(
      '--wait <duration>',
      'how long to wait for another process that works on the same paths (default: for ever)',
    )
    .option('--json', 'events as JSON lines on stdout')
    .addHelpText(
      'after',
      examples('mlops repro', 'mlops repro train -j 4', 'mlops repro --pull', 'mlops repro --dry judge'),
    )
    .action(run((targets: string[], flags: Flags) => repro(io, targets, flags)));
}

function repro(io: Io, targets: readonly string[], flags: Flags): Promise<ExitName> {
  return withProject(io, flags.json ? 'json' : undefined, async (project, reporter) => {
    const pipeline = project.requirePipeline();
    const reach = flags.single ? 'single' : flags.downstream ? 'downstream' : 'upstream';
    const selection = selectStages(pipeline, targets, project.dir, reach);
    const options = optionsOf(flags, project.config.jobs);
    const context = { ...project.runContext(), waitMs: waitOf(flags.wait) };
    if (!options.dry) {
      for (const path of hideFromGit(project))
        reporter.report({ kind: 'note', text: `${path} keeps outs and data out of Git` });
    }
    const report = options.dry ? reporter.report : withViews(context, selection, reporter.report);
    const result = await reproduce({ ...context, report }, selection, options);
    reporter.close();
    if (!flags.json) for (const each of untold(result)) io.err.write(renderFailure(each, io.errStyle));
    return result.exit;
  });
}

/** Draws the pages of what was made before the summary is shown, which names them, and how to take back what a gate refused. */
export function withViews(context: RunContext, selection: Selection, report: Report): Report {
  const outcomes = new Map<StageName, Outcome>();
  return (event) => {
    if (event.kind === 'done') outcomes.set(event.stage, event.outcome);
    if (event.kind !== 'summary') {
      report(event);
      return;
    }
    const undo = event.rejected.length ? undoHint(context.repo, outcomes.values()) : undefined;
    const views = drawPages(context, selection, outcomes);
    report({ ...event, views, ...(undo ? { undo } : {}) });
  };
}

/** A stage's line tells one failure; a signal needs no words. */
export function untold({ outcomes, failures }: ReproResult): Failure[] {
  const told = new Set(
    [...outcomes.values()].map((each) => (each.kind === 'failed' ? each.failure : undefined)),
  );
  return failures.filter((each) => !told.has(each) && !['interrupted', 'terminated'].includes(each.exit));
}

function optionsOf(flags: Flags, configured: number | undefined): ReproOptions {
  const jobs = jobsOf(flags.jobs) ?? configured;
  return {
    ...(jobs === undefined ? {} : { jobs }),
    force: flags.force ?? false,
    dry: flags.dry ?? false,
    keepGoing: flags.keepGoing ?? false,
    pull: flags.pull ?? false,
    useCache: flags.runCache && !flags.force,
    single: flags.single ?? false,
  };
}

/** Undefined for auto. */
export function jobsOf(text: string | undefined): number | undefined {
  if (text === undefined || text === 'auto') return undefined;
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1)
    throw new MlopsError(
      failure('usage', `-j ${text} is not a number of jobs`, { help: 'a whole number from 1, or "auto"' }),
    );
  return jobs;
}

/** Undefined = for ever. */
function waitOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined)
    throw new MlopsError(
      failure('usage', `--wait ${text} is not a duration`, { help: 'such as 30s, 10m or 1h' }),
    );
  return ms;
}
