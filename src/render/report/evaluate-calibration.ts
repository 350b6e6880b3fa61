// Whether scores can be read as probabilities, drawn and in words.
import { formatCount } from '../../util/units.ts';
import { lineChart, SERIES } from '../chart/lines.ts';
import { h, type Markup } from '../markup.ts';
import { chartCard, type LineCard, namesOf } from './chart-card.ts';
import { dataTable, score } from './parts.ts';
import type { CalibrationBin, EvaluateDetails, EvaluateReport } from './types.ts';

const UNIT = [0, 1] as const;

/** Of two classes the positive one; of more the predicted class of each row, and each class beside it. */
export function calibrationCards(report: EvaluateReport, details: EvaluateDetails): (Markup | undefined)[] {
  const main = calibration(...leading(report, details));
  return details.calibration_top
    ? [main, calibration('Calibration by class', undefined, details.calibration ?? [])]
    : [main];
}

/** The first of them alone. */
export function leadingCalibration(report: EvaluateReport, details: EvaluateDetails): LineCard | undefined {
  return calibrationChart(...leading(report, details));
}

function leading(report: EvaluateReport, details: EvaluateDetails): Parameters<typeof calibrationChart> {
  const top = details.calibration_top;
  return top
    ? ['Calibration of the predicted class', report, [{ label: 'predicted class', bins: top }]]
    : ['Calibration', report, details.calibration ?? []];
}

type Calibrated = readonly { readonly label: string | number; readonly bins: readonly CalibrationBin[] }[];

function calibration(
  title: string,
  report: EvaluateReport | undefined,
  curves: Calibrated,
): Markup | undefined {
  const drawn = calibrationChart(title, report, curves);
  return drawn && chartCard(title, drawn.words, [drawn.picture, binsTable(curves)], namesOf(drawn.lines));
}

function calibrationChart(
  title: string,
  report: EvaluateReport | undefined,
  curves: Calibrated,
): LineCard | undefined {
  const lines = curves
    .map(({ label, bins }) => {
      const filled = bins.filter(({ count }) => count > 0);
      const ranges = filled.flatMap(({ interval }) => (interval ? [interval] : []));
      return {
        name: String(label),
        points: filled.map(({ score: mean, share }) => [mean, share] as const),
        weights: filled.map(({ count }) => count),
        // Bars of several lines hide each other.
        ...(curves.length === 1 && ranges.length === filled.length ? { ranges } : {}),
      };
    })
    .filter(({ points }) => points.length > 0)
    .slice(0, SERIES);
  if (lines.length === 0) return undefined;
  const bars = lines[0]!.ranges ? ' A bar through a ring is its 95 % interval.' : '';
  const words = `Of rows scored 0.8, eight in ten should be right: on the dotted line. Larger rings, more rows.${bars}${calibrationWords(report)}`;
  const picture = lineChart({
    title,
    desc: words,
    lines,
    x: { label: 'mean score', domain: UNIT },
    y: { label: 'share that was true', domain: UNIT },
    guide: [
      [0, 0],
      [1, 1],
    ],
  });
  return { title, words, picture, lines };
}

function calibrationWords(report: EvaluateReport | undefined): string {
  const found = report?.calibration;
  if (!found) return '';
  return ` On average a score is ${inPoints(found.expected)} away from what came true (expected calibration error), at most ${inPoints(found.maximum)} in a bin.`;
}

function inPoints(share: number): string {
  return `${Number((100 * share).toPrecision(2))} percentage points`;
}

/** The same as text. */
function binsTable(curves: Calibrated): Markup | undefined {
  if (curves.length !== 1) return undefined;
  return h(
    'details',
    {},
    h('summary', {}, 'Numbers'),
    dataTable(
      [
        { title: 'mean score', class: 'num' },
        { title: 'was true', class: 'num' },
        { title: '95 %', class: 'num' },
        { title: 'rows', class: 'num' },
      ],
      curves[0]!.bins.map(({ score: mean, share, interval, count }) => [
        score(mean),
        score(share),
        interval ? `${score(interval[0])} … ${score(interval[1])}` : '–',
        formatCount(count),
      ]),
    ),
  );
}
