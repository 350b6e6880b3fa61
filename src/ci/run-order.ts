import type { RunOrder } from './context.ts';

/** Of what a host says; an attempt that it does not count is the first. Undefined for what is no number. */
export function runOrder(
  id: string | number | undefined,
  attempt: string | number | undefined,
): RunOrder | undefined {
  if (!isCount(id)) return undefined;
  return { id: Number(id), attempt: isCount(attempt) ? Number(attempt) : 1 };
}

function isCount(value: string | number | undefined): boolean {
  return /^\d{1,15}$/.test(String(value ?? ''));
}
