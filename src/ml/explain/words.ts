// What an explanation says, in a line: what the model relies on. Never what causes the target.
import type { ExplainReport } from './report.ts';

export interface ExplainWords {
  /** For one line: `relies on hr, temp and weather`. */
  readonly headlines: readonly string[];
  /** Under it: what keeps a reader from believing it. */
  readonly lines: readonly string[];
}

const SHOWN = 3;

export function explainInWords(report: ExplainReport): ExplainWords {
  const names = reliedOn(report);
  return {
    headlines:
      names === null ? [] : [`relies ${names.length === 0 ? 'on no column' : `most on ${listed(names)}`}`],
    lines: report.findings.filter(({ status }) => status === 'error').map(({ message }) => message),
  };
}

/** Names of the columns, most first, that the model relies on beyond chance; null when that was not measured. */
export function reliedOn({
  importance,
  shap,
}: Pick<ExplainReport, 'importance' | 'shap'>): readonly string[] | null {
  const found =
    importance?.columns.filter(({ mean, interval }) => mean > 0 && (interval === null || interval[0] > 0)) ??
    shap?.columns.filter(({ mean_abs }) => mean_abs > 0);
  return found?.slice(0, SHOWN).map(({ name }) => name) ?? null;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** What is explained: `the probability of "yes"`. */
export function explainedInWords({ explains, mapping }: Pick<ExplainReport, 'explains' | 'mapping'>): string {
  const { kind, class: label } = explains;
  const names: { readonly [kind in typeof kind]: string } = {
    probability: 'the probability of',
    logit: 'the log odds of',
    score: 'the score of',
    value: `the predicted ${mapping.target ?? 'value'}`,
  };
  return label === null ? names[kind] : `${names[kind]} "${label}"`;
}
