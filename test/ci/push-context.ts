import type { CiContext } from '../../src/ci/context.ts';

/** A push to the default branch on GitHub; what else a test needs, it says. */
export const PUSH: CiContext = {
  host: 'github',
  event: 'push',
  eventName: 'push',
  repository: undefined,
  pull: undefined,
  ranFor: undefined,
  branch: 'main',
  defaultBranch: 'main',
  guard: 'unknown',
  head: undefined,
  before: undefined,
  runUrl: undefined,
  run: undefined,
};
