// Thresholds of a curve: the advised one as a dot, and some of all as a table.
import { h, type Markup } from '../markup.ts';
import { dataTable, score } from './parts.ts';
import type { Curve, EvaluateReport, ThresholdOutcome } from './types.ts';

type Marks = readonly { readonly at: readonly [number, number]; readonly text: string }[];

/** Where the advised threshold lies on a curve. */
export function chosenMarks(
  { decide }: EvaluateReport,
  place: (outcome: ThresholdOutcome) => readonly [number | null, number | null],
): Marks {
  const chosen = decide?.chosen;
  if (!chosen || chosen.threshold === null) return [];
  const [x, y] = place(chosen);
  return x === null || y === null ? [] : [{ at: [x, y], text: `from ${chosen.threshold}` }];
}

export function markWords(marks: Marks): string {
  return marks.length === 0 ? '' : ' The dot is the advised threshold.';
}

/** What a reader wants of a curve without a ruler: few of its points, with their thresholds. */
export function thresholdsTable(curves: readonly Curve[]): Markup | undefined {
  const [curve] = curves;
  if (curves.length !== 1 || !curve?.thresholds) return undefined;
  const { x, y, thresholds } = curve;
  const step = Math.max(1, Math.floor(thresholds.length / ROWS));
  const rows = thresholds.flatMap((threshold, at) =>
    threshold === null || (at % step !== 0 && at !== thresholds.length - 1)
      ? []
      : [[score(threshold), score(x[at]), score(y[at])]],
  );
  return h(
    'details',
    {},
    h('summary', {}, 'Thresholds'),
    dataTable(
      [
        { title: 'from score', class: 'num' },
        { title: 'false positive rate', class: 'num' },
        { title: 'true positive rate', class: 'num' },
      ],
      rows,
    ),
  );
}
const ROWS = 20;
