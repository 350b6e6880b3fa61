// Frames whose cells lie in a store: whole columns when they are asked for, parts of them, some of their rows.
import type { CellStore } from './cells.ts';
import { type CellColumn, takeCells } from './columns.ts';
import type { Frame } from './frame.ts';

export function frameOf(rows: number, parts: readonly CellColumn[], store: CellStore): Frame {
  const columns = new Map(parts.map(({ column }) => [column.name, column]));
  if (parts.every(({ cells }) => cells?.resident !== false)) return { rows, columns };
  const cellsOf = new Map(parts.map(({ column, cells }) => [column.name, cells]));
  return {
    rows,
    columns,
    stored: {
      part(name, start, end) {
        const cells = cellsOf.get(name);
        // Too many texts: the column itself says so.
        return cells ? cells.part(start, end) : (columns.get(name) as { codes: Int32Array }).codes;
      },
      take: (frame, indexes) =>
        frameOf(
          indexes.length,
          [...frame.columns.values()].map((column) => takeCells(column, indexes, store)),
          store,
        ),
    },
  };
}
