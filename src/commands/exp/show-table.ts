// The table of `exp show`: who is in it, which rows and columns, in what form.

import type { Experiment } from '../../core/experiment.ts';
import {
  bestRows,
  type Cell,
  type ExperimentRow,
  type ExperimentTable,
  sameCell,
} from '../../core/experiment-table.ts';
import { type ExitName, fail, MlopsError } from '../../core/failure.ts';
import type { CommitId } from '../../core/ids.ts';
import { openQueue } from '../../experiments/queue/queue.ts';
import { queueState } from '../../experiments/queue/state.ts';
import { answersTo, findExperiment, listExperiments } from '../../experiments/refs.ts';
import { buildTable } from '../../experiments/table.ts';
import { findColumn } from '../../experiments/table-cells.ts';
import type { RowValues } from '../../experiments/table-columns.ts';
import { type Direction, sortRows, usualDirection } from '../../experiments/table-order.ts';
import { type Hidden, queueEntries } from '../../experiments/table-queue.ts';
import { type BaselineWish, type Selected, selectGroups } from '../../experiments/table-select.ts';
import { chooseColumns } from '../../experiments/table-view.ts';
import { filterRows } from '../../experiments/where.ts';
import { resolveCommit, tryResolve } from '../../git/history.ts';
import type { Project } from '../../project.ts';
import { experimentsAsCsv, experimentsAsData } from '../../render/exp/data.ts';
import { renderExperiments, renderExperimentsMarkdown, type TableView } from '../../render/exp/table.ts';
import { sideOf } from '../../run/side.ts';
import { metricsAt, metricsFiles, paramsAt, paramsFiles } from '../../run/values.ts';
import { plural } from '../../util/units.ts';
import type { Io } from '../command.ts';
import { print, printJson, say, withProject } from '../open-project.ts';
import type { ShowFlags } from './show-flags.ts';
import { wholeNumber } from './whole-number.ts';

export function showExperiments(io: Io, names: readonly string[], flags: ShowFlags): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const experiments = listExperiments(project.repo, project.config.exp.refs);
    const named = names.map((name) =>
      experiments.some((each) => answersTo(each, name)) ? findExperiment(experiments, name) : name,
    );
    if (named.length === 1 && typeof named[0] !== 'string') {
      const { showOne } = await import('./show-one.ts');
      return showOne(io, project, named[0]!, flags);
    }
    if (named.length === 1 && typeof named[0] === 'string' && !tryResolve(project.repo, named[0])) {
      const { showTicket } = await import('./show-one.ts');
      return showTicket(io, project, named[0], experiments, flags);
    }
    return showTable(io, project, { experiments, named, flags });
  });
}

interface Asked {
  readonly experiments: readonly Experiment[];
  /** What was named: experiments, and revisions. */
  readonly named: readonly (Experiment | string)[];
  readonly flags: ShowFlags;
}

async function showTable(io: Io, project: Project, asked: Asked): Promise<ExitName> {
  const { flags } = asked;
  const now = new Date();
  const selected = select(project, asked);
  const { table, unreadable } = buildTable({
    repo: project.repo,
    store: project.workspace.store,
    groups: selected.groups,
    head: selected.head,
    workspace: flags.hideWorkspace ? undefined : workspaceValues(io, project),
  });
  for (const { row, failure } of unreadable) say(io, `warning: ${row}: ${failure.message}`);
  const filtered = flags.where === undefined ? undefined : filterRows(flags.where, table, now);
  const sorted = flags.sort === undefined ? undefined : findColumn(table.columns, flags.sort);
  const kept = filtered?.rows ?? table.rows;
  const rows = sorted ? sortRows(kept, table.columns, sorted, direction(table, sorted, flags)) : kept;
  const cells = columnsOf(table, rows, flags, sorted);
  const view: TableView = {
    table,
    rows,
    cells,
    order: sorted || filtered ? 'sorted' : 'tree',
    sorted,
    names: flags.sha ? 'sha' : 'name',
    form: {
      now: flags.md ? undefined : now,
      precision: precisionOf(flags),
      symbols: io.outStyle.symbols,
    },
  };
  if (flags.html !== undefined || flags.open)
    return (await import('./show-page.ts')).showPage(io, project, view, flags);
  if (flags.json) printJson(io, experimentsAsData(table, rows, cells));
  else if (flags.csv) print(io, experimentsAsCsv(table, rows, cells));
  else if (flags.md) printMarkdown(io, view);
  else printText(io, view);
  if (filtered && filtered.lacking > 0)
    say(io, `${plural(filtered.lacking, 'row')} left out for want of a value that --where asks for`);
  if (!flags.json && !flags.csv && !flags.md) sayMore(io, view, selected);
  return 'ok';
}

function select(project: Project, { experiments, named, flags }: Asked): Selected {
  const { repo, config } = project;
  const chosen = named.filter((each) => typeof each !== 'string');
  const revs = named.filter((each) => typeof each === 'string');
  const queue = queueEntries(queueState(openQueue(repo)), hiddenBy(flags));
  const commits = revs.map((rev) => resolveCommit(repo, rev));
  if (chosen.length > 0) {
    // Rows that were named, under their baselines.
    const all = selectGroups(repo, chosen, [], { kind: 'all' }, config.exp.refs);
    const groups = all.groups.filter(
      ({ commit, experiments: on }) => on.length > 0 || commits.includes(commit as CommitId),
    );
    return { ...all, groups };
  }
  return selectGroups(repo, experiments, queue, wishOf(commits, flags), config.exp.refs);
}

function hiddenBy({ hideFailed, hideQueued }: ShowFlags): Set<Hidden> {
  return new Set([
    ...(hideFailed ? (['failed'] as const) : []),
    ...(hideQueued ? (['queued'] as const) : []),
  ]);
}

function wishOf(commits: readonly CommitId[], flags: ShowFlags): BaselineWish {
  if (commits.length > 0) return { kind: 'named', commits };
  if (flags.allBaselines) return { kind: 'all' };
  if (flags.tags) return { kind: 'tags' };
  return { kind: 'recent', count: flags.num === undefined ? 1 : wholeNumber('--num', flags.num, 1) };
}

function precisionOf({ precision }: ShowFlags): number | undefined {
  if (precision === undefined) return undefined;
  const digits = wholeNumber('--precision', precision, 0);
  return digits <= 20 ? digits : fail('usage', `--precision ${digits} is more than the 20 digits there are`);
}

function direction(table: ExperimentTable, sorted: Cell, { asc, desc }: ShowFlags): Direction {
  if (asc && desc) fail('usage', '--asc and --desc exclude each other');
  return asc ? 'asc' : desc ? 'desc' : usualDirection(table.columns, sorted);
}

/** The column sorted by is always there. */
function columnsOf(
  table: ExperimentTable,
  rows: readonly ExperimentRow[],
  flags: ShowFlags,
  sorted: Cell | undefined,
): Cell[] {
  const cells = chooseColumns(table, rows, {
    ...(flags.columns === undefined ? {} : { only: namesIn(flags.columns) }),
    all: flags.allColumns ?? false,
    ...(flags.drop === undefined ? {} : { drop: flags.drop }),
    ...(flags.keep === undefined ? {} : { keep: flags.keep }),
  });
  return sorted && !cells.some((cell) => sameCell(cell, sorted)) ? [...cells, sorted] : cells;
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** A pipeline that is wrong costs the row of the workspace, not the table. */
function workspaceValues(io: Io, project: Project): RowValues | undefined {
  try {
    const side = sideOf(project.repo, undefined);
    return {
      params: paramsAt(side, paramsFiles(project.pipeline)),
      metrics: metricsAt(side, metricsFiles(project.pipeline), project.workspace.store),
    };
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    say(io, `warning: the workspace is left out: ${error.failures[0]!.message}`);
    return undefined;
  }
}

function printText(io: Io, view: TableView): void {
  const width = io.out.isTTY ? io.outStyle.width : Number.POSITIVE_INFINITY;
  const { text, cut } = renderExperiments(view, io.outStyle, width);
  print(io, text);
  if (cut.length > 0) say(io, `no room for ${cut.join(', ')}; --columns chooses, --csv and --html have all`);
}

/** Characters of a comment on GitHub. */
const COMMENT = 65_536;

function printMarkdown(io: Io, view: TableView): void {
  const text = renderExperimentsMarkdown(view);
  print(io, text);
  if (text.length > COMMENT)
    say(
      io,
      `${plural(text.length, 'character')}, more than the ${plural(COMMENT, 'character')} of a comment on GitHub: --where and --columns choose`,
    );
}

/** What is not in the table, and what may come next. */
function sayMore(io: Io, view: TableView, { elsewhere, gone }: Selected): void {
  const { rows, sorted, table } = view;
  const tried = table.rows.filter(({ state }) => state !== 'workspace' && state !== 'baseline');
  if (tried.length + elsewhere + gone === 0) say(io, 'no experiments yet; next: mlops exp run -S key=value');
  else if (rows.length === 0) say(io, 'no row is like that');
  const more = [
    ...(elsewhere > 0 ? [`${plural(elsewhere, 'experiment')} on other commits`] : []),
    ...(gone > 0 ? [`${plural(gone, 'experiment')} whose commit is gone`] : []),
  ];
  if (more.length > 0) say(io, `and ${more.join(', ')}: --all-baselines`);
  if (sorted?.kind !== 'value') return;
  const [best] = bestRows(rows, table.columns[sorted.at]!, sorted.at);
  if (best?.state === 'done') say(io, `next: mlops exp apply ${best.name}`);
}
