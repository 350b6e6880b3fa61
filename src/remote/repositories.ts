// Which repositories use a remote, so that gc knows whose commits to ask before it takes anything for unneeded:
//   repos/<uuid>.json   {"seen":"2026-11-21T10:00:00.000Z","urls":["https://example.org/team/model.git"],"v":1}
// Clones of one repository have the same URLs and so the same file. A push writes it before it sends anything.
import { fail } from '../core/failure.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import { canonicalJson } from '../util/canonical-json.ts';
import { collect, textBody } from './body.ts';
import type { Remote } from './remote.ts';
import { RemoteError } from './trouble.ts';

export interface UsingRepository {
  readonly id: string;
  /** Where its refs can be listed; none when only its own machine can. */
  readonly urls: readonly string[];
}

const FOLDER = 'repos/';
const MOST = 1 << 20;
const DAY_MS = 86_400_000;

/**
 * One read where it is known already. Who may not write it, as a pull request must not, relies on it being there: gc asks
 * whoever it names.
 * @throws MlopsError when it is not there, or says otherwise, and cannot be written
 */
export async function registerRepository(
  remote: Remote,
  { id, urls }: UsingRepository,
  now = new Date(),
): Promise<void> {
  const name = `${FOLDER}${id}.json`;
  const text = await remote.read(name, (body) => collect(body, MOST));
  const known = text && parse(text.toString('utf8'), name, remote.url);
  const same = known && canonicalJson([...known.urls]) === canonicalJson([...urls]);
  if (same && now.getTime() - Date.parse(known.seen) < DAY_MS) return;
  try {
    await remote.write(
      name,
      textBody(`${canonicalJson({ seen: now.toISOString(), urls: [...urls], v: 1 })}\n`),
    );
  } catch (error) {
    if (!same || !(error instanceof RemoteError) || error.retry !== 'never') throw error;
  }
}

/** @throws MlopsError `remote` when one of them cannot be understood */
export async function usingRepositories(remote: Remote): Promise<UsingRepository[]> {
  const found: UsingRepository[] = [];
  for await (const { name } of remote.list(FOLDER)) {
    const text = await remote.read(name, (body) => collect(body, MOST));
    if (text === undefined) continue;
    const { urls } = parse(text.toString('utf8'), name, remote.url);
    found.push({ id: name.slice(FOLDER.length).replace(/\.json$/, ''), urls });
  }
  return found;
}

function parse(text: string, name: string, url: string): { seen: string; urls: readonly string[] } {
  const value = jsonOf(text);
  if (isJsonObject(value) && value['v'] === 1) {
    const { seen, urls } = value;
    if (typeof seen === 'string' && Array.isArray(urls) && urls.every((each) => typeof each === 'string'))
      return { seen, urls };
  }
  return fail('remote', `${url}: ${name} is not one that this mlops can read`, {
    help: 'use the newest mlops; without it gc cannot know who uses the remote',
  });
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
