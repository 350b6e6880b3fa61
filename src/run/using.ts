// How this repository names itself on remotes: by the places where its refs can be listed, so that every clone of it is
// the same; by a random id of its own where there is no such place.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainUrl, remoteUrls } from '../git/remote-urls.ts';
import type { Repository } from '../git/repository.ts';
import type { UsingRepository } from '../remote/repositories.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { digestBytes } from '../util/digest.ts';
import { orAbsent } from '../util/errno.ts';

/** `shared`: the state that worktrees share. */
export function usingRepository(repo: Repository, shared: string): UsingRepository {
  const urls = remoteUrls(repo);
  return { id: urls.length > 0 ? asUuid(digestBytes(urls.join('\n'))) : ownId(shared), urls };
}

/** The repository at `url`, which is no Git remote of this one. */
export function repositoryAt(repo: Repository, url: string): UsingRepository {
  const urls = [plainUrl(url, repo.top)];
  return { id: asUuid(digestBytes(urls.join('\n'))), urls };
}

function ownId(shared: string): string {
  const path = join(shared, 'repository-id');
  const known = orAbsent(() => readFileSync(path, 'utf8').trim(), '');
  if (/^[0-9a-f-]{36}$/.test(known)) return known;
  const made = randomUUID();
  writeAtomic(path, `${made}\n`);
  return made;
}

function asUuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
