// How a command opens its project and shows what happens while it works.
import type { Report } from '../core/event.ts';
import { Project } from '../project.ts';
import { createReporter, type ReportMode } from '../render/run/create-reporter.ts';
import type { Reporter } from '../render/run/reporter.ts';
import type { Io } from './command.ts';

/** A project whose events go to `reporter`. */
export function openProject(io: Io, reporter: Pick<Reporter, 'report'>): Project {
  return new Project({
    cwd: io.cwd,
    env: io.env,
    ...(io.secretEnv ? { secretEnv: io.secretEnv } : {}),
    signal: io.signal,
    self: io.self,
    report: reporter.report,
  });
}

/** Runs `work` with a project; closes the reporter (and its live view) whatever happens. */
export async function withProject<T>(
  io: Io,
  mode: ReportMode | undefined,
  work: (project: Project, reporter: Reporter) => Promise<T>,
): Promise<T> {
  const reporter = watched(
    createReporter({ ...(mode ? { mode } : {}), out: io.out, err: io.err, env: io.env }),
    io.watch,
  );
  try {
    return await work(openProject(io, reporter), reporter);
  } finally {
    reporter.close();
  }
}

function watched(reporter: Reporter, watch: Report | undefined): Reporter {
  if (!watch) return reporter;
  return {
    close: reporter.close,
    report: (event) => {
      watch(event);
      reporter.report(event);
    },
  };
}

/** Writes text that ends with a line end, as data. */
export function print(io: Io, text: string): void {
  if (text !== '') io.out.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(io: Io, value: unknown): void {
  io.out.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A remark beside the data. */
export function say(io: Io, text: string): void {
  if (text !== '') io.err.write(text.endsWith('\n') ? text : `${text}\n`);
}
