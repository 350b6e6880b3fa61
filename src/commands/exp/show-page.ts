// `exp show --html`: the page, and where it is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExitName, fail } from '../../core/failure.ts';
import type { Project } from '../../project.ts';
import { renderExperimentsPage } from '../../render/exp/page.ts';
import type { TableView } from '../../render/exp/table.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import type { Io } from '../command.ts';
import { print } from '../open-project.ts';
import { showInBrowser } from '../show-in-browser.ts';
import type { ShowFlags } from './show-flags.ts';

/** Of src/browser/exp, built beside the bundle. */
const SCRIPT = new URL('./exp-page.js', import.meta.url);

export function showPage(io: Io, project: Project, view: TableView, flags: ShowFlags): ExitName {
  const { table, rows, form } = view;
  // A phone shows the first columns: how it did comes before when that was.
  const late = new Set(['duration', 'created', 'message']);
  const cells = [
    ...view.cells.filter(({ kind }) => !late.has(kind)),
    ...view.cells.filter(({ kind }) => late.has(kind)),
  ];
  const page = renderExperimentsPage({
    table,
    rows,
    cells,
    // Pages are read later, and elsewhere.
    form: { ...form, now: undefined },
    script: readFileSync(SCRIPT, 'utf8'),
  });
  const path = pathOf(io, project, flags.html);
  writeAtomic(path, page, { durable: false });
  print(io, path);
  if (flags.open) showInBrowser(path);
  return 'ok';
}

/** Unnamed, it lies where Git does not see it. */
function pathOf(io: Io, project: Project, typed: ShowFlags['html']): string {
  if (typeof typed !== 'string') return join(project.state.worktree, 'experiments.html');
  if (!/\.html?$/i.test(typed))
    fail('usage', `--html writes a page, and ${typed} is not named like one`, {
      help: `mlops exp show --html experiments.html; names of experiments come before --html`,
    });
  return typed.startsWith('/') ? typed : join(io.cwd, typed);
}
