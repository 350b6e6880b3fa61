// Sharing through a folder: push, push again, pull in a fresh clone.
import { join } from 'node:path';
import { manyFiles } from '../files.mjs';
import { commitAll, dvcRepository, mlopsRepository } from '../repositories.mjs';
import { dvc, mlops } from '../tools.mjs';

const COUNT = 1000;

export const cases = [
  {
    name: 'folder-remote',
    rows: [
      { phase: 'push', work: '`push` of 1,000 files of 10 KiB to a folder' },
      { phase: 'again', work: '… nothing new to push' },
      { phase: 'pull', work: '… `pull` in a fresh clone' },
    ],
    tools: {
      mlops: (turn) => share(turn, mlops, mlopsRepository(turn)),
      ...(dvc && { DVC: (turn) => share(turn, dvc, dvcRepository(turn)) }),
    },
  },
];

function share(turn, tool, dir) {
  turn.do([...tool, 'remote', 'add', '-d', 'shared', turn.folder('remote')], dir);
  manyFiles(join(dir, 'data'), COUNT, 10 * 1024);
  turn.do([...tool, 'add', 'data'], dir);
  commitAll(turn, dir);
  turn.settle();
  turn.measure('push', [...tool, 'push'], dir);
  turn.measure('again', [...tool, 'push'], dir);
  turn.do(['git', 'clone', '-q', dir, 'clone']);
  turn.settle();
  turn.measure('pull', [...tool, 'pull'], join(turn.dir, 'clone'));
}
