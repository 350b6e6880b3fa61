// What is posted of a report, each part on its own: one that fails keeps no other from being tried.
import type { CiContext } from '../../ci/context.ts';
import type { CommitStatus, Forge } from '../../ci/forge/forge.ts';
import type { CommitId } from '../../core/ids.ts';
import { renderPipelineMarkdown } from '../../render/pipeline/markdown.ts';
import type { PostFlags } from './flags.ts';
import type { CiRecord } from './record.ts';
import { statusOf } from './status.ts';

/** Does it, and says in a line what it did; undefined: there was nothing to do. */
export type Posting = () => Promise<string | undefined>;

const MARK = 'mlops-report';

export function postingsOf(
  forge: Forge,
  context: CiContext,
  record: CiRecord,
  flags: PostFlags,
): readonly Posting[] {
  let pull: Promise<number | undefined> | undefined;
  const pullNumber = (): Promise<number | undefined> => {
    pull ??= findPull(forge, context);
    return pull;
  };
  return [
    ...(flags.comment ? [async () => postComment(forge, await pullNumber(), record)] : []),
    async () => postStatus(forge, context.head, statusOf(record)),
  ];
}

/** Of a second job the number is never believed from a file: whose head it was is asked of the host. */
async function findPull(forge: Forge, { pull, ranFor }: CiContext): Promise<number | undefined> {
  if (pull) return pull.number;
  if (!ranFor) return undefined;
  return forge.findPull({ repository: ranFor.repository, branch: ranFor.branch, commit: ranFor.sha });
}

async function postComment(
  forge: Forge,
  number: number | undefined,
  { view }: CiRecord,
): Promise<string | undefined> {
  if (number === undefined) return undefined;
  const { how, url } = await forge.upsertComment(
    { kind: 'pull', number },
    MARK,
    renderPipelineMarkdown(view),
  );
  return `comment ${how}: ${url}`;
}

async function postStatus(
  forge: Forge,
  head: CommitId | undefined,
  status: CommitStatus,
): Promise<string | undefined> {
  if (!head) return undefined;
  await forge.setStatus(head, status);
  return `status of ${head.slice(0, 7)}: ${status.state}, ${status.description}`;
}
