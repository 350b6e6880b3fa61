// Sharing through a folder: push, push again, pull in a fresh clone.
import { join } from 'node:path';
import { manyFiles } from '../files.mjs';
import { commitAll, dvcRepository, mlopsRepository } from '../repositories.mjs';
import { dvc, mlops } from '../tools.mjs';

export function cases(scale) {
  const count = scale(10_000);
  const share = (tool, repository) => (turn) => shareThrough(turn, tool, repository(turn), count);
  return [
    {
      name: 'folder-remote',
      rows: [
        { phase: 'push', work: `\`push\` of ${count.toLocaleString('en')} files of 10 KiB to a folder` },
        { phase: 'again', work: '… nothing new to push' },
        { phase: 'pull', work: '… `pull` in a fresh clone' },
      ],
      tools: {
        mlops: share(mlops, mlopsRepository),
        ...(dvc && { DVC: share(dvc, dvcRepository) }),
      },
    },
  ];
}

function shareThrough(turn, tool, dir, count) {
  turn.do([...tool, 'remote', 'add', '-d', 'shared', turn.folder('remote')], dir);
  manyFiles(join(dir, 'data'), count, 10 * 1024);
  turn.do([...tool, 'add', 'data'], dir);
  commitAll(turn, dir);
  turn.settle();
  turn.measure('push', [...tool, 'push'], dir);
  turn.measure('again', [...tool, 'push'], dir);
  turn.do(['git', 'clone', '-q', dir, 'clone']);
  turn.settle();
  turn.measure('pull', [...tool, 'pull'], join(turn.dir, 'clone'));
  turn.expect(join(turn.dir, 'clone/data'), { files: count, bytes: count * 10 * 1024 });
}
