import { defineConfig } from 'vitest/config';
import { testReporters } from './test/reporters.ts';

export default defineConfig({
  test: {
    reporters: testReporters(),
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    exclude: ['test/integration/**', 'test/faults/**', 'node_modules/**'],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    maxWorkers: 2,
    pool: 'forks',
  },
});
