// What `plots templates` says.
import type { ExitName } from '../../core/failure.ts';
import { TEMPLATES, templateOf } from '../../plots/templates.ts';
import { renderTable } from '../../render/table.ts';
import type { Io } from '../command.ts';
import { print, printJson } from '../open-project.ts';
import { templateNamed } from './chosen.ts';

export function listTemplates(io: Io, name: string | undefined, flags: { readonly json?: true }): ExitName {
  const shown = name === undefined ? TEMPLATES : [templateOf(templateNamed(name))];
  if (flags.json) printJson(io, name === undefined ? shown : shown[0]);
  else print(io, templateTable(shown, io));
  return 'ok';
}

function templateTable(shown: typeof TEMPLATES, io: Io): string {
  return renderTable(
    [{ title: 'template' }, { title: 'what it draws' }, { title: 'x, y when not named' }],
    shown.map(({ name: each, about, x, y }) => [each, about, columnsInWords(x, y)]),
    io.outStyle,
  );
}

function columnsInWords(x: readonly string[], y: readonly string[]): string {
  return [x, y]
    .map((names) => names.join(' or '))
    .filter((words) => words !== '')
    .join(', ');
}
