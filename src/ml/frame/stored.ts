// Frames whose cells lie in a store.
import type { CellStore } from './cells.ts';
import { type CellColumn, takeCells } from './columns.ts';
import type { Frame } from './frame.ts';

export function frameOf(rows: number, parts: readonly CellColumn[], store: CellStore): Frame {
  const columns = new Map(parts.map(({ column }) => [column.name, column]));
  if (parts.every(({ cells }) => cells?.resident !== false)) return { rows, columns };
  return {
    rows,
    columns,
    take: (frame, indexes) =>
      frameOf(
        indexes.length,
        [...frame.columns.values()].map((column) => takeCells(column, indexes, store)),
        store,
      ),
  };
}
