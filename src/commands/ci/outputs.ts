// What later steps of a job are told.
import type { Done } from './job-run.ts';

export function outputsOf(
  { view, lock, metrics }: Pick<Done, 'view' | 'lock' | 'metrics'>,
  folder: string,
): { [name: string]: string } {
  const changed = view.stages.filter(({ run }) => run && ['ran', 'restored', 'failed'].includes(run.outcome));
  return {
    'changed-stages': JSON.stringify(changed.map(({ stage }) => stage)),
    metrics: JSON.stringify(metrics),
    'report-path': folder,
    'lock-changed': String(lock.length > 0),
  };
}
