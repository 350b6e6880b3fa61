// Columns side by side: measured one by one, decided together.
import type { Finding } from '../../core/finding.ts';
import type { Column } from '../frame/frame.ts';
import { checkCells } from './cell-checks.ts';
import type { Chunks } from './chunks.ts';
import { adjust, decide, drifted, reasonFor } from './decide.ts';
import { type ColumnPair, type Draft, draftOf, isTested } from './draft.ts';
import { NO_STATISTICS } from './measure.ts';
import type { DriftOptions } from './options.ts';
import type { ColumnCourse, ColumnReport, Histogram } from './report.ts';
import { missingShare } from './sides.ts';
import type { Chunk } from './split.ts';

export interface Compared {
  readonly columns: readonly ColumnReport[];
  readonly findings: readonly Finding[];
  readonly histograms: readonly Histogram[];
  /** Share of the reference's parts whose mean effect lies below that of the current rows; null under two parts. */
  readonly unusualness: number | null;
  readonly courses: readonly ColumnCourse[];
}

/** One family: p-values are corrected over `pairs`. `chunks` calibrate limits, columns are followed over `over`. */
export function compareColumns(
  pairs: readonly ColumnPair[],
  options: DriftOptions,
  chunks: Chunks,
  over: readonly Chunk[] = [],
): Compared {
  const drafts = pairs.map((pair) => draftOf(pair, options, chunks, over));
  const tested = drafts.filter((draft) => draft.measured !== null);
  const adjusted = adjust(
    tested.map(({ measured }) => measured!.p),
    options.correction,
  );
  const decided = new Map(tested.map((draft, i) => [draft, adjusted[i]!]));
  const checks = checkCells(drafts, options);
  const columns = drafts.map((draft) =>
    reportOf(draft, decided.get(draft), checks.get(draft) ?? [], options),
  );
  return {
    columns,
    findings: drafts.flatMap((draft) => [...draftFindings(draft), ...(checks.get(draft) ?? [])]),
    histograms: tested.map(({ pair, measured }) => ({
      column: pair.name,
      role: pair.role,
      ...measured!.histogram,
    })),
    unusualness: unusualness(tested, chunks),
    courses: tested.flatMap(({ course }) => (course ? [course] : [])),
  };
}

function draftFindings({ pair, measured, status, reason }: Draft): Finding[] {
  if (measured) return [];
  const finding = { subject: pair.name, status, message: reason, value: null, limit: null };
  return [{ check: status === 'error' ? 'column' : isTested(pair.kind) ? 'rows' : 'kind', ...finding }];
}

function reportOf(
  draft: Draft,
  adjusted: number | undefined,
  checks: readonly Finding[],
  options: DriftOptions,
): ColumnReport {
  const { pair, measured } = draft;
  const decision = measured && adjusted !== undefined ? decide(measured, adjusted, draft.limits) : null;
  const moved = decision !== null && drifted(decision, options.alpha);
  const reasons = [
    decision ? reasonFor(decision, options.alpha) : draft.reason,
    ...checks.map(({ message }) => message),
  ];
  return {
    column: pair.name,
    role: pair.role,
    kind: pair.kind,
    status: moved || checks.length > 0 ? 'warn' : decision ? 'pass' : draft.status,
    drifted: moved,
    reason: reasons.join('; '),
    rows: { reference: lengthOf(pair.reference), current: lengthOf(pair.current) },
    missing: {
      reference: draft.reference ? missingShare(draft.reference) : 0,
      current: draft.current ? missingShare(draft.current) : 0,
    },
    out_of_range: measured && pair.kind === 'numeric' ? measured.strangers.share : null,
    unseen: measured && pair.kind === 'categorical' ? measured.strangers.share : null,
    decides: decision,
    ...(measured?.statistics ?? NO_STATISTICS),
  };
}

function lengthOf(column: Column): number {
  return column.kind === 'categorical' ? column.codes.length : column.values.length;
}

function unusualness(tested: readonly Draft[], chunks: Chunks): number | null {
  if (chunks.length < 2 || tested.length === 0) return null;
  const meanOf = (of: (draft: Draft) => number) =>
    tested.reduce((sum, draft) => sum + of(draft), 0) / tested.length;
  const now = meanOf(({ measured, limits }) => measured!.effects[limits.effect]!);
  const below = chunks.filter((_, i) => meanOf((draft) => draft.chunkEffects[i]!) < now);
  return below.length / chunks.length;
}
