// A remote that may be away: whoever runs without credentials asks it, and makes again what it does not give.
import { MlopsError } from '../core/failure.ts';
import type { RunContext } from './context.ts';

/**
 * Whether `ask` could ask the remote; when not, that is said and the remote is asked no more.
 * @throws what `ask` throws, where the remote is needed or the trouble is another
 */
export async function orAway(
  context: Pick<RunContext, 'remoteIs' | 'remoteRuns' | 'report' | 'signal'>,
  ask: () => Promise<void>,
): Promise<'asked' | 'away'> {
  try {
    await ask();
    return 'asked';
  } catch (error) {
    const away = error instanceof MlopsError && error.failures.every(({ exit }) => exit === 'remote');
    if (!away || context.remoteIs === 'needed' || context.signal.aborted) throw error;
    const { message, help } = error.failures[0]!;
    const text = `nothing is fetched, and what can be made is made here: ${message}`;
    if (context.remoteRuns?.leave() !== 'before')
      context.report({ kind: 'warning', text, ...(help ? { help } : {}) });
    return 'away';
  }
}
