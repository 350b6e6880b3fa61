// What a reader of the numbers should know: guesses that were made, answers that contradict each other, rows left out.
import type { Finding } from '../../core/finding.ts';
import { formatCount, plural } from '../../util/units.ts';
import type { Column } from '../frame/frame.ts';
import type { Judged, Loaded } from './load.ts';
import type { Confusion } from './report.ts';

const warn = (check: string, subject: string, message: string, value: Finding['value'] = null): Finding => ({
  check,
  subject,
  status: 'warn',
  message,
  value,
  limit: null,
});

export function findingsOf(
  { data, compare, mapped }: Loaded,
  confusion: Confusion | null,
): readonly Finding[] {
  return [
    ...mapped
      .filter(({ from }) => from === 'file-order')
      .map(({ name, columns }) =>
        warn(
          'feature_order',
          name,
          `the model names no features, so columns went in by their order in the file; pin it with features: [${columns.join(', ')}]`,
          columns,
        ),
      ),
    ...labelFindings(data),
    ...absentClasses(confusion),
    ...missingFeatures(
      data,
      mapped.flatMap(({ columns }) => columns),
    ),
    ...infiniteFeatures(data, mapped),
    ...sizeFindings(data),
    ...(compare && compare.record.sha256 === data.record.sha256 && compare.record.where === data.record.where
      ? [warn('compare', compare.record.path, 'compare is the same data as data: every gap is 0')]
      : []),
  ];
}

function labelFindings({ predictions, record }: Judged): Finding[] {
  if (predictions.task === 'regression') return [];
  const { classes, positive, known } = predictions;
  const findings: Finding[] = [];
  if (positive?.from === 'guess')
    findings.push(
      warn(
        'positive',
        String(known.labels[positive.index]),
        `"${known.labels[positive.index]}" is taken as the positive class because it is the last label; say positive: …`,
      ),
    );
  if (classes.kind === 'unknown')
    findings.push(
      warn(
        'scores',
        record.path,
        'the scores are not probabilities: log loss, Brier score and calibration are left out; say scores: {kind: logit} or {kind: margin}',
      ),
    );
  if (classes.agreement !== null && classes.agreement < 1)
    findings.push(
      warn(
        'label_disagreement',
        record.path,
        `the model's own label differs from its highest score in ${plural(Math.round((1 - classes.agreement) * record.used), 'row')}; the highest score is used`,
        classes.agreement,
      ),
    );
  const [first] = classes.predicted;
  if (first !== undefined && record.used > 1 && classes.predicted.every((each) => each === first))
    findings.push(
      warn(
        'one_answer',
        String(known.labels[first]),
        `every row is answered "${known.labels[first]}": a threshold outside of the scores, scores of another kind, or a model that learned nothing`,
      ),
    );
  return findings;
}

function absentClasses(confusion: Confusion | null): Finding[] {
  if (confusion === null) return [];
  return confusion.labels.flatMap((label, k) => {
    const support = confusion.true_by_predicted[k]!.reduce((sum, cell) => sum + cell, 0);
    return support > 0
      ? []
      : [warn('class_absent', String(label), `no row is of class "${label}": nothing is known about it`, 0)];
  });
}

function missingFeatures({ frame }: Judged, features: readonly string[]): Finding[] {
  return features.flatMap((name) => {
    const { nulls } = frame.columns.get(name) as Column;
    return nulls === 0
      ? []
      : [
          warn(
            'missing_values',
            name,
            `"${name}" has no value in ${plural(nulls, 'row')} of ${formatCount(frame.rows)}; the model was given NaN (text: "")`,
            nulls / frame.rows,
          ),
        ];
  });
}

/** 1e400 in a file, or a number that the model's float32 cannot hold. */
function infiniteFeatures({ frame }: Judged, mapped: Loaded['mapped']): Finding[] {
  return mapped.flatMap(({ dtype, columns }) =>
    columns.flatMap((name) => {
      const column = frame.columns.get(name)!;
      if (column.kind !== 'numeric' || !dtype.startsWith('float')) return [];
      const held = (value: number): number => (dtype === 'float32' ? Math.fround(value) : value);
      const rows = column.values.reduce(
        (sum, value) => sum + (Math.abs(held(value)) === Infinity ? 1 : 0),
        0,
      );
      return rows === 0
        ? []
        : [
            warn(
              'infinite_values',
              name,
              `"${name}" is infinite, or too large for ${dtype}, in ${plural(rows, 'row')}`,
              rows,
            ),
          ];
    }),
  );
}

const FEW_ROWS = 30;

function sizeFindings({ record }: Judged): Finding[] {
  if (record.used >= FEW_ROWS) return [];
  return [
    warn(
      'rows',
      record.path,
      `${plural(record.used, 'row')} ${record.used === 1 ? 'says' : 'say'} little: every number is uncertain`,
      record.used,
    ),
  ];
}
