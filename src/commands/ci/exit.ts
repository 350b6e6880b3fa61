// What a job ends with: how its run ended, as `--fail-on` sees it.
import type { ExitName } from '../../core/failure.ts';
import type { RunFlags } from './flags.ts';
import type { Done } from './job-run.ts';

/** Trouble of the job itself (its config, the remote, a signal) fails it in any case. */
export function exitFor(failOn: RunFlags['failOn'], { exit, view }: Pick<Done, 'exit' | 'view'>): ExitName {
  switch (failOn) {
    case 'gate':
      return exit;
    case 'stage':
      return exit === 'gate' ? 'ok' : exit;
    case 'never':
      return exit === 'gate' || exit === 'stage' ? 'ok' : exit;
    case 'drift':
      return exit === 'ok' && view.stages.some(({ said }) => advisesAct(said?.advice?.decision))
        ? 'gate'
        : exit;
  }
}

function advisesAct(advice: string | undefined): boolean {
  return advice === 'retrain' || advice === 'block';
}
