// The rows that take part, by `on_missing`; those that do not are counted.
import { fail } from '../../core/failure.ts';
import { plural } from '../../util/units.ts';
import { type Frame, isNull, rowsWhere, takeRows } from '../frame/frame.ts';
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
  const hasTarget = rowsWhere(frame.rows, (row) => !isNull(target, row));
  const withoutTarget = frame.rows - hasTarget.length;
  if (withoutTarget > 0 && (options.on_missing.target === 'fail' || hasTarget.length === 0))
    fail(
      'config',
      `target "${options.target}" has no value in ${plural(withoutTarget, 'row')} of ${table.path}`,
      {
        ...(hasTarget.length === 0 ? {} : { help: 'leave such rows out: on_missing: {target: drop}' }),
      },
    );
  const whole = rowsWhere(
    frame.rows,
    (row) => !isNull(target, row) && features.every((column) => !isNull(column, row)),
  );
  const incomplete = hasTarget.length - whole.length;
  if (incomplete > 0 && options.on_missing.feature === 'fail')
    fail('config', `a feature has no value in ${plural(incomplete, 'row')} of ${table.path}`, {
      help: `first: "${features.find((column) => column.nulls > 0)?.name}". Leave such rows out: on_missing: {feature: drop}`,
    });
  const kept = options.on_missing.feature === 'drop' ? whole : hasTarget;
  if (kept.length === 0)
    fail('config', `no row of ${table.path} has a value in every feature`, {
      help: 'a column without any value: see columns and exclude',
    });
  return {
    record: {
      path: table.path,
      sha256: table.sha256,
      ...(table.where === null ? {} : { where: table.where }),
      rows: frame.rows,
      used: kept.length,
      dropped: { missing_target: withoutTarget, missing_feature: hasTarget.length - kept.length },
    },
    frame: kept.length === frame.rows ? frame : takeRows(frame, kept),
  };
}
