// Whether each remote answers: one small read, timed; and whether it keeps conditions on puts, by a few small names that
// are removed again.
import { MlopsError } from '../../core/failure.ts';
import type { Project } from '../../project.ts';
import { probeConditionalPuts } from '../../remote/conditional-puts.ts';
import { readFormat } from '../../remote/format.ts';
import { openRemote } from '../../remote/open.ts';
import type { Remote } from '../../remote/remote.ts';
import type { Check } from '../../render/data/doctor.ts';
import { formatMs } from '../../util/units.ts';
import { failed, note, ok } from './check.ts';

/** A remote that does not answer is retried once. */
const ATTEMPTS = 2;

export function checkRemotes({ repo, config }: Project, signal: AbortSignal): Promise<Check[]> {
  return Promise.all(
    Object.entries(config.remotes).map(async ([name, remote]): Promise<Check> => {
      const what = `remote ${name}`;
      const started = performance.now();
      try {
        const opened = await openRemote(remote, { base: repo.top, signal, attempts: ATTEMPTS });
        const format = await readFormat(opened);
        const answered = `${remote.url} answers in ${formatMs(performance.now() - started)}`;
        if (!format)
          return note(
            what,
            `${answered}; nothing was pushed there yet`,
            name === config.remote ? 'mlops push' : `mlops push -r ${name}`,
          );
        return await checkPuts(what, answered, opened);
      } catch (error) {
        signal.throwIfAborted();
        return failed(what, 'broken', error);
      }
    }),
  );
}

async function checkPuts(what: string, answered: string, remote: Remote): Promise<Check> {
  try {
    const puts = await probeConditionalPuts(remote);
    if (puts === 'kept') return ok(what, answered);
    return note(
      what,
      `${answered}; of several writers of one name it lets more than one win`,
      'everything works there but what deletes: mlops gc --remote refuses',
    );
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    return note(what, `${answered}; it can be read only: ${error.failures[0]!.message}`);
  }
}
