// Where a job prints. On GitHub all goes to one stream, inside a word that makes its runner obey no line: or it could read a
// line of a stage, or a hostile name, as a command.
import { randomBytes } from 'node:crypto';
import type { CiContext } from '../../ci/context.ts';
import type { JobLog } from '../../ci/job-log.ts';
import { jobLogOf } from '../../ci/job-log-of.ts';
import { secretNames } from '../../ci/trust.ts';
import type { Io } from '../command.ts';

export interface JobIo {
  readonly io: Io;
  readonly log: JobLog;
}

/** Opened; whoever opens it writes `log.close(title)` to the outer `io` at the end. */
export function openJobIo(io: Io, context: CiContext, title?: string): JobIo {
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
