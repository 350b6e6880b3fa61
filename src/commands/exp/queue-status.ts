import { type ExitName, MlopsError } from '../../core/failure.ts';
import { openQueue, type Queue } from '../../experiments/queue/queue.ts';
import { searchesIn } from '../../experiments/queue/searches.ts';
import { queueState } from '../../experiments/queue/state.ts';
import { readSweep } from '../../experiments/sweep.ts';
import { type DamagedSearch, renderQueue, type SearchStanding } from '../../render/queue/status.ts';
import type { Io } from '../command.ts';
import { print, printJson, say, withProject } from '../open-project.ts';

export function queueStatus(io: Io, flags: { readonly json?: true }): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const queue = openQueue(project.repo);
    const state = queueState(queue);
    const searches = searchesIn(queue).map((id) => standingOf(queue, id));
    if (flags.json) printJson(io, { ...state, searches });
    else {
      print(io, renderQueue(state, searches, { now: new Date(), style: io.outStyle }));
      if (state.waiting.length + searches.length > 0 && state.running.length === 0)
        say(io, 'next: mlops exp run --all -j 2');
    }
    return 'ok';
  });
}

function standingOf(queue: Queue, id: string): SearchStanding | DamagedSearch {
  try {
    const { trials, limit } = readSweep(queue.dir, id);
    return { id, asked: trials.length, told: trials.filter(({ outcome }) => outcome).length, limit };
  } catch (error) {
    if (error instanceof MlopsError) return { id, damaged: error.message };
    throw error;
  }
}
