import { defineConfig } from 'vitest/config';
import { testReporters } from './test/reporters.ts';

export default defineConfig({
  // GitHub's workflow parser imports JSON as only bundlers do, and its source maps lead nowhere, which Vite warns of file by file.
  logLevel: 'error',
  test: {
    reporters: testReporters(),
    server: { deps: { inline: [/@actions\/workflow-parser/] } },
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    exclude: ['test/integration/**', 'test/faults/**', 'node_modules/**'],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    maxWorkers: 2,
    pool: 'forks',
  },
});
