import { fail } from '../../core/failure.ts';

/** Typed after `flag`. @throws MlopsError `usage` */
export function wholeNumber(flag: string, typed: string, from: number): number {
  const value = Number(typed);
  return /^\d+$/.test(typed) && Number.isSafeInteger(value) && value >= from
    ? value
    : fail('usage', `${flag} "${typed}" is no whole number from ${from} on`);
}
