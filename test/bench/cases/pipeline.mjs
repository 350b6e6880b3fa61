// Pipelines of stages that copy a file each: what the tool itself costs.
import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { contents, copyStages, sleepStages } from '../files.mjs';
import { seconds } from '../goal.mjs';
import { commitAll, dvcRepository, mlopsRepository } from '../repositories.mjs';
import { dvc, mlops } from '../tools.mjs';

/** DVC takes minutes from here on: 343 stages took it 159 s, 1,000 were not done after 550 s. */
const DVC_STAGES = 100;

const sizes = [
  { count: 100, first: seconds(1), noop: seconds(0.15) },
  { count: 1000, first: seconds(10), noop: seconds(0.5) },
];

export function cases(scale) {
  return [
    ...sizes.map((size) => reproCase(scale, size)),
    restoreCase(scale(100)),
    noopCase(scale(10_000)),
    parallelCase(8),
  ];
}

function reproCase(scale, { count: full, first, noop }) {
  const count = scale(full);
  return {
    name: `repro-${full}`,
    rows: [
      { phase: 'first', work: `\`repro\` of ${count.toLocaleString('en')} trivial stages`, goal: first },
      { phase: 'noop', work: `no-op \`repro\`, ${count.toLocaleString('en')} stages`, goal: noop },
    ],
    tools: {
      mlops(turn) {
        const dir = copying(turn, mlopsRepository(turn), 'pipeline.yaml', count);
        turn.measure('first', [...mlops, 'repro'], dir);
        turn.measure('noop', [...mlops, 'repro'], dir, 3);
      },
      ...(dvc &&
        count <= DVC_STAGES && {
          DVC(turn) {
            const dir = copying(turn, dvcRepository(turn), 'dvc.yaml', count);
            turn.measure('first', [...dvc, 'repro'], dir);
            turn.measure('noop', [...dvc, 'repro'], dir);
          },
        }),
    },
  };
}

/** Outs that are gone, then the lock as well: nothing is run, all comes from the store. */
function restoreCase(count) {
  const restore = (tool, file, lock, repository) => (turn) => {
    const dir = copying(turn, repository(turn), file, count);
    const moved = turn.folder('moved-away');
    turn.do([...tool, 'repro'], dir);
    for (const [phase, gone] of [
      ['lock', ['out']],
      ['run-cache', ['out', lock]],
    ]) {
      for (const name of gone) renameSync(join(dir, name), join(moved, `${phase}-${name}`));
      turn.settle();
      turn.measure(phase, [...tool, 'repro'], dir);
      turn.expect(join(dir, 'out'), contents(join(moved, `${phase}-out`)));
    }
  };
  return {
    name: 'restore-100',
    rows: [
      { phase: 'lock', work: `\`repro\` of ${count} stages whose outs are gone` },
      { phase: 'run-cache', work: '… and the lock too' },
    ],
    tools: {
      mlops: restore(mlops, 'pipeline.yaml', 'pipeline.lock', mlopsRepository),
      ...(dvc && { DVC: restore(dvc, 'dvc.yaml', 'dvc.lock', dvcRepository) }),
    },
  };
}

function copying(turn, dir, file, count) {
  copyStages(dir, file, count);
  commitAll(turn, dir);
  turn.settle();
  return dir;
}

function noopCase(count) {
  return {
    name: 'noop-10000',
    repeats: 1,
    rows: [
      { phase: 'noop', work: `no-op \`repro\`, ${count.toLocaleString('en')} stages`, goal: seconds(3) },
    ],
    tools: {
      // The outs are there and accepted with `commit`: how they came about makes no difference to a no-op.
      mlops(turn) {
        const dir = mlopsRepository(turn);
        copyStages(dir, 'pipeline.yaml', count);
        cpSync(join(dir, 'in'), join(dir, 'out'), { recursive: true });
        turn.do([...mlops, 'commit'], dir);
        commitAll(turn, dir);
        turn.settle();
        turn.measure('noop', [...mlops, 'repro'], dir, 3);
      },
    },
  };
}

function parallelCase(count) {
  return {
    name: 'parallel',
    rows: [
      { phase: 'naps', work: `${count} stages of \`sleep 1\` (\`-j ${count}\`; DVC runs one at a time)` },
    ],
    tools: {
      mlops(turn) {
        const dir = mlopsRepository(turn);
        sleepStages(dir, 'pipeline.yaml', count);
        turn.measure('naps', [...mlops, 'repro', '-j', `${count}`], dir);
      },
      ...(dvc && {
        DVC(turn) {
          const dir = dvcRepository(turn);
          sleepStages(dir, 'dvc.yaml', count);
          turn.measure('naps', [...dvc, 'repro'], dir);
        },
      }),
    },
  };
}
