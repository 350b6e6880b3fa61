// Starting, and a status that has nothing to look at.
import { over } from '../goal.mjs';
import { dvcRepository, mlopsRepository } from '../repositories.mjs';
import { dvc, mlops, node } from '../tools.mjs';

const SAMPLES = 7;

export function cases() {
  return [
    {
      name: 'start',
      rows: [
        { phase: 'version', work: '`--version`', goal: over('node', 40) },
        { phase: 'status', work: '`status` in an empty repository', goal: over('node', 100) },
      ],
      tools: {
        mlops(turn) {
          const dir = mlopsRepository(turn);
          turn.measure('version', [...mlops, '--version'], dir, SAMPLES);
          turn.measure('status', [...mlops, 'status'], dir, SAMPLES);
        },
        node(turn) {
          turn.measure('version', [...node, '-e', '0'], turn.dir, SAMPLES);
          turn.measure('status', [...node, '-e', '0'], turn.dir, SAMPLES);
        },
        ...(dvc && {
          DVC(turn) {
            const dir = dvcRepository(turn);
            turn.measure('version', [...dvc, '--version'], dir, SAMPLES);
            turn.measure('status', [...dvc, 'status'], dir, SAMPLES);
          },
        }),
      },
    },
  ];
}
