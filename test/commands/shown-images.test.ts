// Pictures of a report on their way into a comment: by a ref of the repository, or by what the host keeps.
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Back } from '../../src/commands/ci/commit-posting.ts';
import { showImages } from '../../src/commands/ci/shown-images.ts';
import { failure, MlopsError } from '../../src/core/failure.ts';
import { git, openGround, write } from '../ci/remote-ground.ts';

const PNG = '\u0089PNG\r\n\u001a\n';

function backOf(images: Back['flags']['images'], upload?: Back['forge']['upload']) {
  const ground = openGround();
  const folder = join(ground.root, 'report');
  write(folder, { 'secret.png': 'x', 'images/.keep': '' });
  write(folder, { 'images/roc.png': '' });
  const files = ['images/roc.png', 'images/link.png', 'secret.png', 'images/../secret.png', '/etc/passwd'];
  symlinkSync('/etc/passwd', join(folder, 'images/link.png'));
  const view = { images: files.map((file) => ({ alt: 'a curve', file, url: null })) };
  const back = {
    repo: ground.job,
    folder,
    flags: { images, name: 'mlops' },
    forge: { upload },
    token: { user: 'x', token: 'y' },
    context: { pull: { number: 7 }, repository: { url: 'https://github.com/o/r' } },
    record: { view },
  } as unknown as Back;
  return { ground, back, folder };
}

async function shownIn({ back, folder }: ReturnType<typeof backOf>) {
  writeFileSync(join(folder, 'images/roc.png'), Buffer.from(PNG, 'latin1'));
  const { record, notes } = await showImages(back);
  return { urls: record.view.images.map(({ url }) => url), notes };
}

it('takes plain files of the folder of images alone, and gives them addresses', async () => {
  const made = backOf('git');
  const { urls, notes } = await shownIn(made);
  const commit = git(made.ground.bare, 'rev-parse', 'refs/mlops/ci/mlops/pull/7');
  expect(urls).toEqual([`https://github.com/o/r/raw/${commit}/roc.png`, null, null, null, null]);
  expect(notes).toEqual([]);
  expect(git(made.ground.bare, 'ls-tree', '--name-only', commit)).toBe('roc.png');
});

it('leaves them among the artifacts, or out, when asked to', async () => {
  expect((await shownIn(backOf('artifact'))).urls).toEqual([null, null, null, null, null]);
  expect((await shownIn(backOf('none'))).urls).toEqual([]);
});

it('hands them to a host that keeps files, and says when that fails', async () => {
  const kept = backOf('git', async (files) => new Map(files.map(({ name }) => [name, `/uploads/${name}`])));
  expect((await shownIn(kept)).urls[0]).toBe('/uploads/roc.png');
  const failing = backOf('git', async () => {
    throw new MlopsError(failure('remote', 'the host is full'));
  });
  expect(await shownIn(failing)).toEqual({
    urls: [null, null, null, null, null],
    notes: ['images are only among the artifacts: the host is full'],
  });
});
