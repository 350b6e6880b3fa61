// `mlops ci post`: holds the token, and runs nothing of the repository. What it posts is in the report's folder; where, and
// whose, the environment of this job says and never a file.
import { join, resolve } from 'node:path';
import type { CiContext } from '../../ci/context.ts';
import type { JobLog } from '../../ci/job-log.ts';
import { isUntrusted } from '../../ci/trust.ts';
import { type ExitName, MlopsError, worstExit } from '../../core/failure.ts';
import { openRepository } from '../../git/repository.ts';
import { renderFailure } from '../../render/failure.ts';
import type { Io } from '../command.ts';
import { say } from '../open-project.ts';
import { commitPosting } from './commit-posting.ts';
import { type PostFlags, toldBy } from './flags.ts';
import { forgeFor, TOKENS } from './forge-for.ts';
import { inJobLog } from './job-io.ts';
import { findContext } from './place.ts';
import { type Committed, type Posting, Postings } from './postings.ts';
import { readRecord } from './read-record.ts';
import { showImages } from './shown-images.ts';

/**
 * `context`: where this job is, found before anything of the repository ran: what runs may have changed what it is found by.
 * Default: found now.
 */
export async function postReport(io: Io, flags: PostFlags, context = jobOf(io, flags)): Promise<ExitName> {
  return inJobLog(io, context, undefined, ({ io: shown, log }) => postIn(io, shown, log, flags, context));
}

export function jobOf(io: Io, flags: PostFlags): CiContext {
  return findContext(io, openRepository(io.cwd), toldBy(flags));
}

async function postIn(
  io: Io,
  shown: Io,
  log: JobLog,
  flags: PostFlags,
  context: CiContext,
): Promise<ExitName> {
  const folder = resolve(io.cwd, flags.from);
  const record = readRecord(folder, context, flags.page);
  const found = await forgeFor(io, context);
  const why = found.forge ? whyNobody(context) : found.why;
  if (!found.forge || why !== undefined) {
    say(shown, `note: nothing was posted: ${why}; the report is ${join(folder, 'comment.md')}`);
    io.out.write(log.close());
    return 'ok';
  }
  // What git starts has no business with it.
  for (const name of TOKENS) delete process.env[name];
  const back = { io: shown, repo: openRepository(io.cwd), context, record, flags, folder, ...found };
  // What a stranger drew is not put into the repository.
  const images = isUntrusted(context) ? { record, notes: [] } : await showImages(back);
  for (const note of images.notes) say(shown, `note: ${note}`);
  const commit = commitPosting({ ...back, record: images.record });
  const postings = new Postings(found.forge, context, images.record, flags.name);
  const exit = await postAll(shown, postings, commit, flags);
  io.out.write(log.close());
  // The token of a job for a fork may only read; what it cannot post, a second job does.
  return context.pull?.fork ? 'ok' : exit;
}

/** The job of a comment below a pull request: GitHub names the commit of the default branch, and that did not run. */
function whyNobody(context: CiContext): string | undefined {
  if (!isUntrusted(context) || context.pull || context.ranFor) return undefined;
  return `nothing says which pull request a job of ${context.eventName} ran for`;
}

/** Each part is tried; what failed is told, and the worst of it is how this ends. */
async function postAll(
  io: Io,
  postings: Postings,
  commit: () => Promise<Committed>,
  { comment, issue }: PostFlags,
): Promise<ExitName> {
  const exits: ExitName[] = [];
  for (const posting of [
    // First, for the status goes on that commit too.
    async () => postings.committed(await commit()),
    () => postings.status(),
    ...(comment ? [() => postings.comment()] : []),
    ...(issue === 'never' ? [] : [() => postings.issue(issue)]),
  ])
    exits.push(await tried(io, posting));
  return worstExit(exits);
}

async function tried(io: Io, posting: Posting): Promise<ExitName> {
  try {
    for (const line of await posting()) say(io, line);
    return 'ok';
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    for (const each of error.failures) io.err.write(renderFailure(each, io.errStyle));
    return worstExit(error.failures.map((each) => each.exit));
  }
}
