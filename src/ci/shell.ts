// Anywhere else: Jenkins, Buildkite, a laptop. What is checked out says the rest.
import { fail } from '../core/failure.ts';
import type { CiContext, Surroundings, Told } from './context.ts';

export function shellContext({ head, branch }: Surroundings, told: Told): CiContext {
  const { event = told.number === undefined ? 'manual' : 'pull_request', number, base } = told;
  if (number !== undefined && event !== 'pull_request')
    fail('usage', `--number is of a pull request, and --event says ${event}`);
  return {
    host: 'shell',
    event,
    eventName: event,
    repository: undefined,
    pull:
      number === undefined || head === undefined
        ? undefined
        : {
            number,
            head: { sha: head, branch: branch ?? '', repository: '' },
            base: { sha: undefined, branch: base ?? '' },
            // Whoever types the number knows what is checked out.
            fork: false,
          },
    ranFor: undefined,
    branch,
    defaultBranch: undefined,
    guard: 'unknown',
    head,
    before: undefined,
    runUrl: undefined,
  };
}
