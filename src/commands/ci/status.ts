// The status of a commit: one word and a line, from the gates and the time that was saved.
import type { CommitStatus } from '../../ci/forge/forge.ts';
import { formatMs } from '../../util/units.ts';
import type { CiRecord } from './record.ts';

/** GitHub takes no more characters. */
const MOST = 140;

export function statusOf(record: CiRecord): CommitStatus {
  const text = describe(record);
  return {
    context: 'mlops',
    state: stateOf(record),
    description: text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text,
    url: record.view.links.job ?? undefined,
  };
}

function stateOf({ state, exit }: CiRecord): CommitStatus['state'] {
  if (state !== 'done') return 'error';
  if (exit === 'ok') return 'success';
  return exit === 'gate' || exit === 'stage' ? 'failure' : 'error';
}

function describe({ state, view }: CiRecord): string {
  const { run, stages } = view;
  if (state === 'running') return 'the job was killed before it ended';
  if (state === 'cancelled') return 'cancelled';
  const failures = run?.failures ?? [];
  const failed = stages.filter((stage) => stage.run?.outcome === 'failed').map(({ stage }) => stage);
  const broken = stages.filter(({ gates }) => gates && !gates.passed).map(({ stage }) => stage);
  const held = stages.reduce((sum, { gates }) => sum + (gates?.held ?? 0), 0);
  const total = stages.reduce((sum, { gates }) => sum + (gates?.total ?? 0), 0);
  const saved = run && run.savedMs > 0 ? `${formatMs(run.savedMs)} saved` : '';
  const parts = [
    failed.length > 0 ? `failed: ${failed.join(', ')}` : '',
    broken.length > 0 ? `gates broken: ${broken.join(', ')}` : total > 0 ? `gates ${held}/${total} held` : '',
    failed.length === 0 && failures[0] ? failures[0].message : '',
    saved,
  ].filter((part) => part !== '');
  return parts.length === 0 ? `${stages.length} stages, nothing to judge` : parts.join(' · ');
}
