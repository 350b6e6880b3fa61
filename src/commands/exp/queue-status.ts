import type { ExitName } from '../../core/failure.ts';
import { openQueue } from '../../experiments/queue/queue.ts';
import { searchesIn } from '../../experiments/queue/searches.ts';
import { standingOf } from '../../experiments/queue/standing.ts';
import { queueState } from '../../experiments/queue/state.ts';
import { renderQueue } from '../../render/queue/status.ts';
import type { Io } from '../command.ts';
import { print, printJson, say, withProject } from '../open-project.ts';

export function queueStatus(io: Io, flags: { readonly json?: true }): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const queue = openQueue(project.repo);
    const state = queueState(queue);
    const searches = searchesIn(queue).map((id) => standingOf(queue, id, state.ended));
    if (flags.json) printJson(io, { ...state, searches });
    else {
      print(io, renderQueue(state, searches, { now: new Date(), style: io.outStyle }));
      if (state.waiting.length + searches.length > 0 && state.running.length === 0)
        say(io, 'next: mlops exp run --all -j 2');
    }
    return 'ok';
  });
}
