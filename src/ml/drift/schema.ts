// Which columns both sides have, and whether they still hold the same sort of cells.
import type { Finding } from '../../core/finding.ts';
import type { Frame } from '../frame/frame.ts';
import { cellsOf } from './kinds.ts';

export interface SchemaCheck {
  /** Columns to compare, in the order of the reference. */
  readonly shared: readonly string[];
  readonly findings: readonly Finding[];
}

/** A missing column and a changed type are failures: no model can read such data. An extra column is a note. */
export function checkSchema(
  reference: Frame,
  current: Frame,
  declared: (name: string) => boolean,
  ignored: ReadonlySet<string>,
): SchemaCheck {
  const shared: string[] = [];
  const findings: Finding[] = [];
  for (const [name, column] of reference.columns) {
    if (ignored.has(name)) continue;
    const other = current.columns.get(name);
    if (!other) {
      findings.push(finding('missing_column', name, 'fail', 'is not in the current data'));
      continue;
    }
    const before = cellsOf(column);
    const now = cellsOf(other);
    if (before !== now && before !== 'nothing' && now !== 'nothing' && before !== 'text' && !declared(name)) {
      findings.push(finding('type', name, 'fail', `held ${before}, now holds ${now}`));
      continue;
    }
    shared.push(name);
    const note = column.note ?? other.note;
    if (note !== undefined) findings.push(finding('precision', name, 'pass', note));
  }
  for (const name of current.columns.keys())
    if (!reference.columns.has(name) && !ignored.has(name))
      findings.push(finding('extra_column', name, 'pass', 'is new, and not compared'));
  return { shared, findings };
}

function finding(check: string, subject: string, status: Finding['status'], message: string): Finding {
  return { check, subject, status, message, value: null, limit: null };
}
