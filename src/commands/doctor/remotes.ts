// Whether each remote answers: one small read, timed.
import type { Project } from '../../project.ts';
import { readFormat } from '../../remote/format.ts';
import { openRemote } from '../../remote/open.ts';
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
        return format
          ? ok(what, answered)
          : note(what, `${answered}; nothing was pushed there yet`, 'mlops push');
      } catch (error) {
        signal.throwIfAborted();
        return failed(what, 'broken', error);
      }
    }),
  );
}
