// What judging the gates of a stage says (mlops.gates/1): kept in the run record, in no out.
export interface GateResult {
  readonly metric: string;
  /** null: the whole data. */
  readonly slice: { readonly [column: string]: string | number | boolean | null } | null;
  readonly rule: string;
  readonly limit: number | string | readonly string[];
  readonly value: number | string | null;
  readonly baseline: number | null;
  readonly change: number | null;
  readonly interval: readonly [number, number] | null;
  readonly passed: boolean;
  /** A whole sentence's clause: `accuracy 0.833 is under min 0.9`. */
  readonly reason: string;
}

export interface GatesResult {
  readonly schema: 'mlops.gates/1';
  readonly stage: string;
  readonly passed: boolean;
  /** No baseline: rules about change were not judged, limits on values were. */
  readonly first_run: boolean;
  readonly baseline: {
    readonly from: string;
    readonly commit: string | null;
    readonly same_data: boolean;
  } | null;
  readonly results: readonly GateResult[];
  readonly notes: readonly string[];
}

/** Of what was judged on the report alone, with no other to compare with. */
export function judgedAlone(
  stage: string,
  results: readonly GateResult[],
  notes: readonly string[] = [],
): GatesResult {
  const passed = results.every((each) => each.passed);
  return { schema: 'mlops.gates/1', stage, passed, first_run: false, baseline: null, results, notes };
}

/** What a result of the whole data says where nothing was compared. */
export const WITHOUT_BASELINE = { slice: null, baseline: null, change: null, interval: null } as const;
