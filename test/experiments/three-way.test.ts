import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RepoPath } from '../../src/core/ids.ts';
import { type ThreeWay, threeWay } from '../../src/experiments/three-way.ts';
import { requireRepository } from '../../src/git/repository.ts';
import { readBlob, treeChanges } from '../../src/git/tree-changes.ts';
import { openRig, type Rig } from '../rig.ts';

type Files = Parameters<Rig['write']>[0];

/** What `own` changed of `base`, brought to where `theirs` is. */
async function merged(
  base: Files,
  own: Files,
  theirs: Files,
): Promise<ThreeWay & { text(path: string): string | null }> {
  const rig = await openRig();
  rig.write({ 'always.txt': 'here\n', ...base });
  const from = await rig.commit('base');
  rig.write(own);
  const experiment = await rig.commit('own');
  await rig.git('switch', '-q', '--detach', from);
  rig.write(theirs);
  const head = await rig.commit('theirs');
  const repo = requireRepository(rig.path);
  const folder = `${repo.gitDir}/mlops`;
  mkdirSync(folder, { recursive: true });
  const result = threeWay(repo, folder, treeChanges(repo, from, experiment), treeChanges(repo, from, head));
  return {
    ...result,
    text: (path) => {
      const to = result.changes.find((each) => each.path === path)?.to;
      return to ? readBlob(repo, to.id).toString() : null;
    },
  };
}

const paths = ({ changes }: ThreeWay): RepoPath[] => changes.map(({ path }) => path);

describe('threeWay', () => {
  it('takes what only the experiment changed, and leaves the rest', async () => {
    const result = await merged(
      { 'a.txt': '1\n', 'b.txt': '1\n', 'gone.txt': '1\n' },
      { 'a.txt': '2\n', 'new.txt': 'n\n', 'gone.txt': null },
      { 'b.txt': '3\n', 'other.txt': 'o\n' },
    );
    expect(paths(result)).toEqual(['a.txt', 'gone.txt', 'new.txt']);
    expect([result.text('a.txt'), result.text('gone.txt')]).toEqual(['2\n', null]);
    expect(result.conflicts).toEqual([]);
  });

  it('leaves out what is there already', async () => {
    const result = await merged(
      { 'a.txt': '1\n' },
      { 'a.txt': '2\n', 'n.txt': 'n\n' },
      { 'a.txt': '2\n', 'n.txt': 'n\n' },
    );
    expect(paths(result)).toEqual([]);
  });

  it('merges lines that do not touch', async () => {
    const lines = (first: string, last: string): string => `${first}\n2\n3\n4\n5\n${last}\n`;
    const result = await merged(
      { 'a.txt': lines('1', '6') },
      { 'a.txt': lines('one', '6') },
      { 'a.txt': lines('1', 'six') },
    );
    expect(result.text('a.txt')).toBe(lines('one', 'six'));
    expect(result.changes).toHaveLength(1);
  });

  it('says which files conflict: the same lines, a file that one side removed, bytes, two new ones', async () => {
    const result = await merged(
      { 'lines.txt': '1\n', 'gone.txt': '1\n', 'bytes.bin': Uint8Array.of(0, 1) },
      { 'lines.txt': '2\n', 'gone.txt': '2\n', 'bytes.bin': Uint8Array.of(0, 2), 'new.txt': 'a\n' },
      { 'lines.txt': '3\n', 'gone.txt': null, 'bytes.bin': Uint8Array.of(0, 3), 'new.txt': 'b\n' },
    );
    expect([...result.conflicts].sort()).toEqual(['bytes.bin', 'gone.txt', 'lines.txt', 'new.txt']);
    expect(result.changes).toEqual([]);
  });

  it('merges locks by data entries, and conflicts where both renewed one', async () => {
    const digest = (digit: string): string => digit.repeat(64);
    const lock = (data: { readonly [path: string]: string }): string =>
      JSON.stringify({
        version: 1,
        data: Object.fromEntries(
          Object.entries(data).map(([path, one]) => [path, { bytes: 1, file: digest(one) }]),
        ),
        stages: {},
      });
    const base = { 'pipeline.lock': lock({ a: '1', b: '1' }) };
    const both = await merged(
      base,
      { 'pipeline.lock': lock({ a: '2', b: '1' }) },
      { 'pipeline.lock': lock({ a: '1', b: '3' }) },
    );
    expect(JSON.parse(both.text('pipeline.lock')!)).toMatchObject({
      data: { a: { file: digest('2') }, b: { file: digest('3') } },
    });
    const clash = await merged(
      base,
      { 'pipeline.lock': lock({ a: '2', b: '1' }) },
      { 'pipeline.lock': lock({ a: '3', b: '1' }) },
    );
    expect(clash.conflicts).toEqual(['pipeline.lock']);
  });
});
