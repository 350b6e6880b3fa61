// Listing a folder whose names go on with evenly spread hex digits: one page when that is all, else side by side.
import { pool } from '../util/pool.ts';
import type { Entry, Remote } from './remote.ts';

/** What S3 gives in one answer. */
const PAGE = 1000;
const DIGITS = '0123456789abcdef';

export async function listSpread(remote: Remote, folder: string, signal?: AbortSignal): Promise<Entry[]> {
  const first: Entry[] = [];
  for await (const entry of remote.list(folder)) if (first.push(entry) === PAGE) break;
  if (first.length < PAGE) return first;
  const last = first.at(-1)!.name;
  const from = DIGITS.indexOf(last[folder.length]!);
  const rest = await pool(
    DIGITS.slice(Math.max(0, from)),
    DIGITS.length,
    async (digit) => {
      const entries: Entry[] = [];
      for await (const entry of remote.list(folder + digit, last)) entries.push(entry);
      return entries;
    },
    signal,
  );
  return first.concat(...rest);
}
