// Whether a server keeps a condition on a put: half of the compatible ones ignore it, or let several of a race win. What
// must have one winner (gc epochs) is refused where it does not.
import { randomUUID } from 'node:crypto';
import { textBody } from './body.ts';
import type { Remote } from './remote.ts';

const RACERS = 8;

/** Writes a few small names under `probe/` and removes them. 'raced' when only writers at one time are let through. */
export async function probeConditionalPuts(remote: Remote): Promise<'kept' | 'raced' | 'ignored'> {
  const taken = `probe/${randomUUID()}`;
  const raced = `probe/${randomUUID()}`;
  try {
    await remote.write(taken, textBody('first'), 'new');
    if ((await remote.write(taken, textBody('second'), 'new')) === 'written') return 'ignored';
    const answers = await Promise.all(
      Array.from({ length: RACERS }, (_, racer) => remote.write(raced, textBody(`racer ${racer}`), 'new')),
    );
    return answers.filter((answer) => answer === 'written').length === 1 ? 'kept' : 'raced';
  } finally {
    await remote.remove([taken, raced]);
  }
}
