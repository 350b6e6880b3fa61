// A repository from a stranger: its symlinks and locks must not make `pull` write where a write runs code.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, words } from './story.ts';

/** Pushes `hook` as data, then commits a lock that puts it at `<folder>/post-checkout`, with `folder` a link. */
async function hostile(rig: Rig, folder: string, target: string): Promise<void> {
  rig.write({ hook: '#!/bin/sh\ntouch pwned\n' });
  expectExit(await rig.mlops('init'), 0);
  expectExit(await rig.mlops('remote', 'add', '-d', 'o', rig.beside('remote')), 0);
  expectExit(await rig.mlops('add', 'hook'), 0);
  expectExit(await rig.mlops('push'), 0);
  for (const file of ['pipeline.yaml', 'pipeline.lock'])
    rig.write({ [file]: rig.read(file).replace(/(\W)hook(\W)/g, `$1${folder}/post-checkout$2`) });
  rig.write({ hook: null, '.gitignore': null });
  symlinkSync(target, join(rig.path, folder));
  await rig.commit('hostile');
}

it.each([
  ['.git/hooks', 4, "Git's own directory"],
  ['../outside', 4, 'leads out of the repository'],
  ['.github', 7, 'is never checked out'],
])('pull writes nothing through a link to %s', async (target, exit, said) => {
  const rig = await openRig();
  mkdirSync(rig.beside('outside'));
  await hostile(rig, 'data', target);
  const clone = await rig.clone('clone');
  clone.write({ '.github/workflow.yml': 'x' });
  for (const command of [['pull'], ['pull', '--force'], ['checkout', '--force']])
    expect(words(expectExit(await clone.mlops(...command), exit))).toContain(said);
  expect(existsSync(join(clone.path, 'data/post-checkout'))).toBe(false);
});
