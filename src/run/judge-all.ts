import type { RunEvent } from '../core/event.ts';
import type { RunContext } from './context.ts';
import { reproduce } from './reproduce.ts';
import type { Selection } from './select.ts';

export type Judged = Extract<RunEvent, { readonly kind: 'done' }>;

/** What a `repro` would do with each stage: its own walk, dry, and no remote is asked. */
export async function judgeAll(context: RunContext, selection: Selection): Promise<Judged[]> {
  const judged: Judged[] = [];
  const report = (event: RunEvent): void => {
    if (event.kind === 'done') judged.push(event);
  };
  await reproduce({ ...context, report, remote: undefined, remoteRuns: undefined }, selection, {
    force: false,
    dry: true,
    keepGoing: true,
    pull: false,
    useCache: true,
    single: false,
  });
  return judged;
}

/** Whether the workspace has what the stage would make. */
export function isUpToDate({ outcome }: Judged): boolean {
  return outcome.kind === 'planned' && ['fresh', 'held'].includes(outcome.verdict.kind);
}
