// Workflow commands: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
// Escapes as in the runner, src/Runner.Common/ActionCommand.cs.
import { relative, resolve } from 'node:path';
import type { Annotation, JobLog } from '../job-log.ts';

/** More of a level are not shown for a step. */
const MOST = 10;

/** A word shorter than this, masked, would only make holes into the log. */
const SHORTEST_MASK = 4;

export function githubLog(token: string, workspace: string | undefined): JobLog {
  return {
    mask: (secrets) =>
      masked(secrets)
        .map((line) => `::add-mask::${data(line)}\n`)
        .join(''),
    open: (title) => `${title === undefined ? '' : `::group::${data(title)}\n`}::stop-commands::${token}\n`,
    close: (title) => `::${token}::\n${title === undefined ? '' : '::endgroup::\n'}`,
    annotate: (annotations, top) =>
      (['error', 'notice'] as const)
        .flatMap((level) => annotations.filter((each) => each.level === level).slice(0, MOST))
        .map((each) => `${annotation(each, top, workspace)}\n`)
        .join(''),
  };
}

/** The runner masks line by line. */
function masked(secrets: readonly string[]): string[] {
  const lines = secrets.flatMap((secret) => secret.split(/\r?\n/)).map((line) => line.trim());
  return [...new Set(lines)].filter((line) => line.length >= SHORTEST_MASK);
}

/** `::error file=pipeline.yaml,line=4,title=train failed::exit status 1` */
function annotation({ level, where, title, message }: Annotation, top: string, workspace = top): string {
  const place: [string, string | number | undefined][] = where
    ? [
        ['file', relative(workspace, resolve(top, where.file)).replaceAll('\\', '/')],
        ['line', where.line],
        ['col', where.column],
      ]
    : [];
  const properties = [...place, ['title', title] as const].flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${property(String(value))}`],
  );
  return `::${level} ${properties.join(',')}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
