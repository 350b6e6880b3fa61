// What the git program tells us is what isomorphic-git, which shares no code with it, reads from the same repository.
import fs from 'node:fs';
import git from 'isomorphic-git';
import { describe, expect, it } from 'vitest';
import type { CommitId } from '../../src/core/ids.ts';
import { filesNamed, ignoredAmong, trackedAmong } from '../../src/git/files.ts';
import { filesNamedAt, firstParent, headCommit, mergeBase, readAt } from '../../src/git/history.ts';
import { requireRepository } from '../../src/git/repository.ts';
import { openRig } from '../rig.ts';

describe('history', () => {
  it('resolves and reads as a second implementation does', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': 'stages: {}\n',
      'sub/pipeline.yaml': '{}\n',
      'data.bin': Uint8Array.of(0, 10, 13, 255),
    });
    await rig.commit('one');
    rig.write({ 'pipeline.yaml': 'stages: {a: {cmd: b}}\n', empty: '' });
    await rig.commit('two');
    const repo = requireRepository(rig.path);
    const dir = rig.path;
    const head = headCommit(repo)!;
    expect(head).toBe(await git.resolveRef({ fs, dir, ref: 'HEAD' }));
    const [newest, oldest] = await git.log({ fs, dir });
    expect(firstParent(repo, head)).toBe(oldest!.oid);
    expect(mergeBase(repo, head, oldest!.oid as CommitId)).toBe(oldest!.oid);
    for (const commit of [newest!.oid, oldest!.oid]) {
      const paths = await git.listFiles({ fs, dir, ref: commit });
      expect(filesNamedAt(repo, commit as CommitId, 'pipeline.yaml')).toEqual(
        paths.filter((path) => path.endsWith('pipeline.yaml')),
      );
      const bodies = readAt(repo, commit as CommitId, [...paths, 'absent', 'sub']);
      for (const [at, filepath] of paths.entries())
        expect(bodies[at]).toEqual(
          Buffer.from((await git.readBlob({ fs, dir, oid: commit, filepath })).blob),
        );
      expect(bodies.slice(paths.length)).toEqual([undefined, undefined]);
    }
  });

  it('knows what is tracked, ignored and untracked', async () => {
    const rig = await openRig();
    rig.write({ '.gitignore': '/big/\n', 'a/pipeline.yaml': '{}', 'big/pipeline.yaml': '{}' });
    await rig.commit('one');
    rig.write({ 'new/pipeline.yaml': '{}' });
    const repo = requireRepository(rig.path);
    const paths = ['a', 'big', 'new/pipeline.yaml', 'absent'] as never[];
    expect(filesNamed(repo, 'pipeline.yaml')).toEqual(['a/pipeline.yaml', 'new/pipeline.yaml']);
    expect([...trackedAmong(repo, paths)]).toEqual(['a']);
    expect([...ignoredAmong(repo, ['big/x', 'a/x'] as never[])]).toEqual(['big/x']);
  });
});
