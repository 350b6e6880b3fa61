import { defineConfig } from 'vitest/config';
import { testReporters } from './test/reporters.ts';

// Suites against real peers (versitygw, MinIO, scikit-learn, DVC): what is missing on a machine is said and counted as skipped.
export default defineConfig({
  test: {
    reporters: testReporters(),
    include: ['test/integration/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 1,
  },
});
