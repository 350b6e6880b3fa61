// Pipelines of stages that copy a file each: what the tool itself costs.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { copyStages, sleepStages } from '../files.mjs';
import { seconds } from '../goal.mjs';
import { commitAll, dvcRepository, mlopsRepository } from '../repositories.mjs';
import { dvc, mlops } from '../tools.mjs';

/** DVC takes minutes from here on: 343 stages took it 159 s, 1,000 were not done after 550 s. */
const DVC_STAGES = 100;

const repro = [
  { count: 100, first: seconds(1), noop: seconds(0.15) },
  { count: 1000, first: seconds(10), noop: seconds(0.5), slow: true },
];

export const cases = [
  ...repro.map(({ count, first, noop, slow }) => ({
    name: `repro-${count}`,
    slow,
    rows: [
      { phase: 'first', work: `\`repro\` of ${count.toLocaleString('en')} trivial stages`, goal: first },
      { phase: 'noop', work: `no-op \`repro\`, ${count.toLocaleString('en')} stages`, goal: noop },
    ],
    tools: {
      mlops(turn) {
        const dir = mlopsRepository(turn);
        copyStages(dir, 'pipeline.yaml', count);
        commitAll(turn, dir);
        turn.settle();
        turn.measure('first', [...mlops, 'repro'], dir);
        turn.measure('noop', [...mlops, 'repro'], dir, 3);
      },
      ...(dvc &&
        count <= DVC_STAGES && {
          DVC(turn) {
            const dir = dvcRepository(turn);
            copyStages(dir, 'dvc.yaml', count);
            commitAll(turn, dir);
            turn.settle();
            turn.measure('first', [...dvc, 'repro'], dir);
            turn.measure('noop', [...dvc, 'repro'], dir);
          },
        }),
    },
  })),
  {
    name: 'noop-10000',
    slow: true,
    repeats: 1,
    rows: [{ phase: 'noop', work: 'no-op `repro`, 10,000 stages', goal: seconds(3) }],
    tools: {
      // The outs are there and accepted with `commit`: how they came about makes no difference to a no-op.
      mlops(turn) {
        const dir = mlopsRepository(turn);
        copyStages(dir, 'pipeline.yaml', 10_000);
        cpSync(join(dir, 'in'), join(dir, 'out'), { recursive: true });
        turn.do([...mlops, 'commit'], dir);
        commitAll(turn, dir);
        turn.settle();
        turn.measure('noop', [...mlops, 'repro'], dir, 3);
      },
    },
  },
  {
    name: 'parallel',
    rows: [{ phase: 'naps', work: '8 stages of `sleep 1` (`-j 8`; DVC runs one at a time)' }],
    tools: {
      mlops(turn) {
        const dir = mlopsRepository(turn);
        sleepStages(dir, 'pipeline.yaml', 8);
        turn.measure('naps', [...mlops, 'repro', '-j', '8'], dir);
      },
      ...(dvc && {
        DVC(turn) {
          const dir = dvcRepository(turn);
          sleepStages(dir, 'dvc.yaml', 8);
          turn.measure('naps', [...dvc, 'repro'], dir);
        },
      }),
    },
  },
];
