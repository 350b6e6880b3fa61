// What the reports of checks share: findings, and how many of each kind as metrics, so that they can be followed over time.
import type { Finding, FindingStatus } from '../core/finding.ts';

export interface FindingCounts {
  readonly passed: number;
  readonly warned: number;
  readonly failed: number;
  readonly skipped: number;
  /** Checks that could not be done. */
  readonly errors: number;
}

export interface FindingsReport {
  readonly schema: string;
  readonly stage: string;
  /** Some have more of them. */
  readonly metrics: FindingCounts;
  readonly findings: readonly Finding[];
}

export function countFindings(findings: readonly Finding[]): FindingCounts {
  const count = (status: FindingStatus): number => findings.filter((each) => each.status === status).length;
  return {
    passed: count('pass'),
    warned: count('warn'),
    failed: count('fail'),
    skipped: count('skipped'),
    errors: count('error'),
  };
}

/** Worst first, as they should be read; equals keep their order. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => SEVERITY.indexOf(a.status) - SEVERITY.indexOf(b.status));
}

const SEVERITY: readonly FindingStatus[] = ['error', 'fail', 'warn', 'skipped', 'pass'];
