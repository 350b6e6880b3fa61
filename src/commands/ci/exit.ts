// What a job ends with: how its run ended, as `--fail-on` sees it.
import type { ExitName } from '../../core/failure.ts';
import type { PipelineView } from '../../render/pipeline/types.ts';
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
      return exit === 'ok' && advisesAct(view) ? 'gate' : exit;
  }
}

/** Whether drift asks for more than a look. */
export function advisesAct({ stages }: PipelineView): boolean {
  return stages.some(({ said }) => {
    const decision = said?.advice?.decision;
    return decision === 'retrain' || decision === 'block';
  });
}
