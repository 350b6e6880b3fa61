// All refs of a repository elsewhere, freshly fetched into a bare repository of their own. Objects that a repository here
// has are not sent again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure, MlopsError } from '../core/failure.ts';
import { isShallow } from './history.ts';
import { reasonIn } from './reason.ts';
import { mustGit, type Repository, runGit } from './repository.ts';

/** Only what moves objects: other helpers of Git run commands that a URL names, and this one may come from a bucket. */
const PROTOCOLS = ['file', 'git', 'http', 'https', 'ssh'];

/** Into the empty folder `dir`. @throws MlopsError `remote` when they cannot be had, `refused` when history is cut there */
export function fetchRefs(near: Repository, url: string, dir: string): Repository {
  const bare: Repository = { top: dir, gitDir: dir, commonDir: dir };
  mustGit(bare, ['init', '-q', '--bare', '--template=', '.']);
  mkdirSync(join(dir, 'objects', 'info'), { recursive: true });
  writeFileSync(join(dir, 'objects', 'info', 'alternates'), `${join(near.commonDir, 'objects')}\n`);
  const allowed = PROTOCOLS.flatMap((each) => ['-c', `protocol.${each}.allow=always`]);
  const { code, stderr } = runGit(dir, [
    ...['-c', 'protocol.allow=never', ...allowed],
    ...['fetch', '-q', '--no-write-fetch-head', '--recurse-submodules=no'],
    ...['--', url, '+refs/*:refs/*'],
  ]);
  if (code !== 0)
    throw new MlopsError(
      failure('remote', `${url}: its branches and tags cannot be listed (${reasonIn(stderr)})`, {
        help: 'see that git can fetch it from here; or, when nobody uses it any more, vouch for it: --assume-unused URL',
      }),
    );
  if (isShallow(bare))
    throw new MlopsError(
      failure('refused', `${url}: its history is cut (a shallow clone)`, {
        help: 'what earlier commits need cannot be known; git fetch --unshallow there',
      }),
    );
  return bare;
}
