// `exp show --html`: the page, and where it is.
import { type ExitName, fail } from '../../core/failure.ts';
import type { Project } from '../../project.ts';
import { renderExperimentsPage } from '../../render/exp/page.ts';
import type { TableView } from '../../render/exp/table.ts';
import type { Io } from '../command.ts';
import { print } from '../open-project.ts';
import { showInBrowser } from '../show-in-browser.ts';
import { pageScript, writePage } from '../write-page.ts';
import type { ShowFlags } from './show-flags.ts';

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
    script: pageScript('exp'),
  });
  const path = writePage(io, project, { html: page, unnamed: 'experiments.html', file: named(flags.html) });
  print(io, path);
  if (flags.open) showInBrowser(path);
  return 'ok';
}

/** `--html` takes the word after it, which may have been meant as something else. */
function named(typed: ShowFlags['html']): string | undefined {
  if (typeof typed !== 'string') return undefined;
  if (!/\.html?$/i.test(typed))
    fail('usage', `--html writes a page, and ${typed} is not named like one`, {
      help: `mlops exp show --html experiments.html; names of experiments come before --html`,
    });
  return typed;
}
