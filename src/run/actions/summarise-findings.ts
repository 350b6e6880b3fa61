// A report of findings in a line, and the worst of them under it.
import type { Summary } from '../../core/action.ts';
import { type FindingsReport, worstFirst } from '../../ml/findings-report.ts';
import { saidOf } from './said.ts';

const MAX_LINES = 5;

export function summariseFindings({ metrics, findings }: FindingsReport): Summary {
  const said = [
    part(metrics.failed + metrics.errors, 'failed'),
    part(metrics.warned, 'warned'),
    part(metrics.passed, 'passed'),
    part(metrics.skipped, 'skipped'),
  ].filter((each) => each !== undefined);
  const told = worstFirst(findings).filter(({ status }) => status !== 'pass' && status !== 'skipped');
  const left = told.length - MAX_LINES;
  return saidOf({
    headlines: [said.join(' · ')],
    lines: [
      ...told
        .slice(0, MAX_LINES)
        .map(
          ({ status, subject, message }) =>
            `${status.padEnd(5)} ${subject === '' ? '' : `${subject}: `}${message}`,
        ),
      ...(left > 0 ? [`and ${left} more`] : []),
    ],
  });
}

function part(count: number, verb: string): string | undefined {
  return count === 0 ? undefined : `${count} ${verb}`;
}
