// A detector's part of the drift report: opened, run over the current rows, judged, and its strangest rows listed.
import type { JsonObject } from '../../core/json.ts';
import { randomFrom } from '../../util/random.ts';
import type { Frame } from '../frame/frame.ts';
import { rowsFrom } from '../stats/rows-from.ts';
import { attributeMeans } from './attribution.ts';
import { withGivenDetector } from './detector/given.ts';
import { judgeErrors } from './detector/judge.ts';
import { type OpenDetector, storedDetector, trainedDetector } from './detector/open.ts';
import { errorHistogram } from './error-histogram.ts';
import type { TogetherInput } from './input.ts';
import { outliersOf } from './outliers.ts';
import { thinned } from './parts.ts';
import type { DetectorReport, ErrorHistogram, OutliersReport } from './report.ts';

export interface DetectorResult {
  readonly report: DetectorReport;
  readonly outliers: OutliersReport;
  readonly histogram: ErrorHistogram;
  readonly uses: JsonObject;
}

/** Current rows behind attributions. */
const ATTRIBUTED = 20_000;

/** @returns why not */
export async function detectorDrift(input: TogetherInput, alpha: number): Promise<DetectorResult | string> {
  const { detector: option, used, reference, timeParts, minRows, seed, stored, io } = input;
  if (option.kind === 'model') {
    const names = used.map(({ name }) => name);
    const setting = { reference, names, timeParts, random: randomFrom(seed), cwd: io.cwd, signal: io.signal };
    return withGivenDetector(option, setting, (given, uses) => resultOf(given, input, alpha, uses));
  }
  if (option.kind === 'profile' && !stored) return 'no detector is asked for';
  if (stored && (option.kind === 'profile' || option.kind === stored.detector.kind))
    return resultOf(storedDetector(stored, option), input, alpha, {});
  const kind = option.kind as 'pca' | 'autoencoder';
  const trained = trainedDetector(kind, used, reference, timeParts, minRows, randomFrom(seed), option);
  return typeof trained === 'string' ? trained : resultOf(trained, input, alpha, {});
}

async function resultOf(
  detector: OpenDetector,
  input: TogetherInput,
  alpha: number,
  uses: JsonObject,
): Promise<DetectorResult | string> {
  const { current } = input;
  const lacking = detector.columns.find((name) => !input.used.some((each) => each.name === name));
  if (lacking !== undefined)
    return `the detector knows a column "${lacking}" that is not among those compared`;
  const scores = await detector.score(current);
  const finite = scores.filter(Number.isFinite);
  if (finite.length === 0) return 'the detector gives no current row a finite error';
  const { baseline } = detector;
  const judged = judgeErrors(finite, baseline, alpha);
  const { kind, from, path, sha256, columns, columnErrors } = detector;
  const report: DetectorReport = {
    ...{ kind, from, path, sha256, columns, ...judged },
    attribution: await attributionOf(detector, current),
    autodeploy: (await detector.autodeploy?.(current)) ?? null,
  };
  return {
    report,
    outliers: await outliersOf(
      {
        by: kind,
        scores,
        threshold: baseline.row.value,
        usual: baseline.row.over / baseline.rows,
        columns: columnErrors && ((rows) => columnErrors(current, rows)),
      },
      input.placeOf,
    ),
    histogram: errorHistogram(
      'detector',
      Float64Array.from(baseline.errors),
      finite.slice().sort(),
      baseline.row.value,
    ),
    uses,
  };
}

async function attributionOf(
  { baseline, columnErrors }: OpenDetector,
  current: Frame,
): Promise<DetectorReport['attribution']> {
  if (!columnErrors || !baseline.column_errors) return [];
  const rows = thinned(rowsFrom(0, current.rows), ATTRIBUTED);
  const { names, errors } = await columnErrors(current, rows);
  return attributeMeans(names, Float64Array.from(baseline.column_errors), errors);
}
