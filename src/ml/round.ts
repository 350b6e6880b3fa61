/**
 * The same value with every number at 12 significant digits: reports are hashed, and the last digits of a sum depend on
 * the order of its terms. NaN and infinities become null, undefined values go.
 */
export function roundNumbers<T>(value: T): T {
  if (typeof value === 'number') return (Number.isFinite(value) ? Number(value.toPrecision(12)) : null) as T;
  if (Array.isArray(value)) return value.map(roundNumbers) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, roundNumbers(each)])) as T;
}
