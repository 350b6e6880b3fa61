// What hosts write into variables and events.
import { type CommitId, commitOf } from '../core/ids.ts';

/** An empty one is none. */
export function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** Undefined for what names no commit: nothing, and the zeros by which hosts say that there was none. */
export function readCommit(text: string | undefined): CommitId | undefined {
  if (text === undefined || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text) || /^0+$/.test(text))
    return undefined;
  return commitOf(text);
}
