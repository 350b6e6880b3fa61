// Where a job prints. On GitHub all goes to one stream, inside a word that makes its runner obey no line: or it could read a
// line of a stage, or a hostile name, as a command.
import { randomBytes } from 'node:crypto';
import type { CiContext } from '../../ci/context.ts';
import type { JobLog } from '../../ci/job-log.ts';
import { jobLogOf } from '../../ci/job-log-of.ts';
import { secretNames } from '../../ci/trust.ts';
import { type ExitName, MlopsError, worstExit } from '../../core/failure.ts';
import { renderFailure } from '../../render/failure.ts';
import type { Io } from '../command.ts';

export interface JobIo {
  readonly io: Io;
  readonly log: JobLog;
}

/**
 * Expected trouble is told inside, for its words may be those of a stranger too; a bug leaves the log as it is, and is told
 * after. `work` writes `log.close(title)` to the outer `io` when it has said everything.
 */
export async function inJobLog(
  io: Io,
  context: CiContext,
  title: string | undefined,
  work: (job: JobIo) => Promise<ExitName>,
): Promise<ExitName> {
  const job = openJobIo(io, context, title);
  try {
    return await work(job);
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    // Not in what is folded.
    io.out.write(job.log.close(title) + job.log.open());
    for (const each of error.failures) job.io.err.write(renderFailure(each, job.io.errStyle));
    io.out.write(job.log.close());
    return worstExit(error.failures.map((each) => each.exit));
  }
}

function openJobIo(io: Io, context: CiContext, title: string | undefined): JobIo {
  const log = jobLogOf(context, io.env, {
    random: unguessable(),
    seconds: () => Math.floor(Date.now() / 1000),
  });
  const secrets = secretNames(io.env).map((name) => io.env[name]!);
  io.out.write(log.mask(secrets) + log.open(title));
  return { io: context.host === 'github' ? { ...io, err: io.out } : io, log };
}

export function unguessable(): string {
  return randomBytes(16).toString('hex');
}
