// Data under version control: many small files, a large one, a million tiny ones; and reading it all again.
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { bigFile, manyFiles } from '../files.mjs';
import { seconds, times } from '../goal.mjs';
import { dvcRepository, mlopsRepository } from '../repositories.mjs';
import { dvc, mlops, openssl } from '../tools.mjs';

/** Goals are set for 100,000 files; a tenth of them is given a tenth of the time and 0.1 s to start. */
const sizes = [
  { count: 10_000, add: 0.35, again: 0.16, status: 0.15, checkout: 0.45 },
  {
    count: 100_000,
    add: 2.5,
    again: 0.6,
    status: 0.5,
    checkout: 3.5,
    repeats: { DVC: 1, 'DVC with hard links': 1 },
  },
];

const GIB = 2 ** 30;

export function cases(scale) {
  return [...sizes.map((size) => filesCase(scale, size)), largeCase(scale(2 * GIB)), fsckCase(scale)];
}

function filesCase(scale, { count: full, repeats, ...goal }) {
  const count = scale(full);
  return {
    name: `files-${full}`,
    repeats,
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
      ...(dvc && {
        DVC: (turn) => versionFiles(turn, dvc, dvcRepository(turn), count),
        'DVC with hard links': (turn) => versionFiles(turn, dvc, linkingRepository(turn), count),
      }),
    },
  };
}

/** What DVC's guide for large data advises where blocks cannot be shared: its files then are read-only links. */
function linkingRepository(turn) {
  const dir = dvcRepository(turn);
  turn.do([...dvc, 'config', 'cache.type', 'hardlink'], dir);
  return dir;
}

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
  turn.expect(join(dir, 'data'), { files: count, bytes: count * 1024 });
}

function largeCase(bytes) {
  const add = (argv, repository) => (turn) => {
    const dir = repository(turn);
    bigFile(join(dir, 'large.bin'), bytes);
    turn.settle();
    turn.measure('add', argv, dir);
  };
  const plain = (turn) => turn.folder('repository');
  return {
    name: 'file-2gib',
    large: true,
    rows: [
      {
        phase: 'add',
        work: `\`add\` of one file of ${bytes === 2 * GIB ? '2 GiB' : 'less'}`,
        goal: times(1.1, 'cp'),
      },
    ],
    tools: {
      mlops: add([...mlops, 'add', 'large.bin'], mlopsRepository),
      cp: add(['cp', 'large.bin', 'copy.bin'], plain),
      'cp and sync': add(['sh', '-c', 'cp large.bin copy.bin && sync copy.bin'], plain),
      ...(openssl && { 'openssl sha256': add([openssl, 'sha256', 'large.bin'], plain) }),
      ...(dvc && { DVC: add([...dvc, 'add', 'large.bin'], dvcRepository) }),
    },
  };
}

/** Both read the same bytes: those of the store, as it keeps them. */
function fsckCase(scale) {
  const count = scale(100_000);
  const store = 'repository/.git/mlops/store';
  return {
    name: 'fsck',
    large: true,
    rows: [
      {
        phase: 'fsck',
        work: `\`fsck\` of ${count.toLocaleString('en')} objects of 1 KiB and one of 2 GiB`,
        goal: times(1.1, 'openssl sha256'),
      },
    ],
    shared(turn) {
      const dir = mlopsRepository(turn);
      manyFiles(join(dir, 'data'), count, 1024);
      bigFile(join(dir, 'large.bin'), scale(2 * GIB));
      turn.do([...mlops, 'add', 'data', 'large.bin'], dir);
    },
    tools: {
      mlops: (turn, shared) => turn.measure('fsck', [...mlops, 'fsck'], join(shared, 'repository')),
      ...(openssl && {
        'openssl sha256': (turn, shared) =>
          turn.measure('fsck', ['sh', '-c', `find ${store} -type f -exec ${openssl} sha256 {} +`], shared),
      }),
    },
  };
}
