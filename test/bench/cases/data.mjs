// Data under version control: many small files, and one large one.
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { bigFile, manyFiles } from '../files.mjs';
import { seconds, times } from '../goal.mjs';
import { dvcRepository, mlopsRepository } from '../repositories.mjs';
import { dvc, mlops } from '../tools.mjs';

/** Goals are set for 100,000 files; a tenth of them is given a tenth of the time and 0.1 s to start. */
const sizes = [
  { count: 10_000, add: 0.35, again: 0.16, status: 0.15, checkout: 0.45 },
  { count: 100_000, add: 2.5, again: 0.6, status: 0.5, checkout: 3.5, large: true },
];

const GIB = 2 ** 30;

export const cases = [
  ...sizes.map(({ count, large, ...goal }) => ({
    name: `files-${count}`,
    slow: true,
    large,
    rows: [
      {
        phase: 'add',
        work: `\`add\` of ${count.toLocaleString('en')} files of 1 KiB`,
        goal: seconds(goal.add),
      },
      { phase: 'again', work: '… again', goal: seconds(goal.again) },
      { phase: 'status', work: '… `status`', goal: seconds(goal.status) },
      { phase: 'checkout', work: '… `checkout` of all', goal: seconds(goal.checkout) },
    ],
    tools: {
      mlops: (turn) => versionFiles(turn, mlops, mlopsRepository(turn), count),
      ...(dvc && { DVC: (turn) => versionFiles(turn, dvc, dvcRepository(turn), count) }),
    },
  })),
  {
    name: 'file-1gib',
    slow: true,
    rows: [{ phase: 'add', work: '`add` of one file of 1 GiB', goal: times(1.1, 'cp') }],
    tools: {
      mlops: (turn) => addLarge(turn, [...mlops, 'add', 'large.bin'], mlopsRepository(turn)),
      cp: (turn) => addLarge(turn, ['cp', 'large.bin', 'copy.bin'], turn.folder('repository')),
      'cp and sync': (turn) =>
        addLarge(turn, ['sh', '-c', 'cp large.bin copy.bin && sync copy.bin'], turn.folder('repository')),
      ...(dvc && { DVC: (turn) => addLarge(turn, [...dvc, 'add', 'large.bin'], dvcRepository(turn)) }),
    },
  },
];

function versionFiles(turn, tool, dir, count) {
  manyFiles(join(dir, 'data'), count, 1024);
  turn.settle();
  turn.measure('add', [...tool, 'add', 'data'], dir);
  turn.measure('again', [...tool, 'add', 'data'], dir);
  turn.measure('status', [...tool, 'status'], dir);
  // Moved, not removed: deleting many files slows the file system down for minutes.
  renameSync(join(dir, 'data'), join(turn.dir, 'moved-away'));
  turn.settle();
  turn.measure('checkout', [...tool, 'checkout'], dir);
}

function addLarge(turn, argv, dir) {
  bigFile(join(dir, 'large.bin'), GIB);
  turn.settle();
  turn.measure('add', argv, dir);
}
