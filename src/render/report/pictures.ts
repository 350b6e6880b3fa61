// The pictures of a report that say most to who reviews a change: where a model is right, how it ranks, whether its scores
// can be believed; which columns moved.
import type { JsonObject } from '../../core/json.ts';
import type { ConfusionFigure } from '../../plots/figure.ts';
import { percent } from '../chart/frame.ts';
import { lineKey } from '../chart/lines.ts';
import { CHART_FILE_CSS } from '../chart/style.ts';
import { byUrgency } from '../drift-order.ts';
import type { Picture } from '../picture.ts';
import { rightShare } from '../plots/finding.ts';
import { plotPictures } from '../plots/svg-file.ts';
import type { LineCard } from './chart-card.ts';
import { DISTRIBUTION_KEY, distributions, effectInWords } from './distributions.ts';
import { leadingCalibration } from './evaluate-calibration.ts';
import { rocChart } from './evaluate-charts.ts';
import type { ColumnReport, DriftDetails, DriftReport, EvaluateDetails, EvaluateReport } from './types.ts';

/** Columns that moved. */
const MOST_COLUMNS = 3;
/** Smaller cells have no numbers in them. */
const MOST_CLASSES = 12;

/** The most important first; none of a report that has none. */
export function reportPictures(report: JsonObject, details: JsonObject | null): Picture[] {
  switch (report['schema']) {
    case 'mlops.evaluate/1':
      return evaluatePictures(
        report as unknown as EvaluateReport,
        (details ?? undefined) as unknown as EvaluateDetails | undefined,
      );
    case 'mlops.drift/1':
      return details === null
        ? []
        : driftPictures(report as unknown as DriftReport, details as unknown as DriftDetails);
    default:
      return [];
  }
}

function evaluatePictures(report: EvaluateReport, details: EvaluateDetails | undefined): Picture[] {
  return [
    ...confusion(report),
    ...(details ? [rocChart(report, details.roc ?? []), leadingCalibration(report, details)] : []).flatMap(
      ofLines,
    ),
  ];
}

function confusion({ confusion: found }: EvaluateReport): Picture[] {
  if (!found || found.labels.length > MOST_CLASSES) return [];
  const figure: ConfusionFigure = {
    kind: 'confusion',
    id: 'confusion',
    title: 'Confusion matrix',
    template: 'confusion',
    files: [],
    notes: [],
    x: { label: 'predicted', scale: 'linear' },
    y: { label: 'actual', scale: 'linear' },
    shares: false,
    labels: found.labels.map(String),
    matrices: [{ name: 'rows', counts: found.true_by_predicted }],
  };
  const words = `${percent(rightShare(found.true_by_predicted))} of rows are taken for what they are`;
  return plotPictures(figure).map((picture) => ({ ...picture, words }));
}

function ofLines(card: LineCard | undefined): Picture[] {
  if (!card) return [];
  const { title, words, picture, lines } = card;
  const legend = lines.length < 2 ? [] : lines.map(({ name }, at) => ({ name, shape: lineKey(at) }));
  return [{ title, words, svg: picture.text, legend, css: CHART_FILE_CSS }];
}

function driftPictures({ columns, predictions, target }: DriftReport, details: DriftDetails): Picture[] {
  const outputs = [predictions, target].filter((each): each is ColumnReport => each !== null);
  const moved = [...outputs, ...byUrgency(columns)].filter(({ drifted }) => drifted);
  return distributions(moved, details)
    .slice(0, MOST_COLUMNS)
    .map(({ column, picture, of }) => ({
      title: `${column.column} moved`,
      words: effectInWords(column),
      svg: picture.text,
      legend: [
        { name: 'reference', shape: DISTRIBUTION_KEY.reference },
        {
          name: 'current',
          shape: of === 'categories' ? DISTRIBUTION_KEY.currentCategory : DISTRIBUTION_KEY.current,
        },
      ],
      css: CHART_FILE_CSS,
    }));
}
