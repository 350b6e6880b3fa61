import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { requireRepository } from '../../src/git/repository.ts';
import { writeWorkTree } from '../../src/git/write-commit.ts';
import { openRig } from '../rig.ts';

it('sees a change of the same size within the second in which the index was written', async () => {
  const rig = await openRig();
  await rig.git('config', 'core.trustctime', 'false');
  const second = 1_700_000_000;
  const touch = (path: string) => utimesSync(join(rig.path, path), second, second);
  rig.write({ 'params.yaml': 'trees: 100\n' });
  touch('params.yaml');
  await rig.commit('base');
  rig.write({ 'params.yaml': 'trees: 200\n' });
  touch('params.yaml');
  touch('.git/index');
  const repo = requireRepository(rig.path);
  mkdirSync(`${repo.gitDir}/mlops`, { recursive: true });
  const tree = writeWorkTree(repo, `${repo.gitDir}/mlops`, { take: 'tracked' });
  expect(await rig.git('show', `${tree}:params.yaml`)).toBe('trees: 200\n');
});
