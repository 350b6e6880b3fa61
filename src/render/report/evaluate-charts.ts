// The pictures of an evaluation: ROC, precision and recall, calibration; residuals and fit for regression.
import { histogram } from '../chart/histogram.ts';
import { type Line, lineChart, SERIES } from '../chart/lines.ts';
import { nice } from '../chart/scale.ts';
import { h, type Markup } from '../markup.ts';
import { chartCard, type LineCard, namesOf } from './chart-card.ts';
import { chosenMarks, markWords, thresholdsTable } from './curve-thresholds.ts';
import { calibrationCards } from './evaluate-calibration.ts';
import { score, shares } from './parts.ts';
import type { Curve, EvaluateDetails, EvaluateReport } from './types.ts';

const UNIT = [0, 1] as const;

export function evaluateCharts(report: EvaluateReport, details: EvaluateDetails): Markup | undefined {
  const cards = [
    roc(report, details.roc ?? []),
    precisionRecall(report, details.pr ?? []),
    ...calibrationCards(report, details),
    scores(details),
    actualByPredicted(details),
    residuals(details),
  ].filter((each): each is Markup => each !== undefined);
  return cards.length === 0 ? undefined : h('div', { class: 'grid' }, cards);
}

/** More lines than there are dashes would be noise: the first are drawn, the rest are named in the words. */
function linesOf(curves: readonly Curve[]): { readonly lines: Line[]; readonly rest: string } {
  const usable = curves.filter(({ x }) => x.length > 1);
  const lines = usable.slice(0, SERIES).map(({ label, x, y }) => ({
    name: String(label),
    points: x.map((each, at) => [each, y[at]!] as const),
  }));
  const more = usable.length - lines.length;
  return { lines, rest: more > 0 ? ` Only ${SERIES} of the classes are drawn.` : '' };
}

function roc(report: EvaluateReport, curves: readonly Curve[]): Markup | undefined {
  const drawn = rocChart(report, curves);
  return (
    drawn && chartCard('ROC', drawn.words, [drawn.picture, thresholdsTable(curves)], namesOf(drawn.lines))
  );
}

export function rocChart(report: EvaluateReport, curves: readonly Curve[]): LineCard | undefined {
  const { lines, rest } = linesOf(curves);
  if (lines.length === 0) return undefined;
  const area = report.metrics['roc_auc'] ?? report.metrics['roc_auc_ovr'];
  const marks = chosenMarks(report, ({ false_positive_rate, recall }) => [false_positive_rate, recall]);
  const words = `Area ${score(area)}; the dotted line is guessing.${rest}${markWords(marks)}`;
  const picture = lineChart({
    title: 'ROC curve',
    desc: words,
    lines,
    x: { label: 'false positive rate', domain: UNIT },
    y: { label: 'true positive rate', domain: UNIT },
    guide: [
      [0, 0],
      [1, 1],
    ],
    marks,
  });
  return { title: 'ROC curve', words, picture, lines };
}

function precisionRecall(report: EvaluateReport, curves: readonly Curve[]): Markup | undefined {
  const { lines, rest } = linesOf(curves);
  if (lines.length === 0) return undefined;
  const average = report.metrics['average_precision'];
  const base = positiveShare(report);
  const marks = chosenMarks(report, ({ recall, precision }) => [recall, precision]);
  const words = [
    average === undefined || average === null ? '' : `Average precision ${score(average)}. `,
    base === undefined ? '' : 'The dotted line is guessing.',
    rest,
    markWords(marks),
  ]
    .join('')
    .trim();
  const picture = lineChart({
    title: 'Precision and recall',
    desc: words,
    lines,
    x: { label: 'recall', domain: UNIT },
    y: { label: 'precision', domain: UNIT },
    marks,
    ...(base === undefined
      ? {}
      : {
          guide: [
            [0, base],
            [1, base],
          ] as const,
        }),
  });
  return chartCard('Precision and recall', words, picture, namesOf(lines));
}

function positiveShare(report: EvaluateReport): number | undefined {
  const total = report.classes?.reduce((sum, each) => sum + each.support, 0) ?? 0;
  const positive = report.classes?.find(({ label }) => label === report.mapping.positive);
  return positive && total > 0 ? positive.support / total : undefined;
}

function scores(details: EvaluateDetails): Markup | undefined {
  const [found] = details.scores ?? [];
  if (!found) return undefined;
  const words = `Scores of ${found.label}: rows that are (outline) apart from rows that are not (filled).`;
  const picture = histogram({
    title: `Scores of ${found.label}`,
    desc: words,
    edges: found.of.edges,
    reference: shares(found.others.counts),
    current: shares(found.of.counts),
    names: [`not ${found.label}`, String(found.label)],
    label: 'score',
  });
  return chartCard('Scores', words, picture, []);
}

function actualByPredicted(details: EvaluateDetails): Markup | undefined {
  const groups = details.regression?.by_prediction ?? [];
  if (groups.length === 0) return undefined;
  const values = groups.flatMap(({ predicted, actual }) => [predicted, actual]);
  const domain = nice([Math.min(...values), Math.max(...values)], 5);
  const words = 'Mean truth of rows with like predictions. A perfect model lies on the dotted line.';
  const picture = lineChart({
    title: 'Actual against predicted',
    desc: words,
    lines: [
      {
        name: 'actual',
        points: groups.map(({ predicted, actual }) => [predicted, actual] as const),
        weights: groups.map(({ count }) => count),
      },
    ],
    x: { label: 'predicted', domain },
    y: { label: 'actual', domain },
    guide: [
      [domain[0], domain[0]],
      [domain[1], domain[1]],
    ],
  });
  return chartCard('Actual against predicted', words, picture, []);
}

function residuals(details: EvaluateDetails): Markup | undefined {
  const found = details.regression?.residuals;
  if (!found || found.counts.length === 0) return undefined;
  const words = 'Prediction minus truth: narrow and around zero is good, off centre is bias.';
  const picture = histogram({
    title: 'Errors',
    desc: words,
    edges: found.edges,
    reference: shares(found.counts),
    label: 'prediction − truth',
  });
  return chartCard('Errors', words, picture, []);
}
