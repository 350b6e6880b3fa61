import type { Command } from 'commander';
import { type ExitName, fail } from '../../core/failure.ts';
import { removeExperiments, restoreLine } from '../../experiments/change-refs.ts';
import { parseDirection, parseObjective, usualDirection } from '../../experiments/objective.ts';
import { listExperiments } from '../../experiments/refs.ts';
import { type Selection, selectExperiments } from '../../experiments/select.ts';
import { resolveCommit } from '../../git/history.ts';
import type { Project } from '../../project.ts';
import { parseDuration, plural } from '../../util/units.ts';
import { examples, type Io, type Run } from '../command.ts';
import { print, printJson, say, withProject } from '../open-project.ts';
import { wholeNumber } from './whole-number.ts';

interface Flags {
  readonly all?: true;
  readonly baseline?: string;
  readonly olderThan?: string;
  readonly keepBest?: string;
  readonly by?: string;
  readonly direction?: string;
  readonly dry?: true;
  readonly json?: true;
}

export function addRemove(exp: Command, io: Io, run: Run): void {
  exp
    .command('remove')
    .alias('rm')
    .description('remove experiments; says how each comes back')
    .argument('[names...]', 'experiments; nothing: by the conditions below')
    .option('--all', 'all of them')
    .option('--baseline <commit>', 'that started from there')
    .option('--older-than <time>', 'that started so long ago: 30d')
    .option('--keep-best <n>', 'all of those but the best n, with --by')
    .option('--by <metric>', 'metrics.json:accuracy')
    .option('--direction <max|min>', 'which way --by is better; known of common metrics')
    .option('--dry', 'only say which')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
What only these experiments need of data is taken by the next mlops gc, into the trash at first.
${examples('mlops exp remove calm-otter', 'mlops exp remove --older-than 30d --dry', 'mlops exp remove --keep-best 5 --by metrics.json:accuracy')}`,
    )
    .action(run((names: string[], flags: Flags) => remove(io, names, flags)));
}

function remove(io: Io, names: readonly string[], flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const { repo, config } = project;
    const { refs } = config.exp;
    const { chosen, unjudged } = selectExperiments(
      repo,
      listExperiments(repo, refs),
      selectionOf(project, names, flags),
      { store: project.workspace.store, refs },
    );
    if (!flags.dry) removeExperiments(repo, chosen);
    if (unjudged.length > 0) say(io, `${plural(unjudged.length, 'experiment')} without ${flags.by}: kept`);
    if (flags.json) {
      const gone = chosen.map(({ name, baseline, ref, commit }) => ({ name, baseline, ref, commit }));
      printJson(io, { removed: gone, kept: unjudged.map(({ name }) => name), dry: flags.dry ?? false });
      return 'ok';
    }
    if (chosen.length === 0) say(io, 'no experiment is meant');
    for (const each of chosen)
      print(io, `${flags.dry ? 'would remove' : 'removed'} ${each.name}   back: ${restoreLine(each)}`);
    return 'ok';
  });
}

function selectionOf(project: Project, names: readonly string[], flags: Flags): Selection {
  const conditions = [flags.all, flags.baseline, flags.olderThan, flags.keepBest];
  if (names.length === 0 && conditions.every((each) => each === undefined))
    refuse('which experiments?', 'name them, or say --all, --baseline, --older-than or --keep-best');
  if (names.length > 0 && flags.all) refuse('names and --all exclude each other', 'say one of them');
  if ((flags.keepBest === undefined) !== (flags.by === undefined))
    refuse('--keep-best and --by go together', '--keep-best 5 --by metrics.json:accuracy');
  return {
    names,
    ...(flags.baseline === undefined ? {} : { baseline: resolveCommit(project.repo, flags.baseline) }),
    ...(flags.olderThan === undefined ? {} : { before: new Date(Date.now() - durationOf(flags.olderThan)) }),
    ...(flags.keepBest === undefined ? {} : { butBest: butBest(project, flags.keepBest, flags) }),
  };
}

function butBest(
  { dir }: Project,
  count: string,
  { by: typed, direction }: Flags,
): NonNullable<Selection['butBest']> {
  const by = parseObjective(typed!, dir);
  return {
    count: wholeNumber('--keep-best', count, 0),
    by,
    direction: parseDirection(direction) ?? usualDirection(by),
  };
}

function refuse(message: string, help: string): never {
  return fail('usage', message, { help });
}

function durationOf(typed: string): number {
  return parseDuration(typed) ?? refuse(`--older-than ${typed} is no time`, '--older-than 30d');
}
