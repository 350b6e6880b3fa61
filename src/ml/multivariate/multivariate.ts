// Columns looked at together: each check fills its key of `multivariate`, or says in `unavailable` why it could not.
import type { Finding } from '../../core/finding.ts';
import type { JsonObject } from '../../core/json.ts';
import { randomFrom } from '../../util/random.ts';
import { correlationChange } from './correlations.ts';
import { type DetectorResult, detectorDrift } from './detector-drift.ts';
import { domainClassifier, domainFindings } from './domain-classifier.ts';
import type { TogetherInput } from './input.ts';
import { outliersOf } from './outliers.ts';
import { pcaReconstruction } from './pca-reconstruction.ts';
import type {
  DomainClassifierReport,
  ErrorHistogram,
  Multivariate,
  PcaReport,
  SpearmanReport,
} from './report.ts';

export interface Together {
  readonly report: Multivariate;
  readonly unavailable: { readonly [name: string]: string };
  readonly findings: readonly Finding[];
  /** What `mlops metrics` lists. */
  readonly metrics: { readonly [name: string]: number };
  readonly histograms: readonly ErrorHistogram[];
  /** Device and runtime of a detector that somebody gave; for the run record. */
  readonly uses: JsonObject;
}

/**
 * Each family of checks gets a fifth of alpha, so that all of them together add little to the false alarms of the columns
 * alone.
 */
const FAMILIES = 5;

/** @throws MlopsError where the detector that was asked for does not fit the reference */
export async function lookTogether(input: TogetherInput): Promise<Together> {
  const { used, reference, current, timeParts, minRows } = input;
  const fewest = Math.min(reference.rows, current.rows);
  if (fewest < minRows) return nothingTogether(`insufficient data: ${fewest} rows, ${minRows} needed`);
  const alpha = input.alpha / FAMILIES;
  const pca = pcaReconstruction(used, reference, current, timeParts);
  const detector = await detectorDrift(input, alpha);
  const numbers = used.filter(
    ({ name, kind }) => kind === 'numeric' && reference.columns.get(name)!.kind === 'numeric',
  );
  const spearman = correlationChange(
    numbers.map(({ name }) => name),
    reference,
    current,
    timeParts,
    { floor: input.correlationFloor, alpha, minRows },
    randomFrom(input.seed),
  );
  const domain = await domainOf(input, alpha);
  const found = {
    pca: typeof pca === 'string' ? null : pca,
    detector: typeof detector === 'string' ? null : detector,
    domain: typeof domain === 'string' ? null : domain,
    spearman: typeof spearman === 'string' ? null : spearman,
  };
  const outliers =
    found.detector?.outliers ?? (found.pca && (await outliersOf(found.pca.scores, input.placeOf)));
  return {
    report: {
      pca: found.pca?.report ?? null,
      detector: found.detector?.report ?? null,
      domain_classifier: found.domain,
      spearman: found.spearman,
      outliers,
    },
    unavailable: {
      ...whyNot('pca', pca),
      ...whyNot('detector', detector),
      ...whyNot('domain_classifier', domain),
      ...whyNot('spearman', spearman),
      ...whyNot('outliers', outliers ?? 'neither components nor a detector give a row an error'),
    },
    findings: [
      ...pcaFindings(found.pca?.report ?? null),
      ...detectorFindings(found.detector),
      ...domainFindings(found.domain),
      ...correlationFindings(found.spearman),
    ],
    metrics: {
      ...metricsOf(found.pca?.report ?? null, found.detector, found.spearman),
      ...(found.domain ? { domain_classifier_auroc: found.domain.auroc } : {}),
    },
    histograms: [found.pca?.histogram, found.detector?.histogram].filter((each) => each !== undefined),
    uses: found.detector?.uses ?? {},
  };
}

async function domainOf(input: TogetherInput, alpha: number): Promise<DomainClassifierReport | string> {
  const { used, reference, current, timeParts: parts, minRows, seed, domainClassifier: options } = input;
  if (options === null) return 'not asked for: domain_classifier: true';
  const columns = used.map(({ name, kind }) => ({
    name,
    kind,
    reference: reference.columns.get(name)!,
    current: current.columns.get(name)!,
  }));
  const rows = { reference: reference.rows, current: current.rows };
  return domainClassifier({ columns, rows, parts, alpha, minRows, seed }, options);
}

/** Every key null, for one reason. */
export function nothingTogether(reason: string): Together {
  const unavailable = Object.fromEntries(Object.keys(NOTHING).map((key) => [key, reason]));
  return { report: NOTHING, unavailable, findings: [], metrics: {}, histograms: [], uses: {} };
}

const NOTHING: Multivariate = {
  pca: null,
  detector: null,
  domain_classifier: null,
  spearman: null,
  outliers: null,
};

function whyNot(check: string, result: object | string): { readonly [name: string]: string } {
  return typeof result === 'string' ? { [check]: result } : {};
}

const SUBJECT = 'columns together';

function pcaFindings(pca: PcaReport | null): Finding[] {
  if (!pca?.drifted) return [];
  const { limits } = pca.held_out;
  const limit = pca.error.current > pca.held_out.error ? limits.upper : limits.lower;
  const message = `they no longer go together as they did: ${pca.reason}`;
  return [{ check: 'pca', subject: SUBJECT, status: 'warn', message, value: pca.error.current, limit }];
}

function detectorFindings(detector: DetectorResult | null): Finding[] {
  if (!detector?.report.drifted) return [];
  const { reason, rows_over: over } = detector.report;
  const message = `rows are not as the detector knows them: ${reason}`;
  return [
    { check: 'detector', subject: SUBJECT, status: 'warn', message, value: over.current, limit: over.floor },
  ];
}

const NAMED_PAIRS = 3;

function correlationFindings(spearman: SpearmanReport | null): Finding[] {
  if (!spearman?.drifted) return [];
  const named = spearman.top.filter(({ changed }) => changed).slice(0, NAMED_PAIRS);
  const findings = named.map(({ columns, change, limit, text }): Finding => {
    return {
      check: 'correlation',
      subject: columns.join(', '),
      status: 'warn',
      message: text,
      value: change,
      limit,
    };
  });
  const more = spearman.changed - named.length;
  if (more === 0) return findings;
  const message = `${more} more of ${spearman.pairs} pairs of columns go together otherwise than before`;
  return [
    ...findings,
    { check: 'correlation', subject: SUBJECT, status: 'warn', message, value: more, limit: 0 },
  ];
}

function metricsOf(
  pca: PcaReport | null,
  detector: DetectorResult | null,
  spearman: SpearmanReport | null,
): { readonly [name: string]: number } {
  return {
    ...(pca ? { pca_error_reference: pca.held_out.error, pca_error_current: pca.error.current } : {}),
    ...(detector ? { detector_rows_over: detector.report.rows_over.current } : {}),
    ...(spearman ? { correlations_changed: spearman.changed } : {}),
  };
}
