// `mlops ci post`: holds the token, and runs nothing of the repository. What it posts is in the report's folder.
import { resolve } from 'node:path';
import { type ExitName, MlopsError, worstExit } from '../../core/failure.ts';
import { requireRepository } from '../../git/repository.ts';
import { renderFailure } from '../../render/failure.ts';
import type { Io } from '../command.ts';
import { say } from '../open-project.ts';
import { type PostFlags, toldBy } from './flags.ts';
import { forgeFor } from './forge-for.ts';
import { findContext } from './place.ts';
import { postingsOf } from './postings.ts';
import { readRecord } from './record.ts';

/** Each part is tried; what failed is told at the end. */
export async function postReport(io: Io, flags: PostFlags): Promise<ExitName> {
  const repo = requireRepository(io.cwd);
  const context = findContext(io, repo, toldBy(flags));
  const record = readRecord(resolve(io.cwd, flags.from));
  const found = await forgeFor(io, context);
  if (!found.forge) {
    say(io, `note: nothing was posted: ${found.why}`);
    return 'ok';
  }
  const exits: ExitName[] = [];
  for (const posting of postingsOf(found.forge, context, record, flags)) {
    try {
      const said = await posting();
      if (said !== undefined) say(io, said);
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      for (const each of error.failures) io.err.write(renderFailure(each, io.errStyle));
      exits.push(...error.failures.map((each) => each.exit));
    }
  }
  return worstExit(exits);
}
