// `exp run --queue` puts experiments in line, one or all of a sweep; `exp run --all` works the line off. Everything that
// was typed is checked before anything is queued.
import type { Ticket } from '../../core/experiment.ts';
import { experimentNameProblem } from '../../core/experiment.ts';
import { type ExitName, fail } from '../../core/failure.ts';
import { isWithin } from '../../core/ids.ts';
import {
  askDirection,
  type Objective,
  parseDirection,
  parseObjective,
  readObjective,
  usualDirection,
} from '../../experiments/objective.ts';
import { parseOverrides, type Typed } from '../../experiments/overrides/parse.ts';
import { overridesAt } from '../../experiments/overrides/sweep-dimension.ts';
import { enqueue, type TicketWish } from '../../experiments/queue/enqueue.ts';
import { openQueue } from '../../experiments/queue/queue.ts';
import { beginSearch } from '../../experiments/queue/searches.ts';
import { parseShard } from '../../experiments/queue/shard.ts';
import { ticketId } from '../../experiments/queue/ticket-id.ts';
import { commitWorkspace } from '../../experiments/workspace-commit.ts';
import type { Project } from '../../project.ts';
import { triedWords } from '../../render/queue/words.ts';
import { selectStages } from '../../run/select.ts';
import { metricsFiles, paramsFiles } from '../../run/values.ts';
import { planGrid, planRandom } from '../../search/plan.ts';
import type { Point } from '../../search/space.ts';
import { suggest } from '../../util/suggest.ts';
import { plural } from '../../util/units.ts';
import type { Io } from '../command.ts';
import { print, printJson, say, withProject } from '../open-project.ts';
import type { QueueFlags } from './queue-flags.ts';
import { tellUncommitted } from './tell-uncommitted.ts';
import { wholeNumber } from './whole-number.ts';

export interface QueueRunFlags extends QueueFlags {
  readonly setParam: readonly string[];
  readonly name?: string;
  readonly message?: string;
  readonly jobs?: string;
  readonly pull?: true;
  readonly json?: true;
}

/** `all`: it runs at once. */
interface Asked extends Omit<QueueRunFlags, 'all' | 'runAll'> {
  readonly all: boolean;
}

/** Without `--queue` what is queued runs at once; with `--all` and nothing to try, only what was queued before. */
export function runQueued(io: Io, targets: readonly string[], flags: QueueRunFlags): Promise<ExitName> {
  const all = flags.all ?? flags.runAll ?? !flags.queue;
  const tries =
    targets.length > 0 || TRIES.some((flag) => flags[flag] !== undefined && !isEmpty(flags[flag]));
  if (!tries && !flags.all && !flags.runAll)
    fail('usage', 'there is nothing to try', { help: 'mlops exp run --all runs what is queued' });
  if (flags.shard !== undefined) checkShard(flags.shard, flags, all);
  return withProject<ExitName>(io, 'plain', async (project) => {
    if (tries) await queueUp(io, project, targets, { ...flags, all });
    if (!all) return 'ok';
    const { workOff } = await import('./work.ts');
    return workOff(io, project, flags, { kind: 'empty' });
  });
}

/** Before anything is queued. */
function checkShard(shard: string, { search }: QueueRunFlags, all: boolean): void {
  parseShard(shard);
  if (!all)
    fail('usage', '--shard is of what runs now', { help: 'with --all: mlops exp run --all --shard 1/3' });
  if (search === 'tpe')
    fail('usage', 'a tpe search cannot be shared out: each trial learns from those before', {
      help: 'one machine with more of them at once: -j 4; or a grid or random search',
    });
}

/** Each of them asks for something new. */
const TRIES = ['queue', 'setParam', 'name', 'message', 'sample', 'search', 'objective', 'trials'] as const;

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

async function queueUp(io: Io, project: Project, targets: readonly string[], flags: Asked): Promise<void> {
  const selection = selectStages(project.requirePipeline(), targets, project.dir, 'upstream');
  const typed = parseOverrides(flags.setParam, {
    dir: project.dir,
    read: (file) => project.read(file),
    others: paramsFiles(project.pipeline),
  });
  const plan = planOf(typed, flags, project.dir);
  if (plan.kind === 'search') checkObjective(io, project, plan.request.objective);
  checkNames(flags.name, plan);
  const queue = openQueue(project.repo);
  const files = [...typed.fixed, ...typed.dimensions].map(({ file }) => file);
  const workspace = await commitWorkspace(project.runContext(), selection, project.config.exp.carry, files);
  if (!flags.json) tellUncommitted(io, project, workspace);
  const common = {
    ...workspace,
    message: flags.message ?? null,
    targets,
    dir: project.dir,
  };
  if (plan.kind === 'search') {
    const id = ticketId(new Date(), 0, flags.name ?? 'search');
    await beginSearch(queue, { ...plan.request, id }, { ...common, name: flags.name ?? null });
    if (flags.json) printJson(io, { search: id });
    else if (!flags.all)
      say(
        io,
        `a search of ${plural(plan.request.limit ?? 0, 'trial')} is queued\nnext: mlops exp run --all -j 2`,
      );
    return;
  }
  const sweep = plan.points.length > 1 ? ticketId(new Date(), 0, 'sweep') : null;
  const tickets = await enqueue(
    queue,
    project.config.exp.refs,
    plan.points.map(
      (point, trial): TicketWish => ({
        ...common,
        name:
          flags.name === undefined || sweep === null ? (flags.name ?? null) : `${flags.name}-${trial + 1}`,
        overrides: overridesAt(typed.fixed, typed.dimensions, point),
        sweep: sweep === null ? null : { id: sweep, trial },
      }),
    ),
  );
  tell(io, tickets, flags);
}

type Plan =
  | { readonly kind: 'all'; readonly points: readonly Point[] }
  | { readonly kind: 'search'; readonly request: Omit<Parameters<typeof beginSearch>[1], 'id'> };

function planOf(typed: Typed, flags: Asked, dir: Project['dir']): Plan {
  const { dimensions } = typed;
  const seed = wholeNumber('--seed', flags.seed ?? '0', 0);
  const search = flags.search ?? (flags.sample === undefined ? 'grid' : 'random');
  if (!['grid', 'random', 'tpe'].includes(search))
    fail('usage', `--search ${search} is no way to search`, { help: 'grid, random or tpe' });
  if (search !== 'grid' && dimensions.length === 0)
    fail('usage', `there is nothing to ${search === 'tpe' ? 'search' : 'draw from'}`, {
      help: "a param with several values: -S 'train.lr=loguniform(1e-4,1e-1)'",
    });
  const count = flags.sample ?? flags.trials;
  const limit = count === undefined ? null : wholeNumber(flags.sample ? '--sample' : '--trials', count, 1);
  if (search === 'tpe') return searchPlan(typed, flags, seed, limit, dir);
  if (flags.objective !== undefined || flags.direction !== undefined)
    fail('usage', `a ${search} search looks at no objective`, { help: '--search tpe' });
  if (search === 'grid') return { kind: 'all', points: planGrid(dimensions, limit) };
  if (limit === null) fail('usage', 'how many are to be drawn?', { help: '--sample 20' });
  return { kind: 'all', points: planRandom(dimensions, limit!, seed) };
}

function searchPlan(
  { fixed, dimensions }: Typed,
  { objective, direction }: Asked,
  seed: number,
  limit: number | null,
  dir: Project['dir'],
): Plan {
  if (objective === undefined)
    fail('usage', 'a tpe search needs to know what it looks for', {
      help: '--objective metrics.json:accuracy --direction max',
    });
  const looked = parseObjective(objective!, dir);
  const which = parseDirection(direction) ?? usualDirection(looked);
  if (which === 'zero') return askDirection(looked.key);
  if (limit === null) fail('usage', 'how many trials?', { help: '--trials 40' });
  return {
    kind: 'search',
    request: { fixed, dimensions, objective: looked, search: 'tpe', seed, direction: which, limit },
  };
}

/** A file that no stage makes would leave every trial without a number; a key may be one that the code has yet to write. */
function checkObjective(io: Io, project: Project, { file, key }: Objective): void {
  const outs = [...project.pipeline.stages.values()].flatMap((stage) => stage.outs.map(({ path }) => path));
  if (!outs.some((path) => isWithin(file, path))) {
    const near = suggest(file, outs) ?? metricsFiles(project.pipeline)[0];
    fail('usage', `no stage makes ${file}, so no trial would reach a number`, {
      help: near ? `did you mean ${near}:${key}?` : 'name a metrics file of the pipeline',
    });
  }
  const now = readObjective({ file, key }, project.read(file));
  if (now.kind === 'failed' && project.read(file) !== undefined) say(io, `warning: ${now.why} as it is now`);
}

/** Before the work of a sweep's commit: with its numbers a long name may be too long. */
function checkNames(name: string | undefined, plan: Plan): void {
  if (name === undefined) return;
  const trials = plan.kind === 'search' ? plan.request.limit : plan.points.length;
  const last = plan.kind === 'search' || trials > 1 ? `${name}-${trials}` : name;
  const problem = experimentNameProblem(last);
  if (problem !== null) fail('usage', `an experiment cannot be called "${last}": it ${problem}`);
}

const LISTED = 12;

function tell(io: Io, tickets: readonly Ticket[], flags: Asked): void {
  if (flags.json) {
    if (!flags.all) printJson(io, tickets);
    return;
  }
  const shown = tickets.slice(0, tickets.length > LISTED ? LISTED - 2 : LISTED);
  for (const ticket of shown) print(io, `${ticket.name.padEnd(18)} ${triedWords(ticket)}`);
  if (shown.length < tickets.length) say(io, `and ${tickets.length - shown.length} more`);
  if (!flags.all)
    say(
      io,
      `${plural(tickets.length, 'experiment')} queued\nnext: mlops exp run --all${tickets.length > 1 ? ' -j 2' : ''}`,
    );
}
