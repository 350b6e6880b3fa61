// The status of a commit: one word and a line.
import type { CiContext } from '../../ci/context.ts';
import type { CommitStatus } from '../../ci/forge/forge.ts';
import { renderPipelineStatus } from '../../render/pipeline/verdict.ts';
import type { CiRecord } from './record.ts';

/** What a fork's own report says of itself is believed no further than its job ended well. */
export function statusOf(record: CiRecord, { ranFor, runUrl }: CiContext, name: string): CommitStatus {
  const { view } = record;
  const state = stateOf(record);
  return {
    context: name,
    state: state === 'success' && ranFor?.ended === 'otherwise' ? 'error' : state,
    description: renderPipelineStatus(view),
    url: runUrl,
  };
}

function stateOf({ state, exit }: CiRecord): CommitStatus['state'] {
  if (state !== 'done') return 'error';
  if (exit === 'ok') return 'success';
  return exit === 'gate' || exit === 'stage' ? 'failure' : 'error';
}
