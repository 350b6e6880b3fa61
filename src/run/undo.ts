// After a gate said no: the Git command that takes back what the user changed and the stages reran for.
import type { Outcome } from '../core/event.ts';
import { modifiedAmong } from '../git/files.ts';
import type { Repository } from '../git/repository.ts';
import { shellWord } from '../util/shell-word.ts';

/** Undefined when nothing that Git tracks was the reason. */
export function undoHint(repo: Repository, outcomes: Iterable<Outcome>): string | undefined {
  const reasons = [...outcomes].flatMap((outcome) =>
    outcome.kind === 'ran' || outcome.kind === 'restored' ? outcome.reasons : [],
  );
  const files = reasons.flatMap((reason) =>
    reason.kind === 'changed' && ['params', 'deps'].includes(reason.field[0]!) ? [reason.field[1]!] : [],
  );
  const modified = modifiedAmong(repo, [...new Set(files)]);
  return modified.length === 0 || modified.length > 3
    ? undefined
    : `git restore ${modified.map(shellWord).join(' ')}`;
}
