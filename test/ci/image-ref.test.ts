// Images of a report in a Git ref: what is pushed, where it is shown from, and what a host or a name may not do.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ImagePlace, pushImages } from '../../src/ci/image-ref.ts';
import { type Ground, git, hook, openGround } from './remote-ground.ts';

const HEAD = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const png = (bytes: number, fill = 0) => Uint8Array.from([...HEAD, ...Array(bytes).fill(fill)]);

function placeIn(ground: Ground, of: ImagePlace['of'] = { pull: 7 }): ImagePlace {
  const folder = join(ground.job.gitDir, 'mlops');
  mkdirSync(folder, { recursive: true });
  return {
    place: { remote: 'origin', env: {} },
    name: 'mlops',
    of,
    repositoryUrl: 'https://github.com/o/r',
    folder,
  };
}

describe('images in a ref', () => {
  it('are shown from the commit, which is the same for the same images', () => {
    const ground = openGround();
    const files = [
      { name: 'roc.png', bytes: png(10) },
      { name: 'loss.png', bytes: png(20) },
    ];
    const shown = pushImages(ground.job, files, placeIn(ground));
    const commit = git(ground.bare, 'rev-parse', 'refs/mlops/ci/mlops/pull/7');
    expect(Object.fromEntries(shown.urls)).toEqual({
      'roc.png': `https://github.com/o/r/raw/${commit}/roc.png`,
      'loss.png': `https://github.com/o/r/raw/${commit}/loss.png`,
    });
    expect(shown.notes).toEqual([]);
    expect(git(ground.bare, 'ls-tree', '--name-only', commit).split('\n')).toEqual(['loss.png', 'roc.png']);
    expect(git(ground.bare, 'rev-list', '--count', commit)).toBe('1');
    hook(ground, 'pre-receive', 'echo "pushed for nothing" >&2; exit 1');
    expect(pushImages(ground.job, files, placeIn(ground))).toEqual(shown);
  });

  it('replace those of before, and leave those of other requests and branches', () => {
    const ground = openGround();
    const put = (fill: number, of: ImagePlace['of']) =>
      pushImages(ground.job, [{ name: 'a.png', bytes: png(9, fill) }], placeIn(ground, of));
    put(1, { pull: 7 });
    put(1, { branch: 'main' });
    const before = git(ground.bare, 'rev-parse', 'refs/mlops/ci/mlops/pull/7');
    expect(put(2, { pull: 7 }).urls.get('a.png')).not.toContain(before);
    expect(git(ground.bare, 'rev-list', '--count', 'refs/mlops/ci/mlops/pull/7')).toBe('1');
    expect(git(ground.bare, 'rev-parse', 'refs/mlops/ci/mlops/branch/main')).toBe(before);
  });

  it('stay among the artifacts where the host refuses or is not there', () => {
    const ground = openGround();
    hook(ground, 'pre-receive', 'echo "hidden refs are refused" >&2; exit 1');
    const files = [{ name: 'a.png', bytes: png(9) }];
    const refused = pushImages(ground.job, files, placeIn(ground));
    expect(refused.urls.size).toBe(0);
    expect(refused.notes.join()).toMatch(/only among the artifacts: .*hidden refs are refused/);
    const gone = { ...placeIn(ground), place: { remote: join(ground.root, 'nowhere'), env: {} } };
    expect(pushImages(ground.job, files, gone).notes.join()).toMatch(/only among the artifacts: .*nowhere/);
  });

  it('are taken within bounds, with plain names, and only where they are PNG files', () => {
    const ground = openGround();
    const shown = pushImages(
      ground.job,
      [
        { name: 'good.png', bytes: png(9) },
        { name: '../evil.png', bytes: png(9) },
        { name: '.git', bytes: png(9) },
        { name: 'page.png', bytes: Buffer.from('<script>alert(1)</script>') },
        { name: 'large.png', bytes: png(5_000_001) },
      ],
      placeIn(ground),
    );
    expect([...shown.urls.keys()]).toEqual(['good.png']);
    expect(shown.notes).toEqual([
      '../evil.png is only among the artifacts: it has no plain name that ends in .png',
      '.git is only among the artifacts: it has no plain name that ends in .png',
      'page.png is only among the artifacts: it is no PNG',
      'large.png is only among the artifacts: it is larger than 5 MB',
    ]);
  });
});
