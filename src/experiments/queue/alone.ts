// One at a time changes which tickets there are: names stay unique, and a ref whose ticket is on its way is not taken for
// one that was left behind.
import { claimWork } from '../../run/claims.ts';
import type { Queue } from './queue.ts';

export async function aloneInLine<T>(queue: Queue, what: string, work: () => T | Promise<T>): Promise<T> {
  const claim = await claimWork(queue.work, { name: 'line', what });
  try {
    return await work();
  } finally {
    claim.release();
  }
}
