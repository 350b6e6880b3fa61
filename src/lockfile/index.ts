export { fingerprintKey } from '../core/key.ts';
export { readLock } from './read.ts';
export { writeLock } from './write.ts';
