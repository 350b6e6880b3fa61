// One thing that was looked at, and what came of it.
import { MlopsError } from '../../core/failure.ts';
import type { Check } from '../../render/data/doctor.ts';
import { placeOf } from '../../render/failure.ts';

export function ok(what: string, text: string): Check {
  return { what, status: 'ok', text };
}

export function note(what: string, text: string, help?: string): Check {
  return { what, status: 'note', text, ...(help === undefined ? {} : { help }) };
}

export function broken(what: string, text: string, help?: string): Check {
  return { what, status: 'broken', text, ...(help === undefined ? {} : { help }) };
}

/** Of several failures the first, with how many there are. Anything but a failure is thrown on. */
export function failed(what: string, status: 'note' | 'broken', error: unknown): Check {
  if (!(error instanceof MlopsError)) throw error;
  const [first, ...others] = error.failures;
  const { message, where, help } = first!;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const text = `${where ? `${placeOf(where)}: ` : ''}${message}${more}`;
  return { what, status, text, ...(help === undefined ? {} : { help }) };
}
