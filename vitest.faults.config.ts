import { defineConfig } from 'vitest/config';
import { testReporters } from './test/reporters.ts';

// The suite that breaks things: kills, full disks, damaged bytes, lost connections. It needs the built program.
export default defineConfig({
  test: {
    reporters: testReporters(),
    include: ['test/faults/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: 'forks',
  },
});
