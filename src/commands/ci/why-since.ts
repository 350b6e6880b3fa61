// Why a stage that is up to date now differs from what the job compares with. The run's own reasons say it where the lock is new;
// where it was committed from elsewhere, they only say that bytes were missing.
import type { CommitId } from '../../core/ids.ts';
import type { Project } from '../../project.ts';
import { reasonsInWords } from '../../render/run/reason.ts';
import { PLAIN } from '../../render/terminal.ts';
import { sideOf } from '../../run/side.ts';
import { changesSince } from '../../run/since.ts';
import type { StageRuns } from './view.ts';

export function withWhySince(project: Project, baseline: CommitId | undefined, runs: StageRuns): StageRuns {
  if (baseline === undefined) return runs;
  const since = changesSince(project.runContext(), sideOf(project.repo, baseline));
  return new Map(
    [...runs].map(([name, run]) => {
      const isDone = run.outcome === 'ran' || run.outcome === 'restored' || run.outcome === 'fresh';
      const reasons = isDone ? (since.get(name) ?? []) : [];
      return [name, reasons.length === 0 ? run : { ...run, why: reasonsInWords(reasons, PLAIN.symbols) }];
    }),
  );
}
