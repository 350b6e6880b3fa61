// The rows that take part, by `on_missing`; those that do not are counted.
import { fail } from '../../core/failure.ts';
import { plural } from '../../util/units.ts';
import { type Column, type Frame, held, isNull, rowsWhere, takeRows } from '../frame/frame.ts';
import type { Table } from '../frame/read.ts';
import type { EvaluateOptions } from './options.ts';
import type { DataRecord, InputMapping } from './report.ts';

export interface UsableRows {
  readonly record: DataRecord;
  readonly frame: Frame;
}

/** The rows that count, by `on_missing`. */
export function usableRows(
  frame: Frame,
  table: Table,
  options: EvaluateOptions,
  mapped: readonly InputMapping[],
): UsableRows {
  const target = frame.columns.get(options.target)!;
  const features = mapped.flatMap(({ columns }) => columns.map((name) => frame.columns.get(name)!));
  const dropped = new Uint8Array(frame.rows);
  const withoutTarget = markNulls(target, dropped);
  if (withoutTarget > 0 && (options.on_missing.target === 'fail' || withoutTarget === frame.rows))
    fail(
      'config',
      `target "${options.target}" has no value in ${plural(withoutTarget, 'row')} of ${table.path}`,
      {
        ...(withoutTarget === frame.rows ? {} : { help: 'leave such rows out: on_missing: {target: drop}' }),
      },
    );
  const incomplete =
    options.on_missing.feature === 'pass'
      ? 0
      : features.reduce((sum, column) => sum + markNulls(column, dropped), 0);
  if (incomplete > 0 && options.on_missing.feature === 'fail')
    fail('config', `a feature has no value in ${plural(incomplete, 'row')} of ${table.path}`, {
      help: `first: "${features.find((column) => column.nulls > 0)?.name}". Leave such rows out: on_missing: {feature: drop}`,
    });
  const used = frame.rows - withoutTarget - incomplete;
  if (used === 0)
    fail('config', `no row of ${table.path} has a value in every feature`, {
      help: 'a column without any value: see columns and exclude',
    });
  return {
    record: {
      path: table.path,
      sha256: table.sha256,
      ...(table.where === null ? {} : { where: table.where }),
      rows: frame.rows,
      used,
      dropped: { missing_target: withoutTarget, missing_feature: incomplete },
    },
    frame:
      used === frame.rows
        ? frame
        : takeRows(
            frame,
            rowsWhere(frame.rows, (row) => dropped[row] === 0),
          ),
  };
}

/** Marks the rows without a value; says how many were not marked before. One column at a time: they may be large. */
function markNulls(column: Column, marks: Uint8Array): number {
  if (column.nulls === 0) return 0;
  const own = held(column);
  let found = 0;
  for (let row = 0; row < marks.length; row++)
    if (marks[row] === 0 && isNull(own, row)) {
      marks[row] = 1;
      found++;
    }
  return found;
}
