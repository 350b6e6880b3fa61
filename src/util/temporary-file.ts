import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

/**
 * A name that nobody has: hidden, so that a listing of a user's folder stays readable while it is written, and ours, so
 * that what a killed process left there is never taken for the user's.
 */
export function temporaryFile(dir: string): string {
  return join(dir, `.mlops-${process.pid}-${randomBytes(8).toString('hex')}.tmp`);
}

export function isTemporary(name: string): boolean {
  return name.startsWith('.mlops-') && /^\.mlops-\d+-[0-9a-f]{16}\.tmp$/.test(name);
}
