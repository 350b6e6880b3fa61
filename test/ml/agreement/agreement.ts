// How far our numbers are from those of the tool that people trust, case by case.

/** One row of docs/agreement.md. */
export interface Agreement {
  /** Which part of mlops, for the table's order: `metrics`, `drift`, `explain`, … */
  readonly part: string;
  /** What is compared: `roc_auc`, `KS p-value`, … */
  readonly subject: string;
  /** Name and version of the tool that gave the reference numbers. */
  readonly tool: string;
  /** Script under fixtures/ that made them. */
  readonly script: string;
  readonly cases: number;
  readonly tolerance: number;
  readonly measure: 'relative' | 'absolute';
  /** Largest difference of all cases. */
  readonly worst: number;
}

export interface Compared {
  readonly ours: number;
  readonly theirs: number;
}

/** Relative difference where the reference is over `small`, else absolute; NaN on one side only is infinitely far. */
export function agreementOf(
  about: Omit<Agreement, 'cases' | 'worst'>,
  compared: readonly Compared[],
  small = 1e-300,
): Agreement {
  const far = compared.map(({ ours, theirs }) => {
    if (Number.isNaN(ours) && Number.isNaN(theirs)) return 0;
    if (ours === theirs) return 0;
    const difference = Math.abs(ours - theirs);
    const relative = about.measure === 'relative' && Math.abs(theirs) > small;
    const distance = relative ? difference / Math.abs(theirs) : difference;
    return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
  });
  return { ...about, cases: compared.length, worst: far.reduce((worst, each) => Math.max(worst, each), 0) };
}
