// JSON lines as a table. A line that is no record is passed over: the last one may still be on its way.
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { HistoryTable } from './histories.ts';

type Cell = string | number | boolean | null;

export function readLines(text: string): HistoryTable {
  const records = text.split('\n').flatMap(recordsIn);
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  const columns = [...names].map((name) => [name, records.map((record) => cellOf(record[name]))] as const);
  return { columns: new Map(columns), rows: records.length };
}

function recordsIn(line: string): JsonObject[] {
  try {
    const value = JSON.parse(line) as Json;
    return isJsonObject(value) ? [value] : [];
  } catch {
    return [];
  }
}

function cellOf(value: Json | undefined): Cell {
  if (value === undefined) return null;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
