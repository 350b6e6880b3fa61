import { defineConfig } from 'vitest/config';
import { testReporters } from './test/reporters.ts';

// Suites against real peers (versitygw, MinIO, scikit-learn, DVC): what is missing on a machine is said and counted as skipped.
export default defineConfig({
  // GitHub's workflow parser imports JSON as only bundlers do, and its source maps lead nowhere, which Vite warns of file by file.
  logLevel: 'error',
  test: {
    reporters: testReporters(),
    server: { deps: { inline: [/@actions\/workflow-parser/] } },
    include: ['test/integration/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 1,
  },
});
