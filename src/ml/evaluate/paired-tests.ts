// Tests whether a model and its baseline differ at all, by the rows on which they disagree.
import type { ClassificationData } from '../metrics/data.ts';
import { delong } from '../metrics/delong.ts';
import { rankRows } from '../metrics/ranking.ts';
import { mcnemar } from '../stats/mcnemar.ts';
import type { Measurable } from './measure.ts';
import type { PairedTests } from './report.ts';

export function pairedTests(one: Measurable, other: Measurable): PairedTests {
  // Both tests count rows; a row that weighs 3 is not three independent ones.
  if (one.kind !== 'classes' || other.kind !== 'classes' || one.data.weights !== null)
    return { mcnemar: null, delong: null };
  return { mcnemar: mcnemarOf(one.data, other.data), delong: delongOf(one.data, other.data) };
}

function mcnemarOf(one: ClassificationData, other: ClassificationData): PairedTests['mcnemar'] {
  let onlyThis = 0;
  let onlyBaseline = 0;
  one.truth.forEach((truth, row) => {
    const [a, b] = [one.predicted[row] === truth, other.predicted[row] === truth];
    if (a && !b) onlyThis++;
    if (b && !a) onlyBaseline++;
  });
  return { only_this: onlyThis, only_baseline: onlyBaseline, p: mcnemar(onlyThis, onlyBaseline) };
}

function delongOf(one: ClassificationData, other: ClassificationData): PairedTests['delong'] {
  const { positive, classes, truth } = one;
  if (positive === null || one.scores === null || other.scores === null) return null;
  const found = delong(
    rankRows(truth, one.scores, classes, positive),
    rankRows(truth, other.scores, classes, positive),
  );
  return found && { standard_error: found.standardError, z: found.z, p: found.p };
}
