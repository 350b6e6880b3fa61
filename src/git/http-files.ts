// One commit of a repository on a web server, where there is no git program. It never writes a ref of the user's.
import { fail } from '../core/failure.ts';
import { commitOf } from '../core/ids.ts';
import { type CommitFile, type CommitFiles, commitFile } from './commit-files.ts';

/** Into the empty folder `dir`. `rev`: a branch, a tag or a full commit id. */
export async function httpFiles(url: string, rev: string | undefined, dir: string): Promise<CommitFiles> {
  const fs = await import('node:fs');
  const { default: git } = await import('isomorphic-git');
  const { default: http } = await import('isomorphic-git/http/node');
  const repo = { fs, gitdir: dir, dir };
  try {
    await git.init({ ...repo, bare: true });
    await git.addRemote({ ...repo, remote: 'origin', url });
    const wanted = rev === undefined ? {} : { ref: rev };
    const { fetchHead } = await git.fetch({
      ...repo,
      http,
      url,
      remote: 'origin',
      depth: 1,
      singleBranch: true,
      tags: false,
      ...wanted,
    });
    const commit = (await git.readCommit({ ...repo, oid: fetchHead! })).oid;
    const files: CommitFile[] = [];
    await git.walk({
      ...repo,
      trees: [git.TREE({ ref: commit })],
      map: async (path, [entry]) => {
        if (entry && (await entry.type()) === 'blob')
          files.push(...commitFile(path, (await entry.mode()).toString(8), await entry.oid()));
      },
    });
    return {
      commit: commitOf(commit),
      files,
      read: (some) =>
        Promise.all(some.map(async ({ id }) => Buffer.from((await git.readBlob({ ...repo, oid: id })).blob))),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(
      'remote',
      `${url} cannot be read without the git program: ${why}`,
      {
        help: 'without it, "rev" is a branch, a tag or a full commit id, and the URL starts with http; or install Git',
      },
      error,
    );
  }
}
