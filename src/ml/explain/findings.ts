// What a reader of an explanation should know before believing it.
import type { Finding } from '../../core/finding.ts';
import { plural } from '../../util/units.ts';
import { correlationFindings } from './correlated.ts';
import type { ExplainOptions } from './options.ts';
import type { ExplainReport } from './report.ts';
import { additivityFindings } from './shap-report.ts';

const warn = (
  check: string,
  subject: string,
  message: string,
  value: Finding['value'] = null,
  limit: Finding['limit'] = null,
): Finding => ({
  check,
  subject,
  status: 'warn',
  message,
  value,
  limit,
});

export function findingsOf(
  report: Omit<ExplainReport, 'schema' | 'stage' | 'findings'>,
  options: ExplainOptions,
  missing: readonly { readonly name: string; readonly rows: number }[],
): readonly Finding[] {
  return [
    ...(report.shap ? additivityFindings(report.shap.additivity) : []),
    ...orderFindings(report),
    ...classFindings(report),
    ...surrogateFindings(report, options),
    ...uncertainShap(report),
    ...withoutIntervals(report, options),
    ...correlationFindings(report.correlated),
    ...missing.map(({ name, rows }) =>
      warn(
        'missing_values',
        name,
        `"${name}" has no value in ${plural(rows, 'row')}; "no value" is explained as a value like any other`,
        rows,
      ),
    ),
    ...sizeFindings(report),
  ];
}

function orderFindings({ mapping }: Pick<ExplainReport, 'mapping'>): Finding[] {
  return mapping.inputs
    .filter(({ from }) => from === 'file-order')
    .map(({ name, columns }) =>
      warn(
        'feature_order',
        name,
        `the model names no features, so columns went in by their order in the file; pin it with features: [${columns.join(', ')}]`,
        columns,
      ),
    );
}

function withoutIntervals(
  { importance }: Pick<ExplainReport, 'importance'>,
  { importance: { replicates: wanted } }: ExplainOptions,
): Finding[] {
  if (!importance || importance.replicates > 0 || wanted === 0) return [];
  return [
    warn(
      'importance_intervals',
      'importance',
      'importances have no intervals, which would take too long; lower importance: {rows, repeats}',
    ),
  ];
}

function classFindings({ explains }: Pick<ExplainReport, 'explains'>): Finding[] {
  if (explains.class_from === 'guess')
    return [
      warn(
        'class',
        String(explains.class),
        `"${explains.class}" is explained because it is the last label; say class: …, or positive: …`,
      ),
    ];
  if (explains.class_from !== 'most-predicted') return [];
  return [
    warn(
      'class',
      String(explains.class),
      `of several classes "${explains.class}" is explained, because it is predicted most often; say class: …`,
    ),
  ];
}

function surrogateFindings(
  { surrogate }: Pick<ExplainReport, 'surrogate'>,
  { surrogate: { fidelity: limit } }: ExplainOptions,
): Finding[] {
  if (!surrogate || (surrogate.fidelity !== null && surrogate.fidelity >= limit)) return [];
  const message =
    surrogate.fidelity === null
      ? 'the model gives every row the same answer: there is nothing that a tree could imitate'
      : `a tree of depth ${surrogate.depth} explains ${share(surrogate.fidelity)} of the model's answers, under ${share(limit)}: its rules would explain another model, and are not shown`;
  return [warn('surrogate_fidelity', 'surrogate', message, surrogate.fidelity, limit)];
}

function share(value: number): string {
  return `${Math.round(100 * value)} %`;
}

/** The order of columns is no better known than their values. */
function uncertainShap({ shap }: Pick<ExplainReport, 'shap'>): Finding[] {
  const [first] = shap?.columns ?? [];
  if (!first || first.error === null || first.error <= 0.1 * first.mean_abs) return [];
  return [
    warn(
      'shap_error',
      first.name,
      `the parts are uncertain: a row's part of "${first.name}" has a standard error of ${first.error.toPrecision(2)} beside a mean size of ${first.mean_abs.toPrecision(2)}; raise shap: {permutations}`,
      first.error,
      0.1 * first.mean_abs,
    ),
  ];
}

const FEW_ROWS = 30;

function sizeFindings({ inputs }: Pick<ExplainReport, 'inputs'>): Finding[] {
  const { used, path } = inputs.data;
  return used >= FEW_ROWS
    ? []
    : [
        warn(
          'rows',
          path,
          `${plural(used, 'row')} ${used === 1 ? 'says' : 'say'} little: every number is uncertain`,
          used,
        ),
      ];
}
