// pipeline.lock, version 1: JSON, keys sorted by UTF-16 unit, one space per level, and one artifact, params key or
// env name a line, so that a change in Git is the line that changed.
//
//   {
//    "stages": {
//     "build": {
//      "in": {
//       "action": {"cmd": ["python build.py"]},
//       "deps": {
//        "build.py": {"bytes": 900, "file": "3e23…"}
//       },
//       "outs": ["table.parquet"],
//       "v": 1
//      },
//      "key": "eeb7…",
//      "outs": {
//       "table.parquet": {"bytes": 512000, "file": "9b5c…"}
//      }
//     }
//    },
//    "version": 1
//   }
import type { Fingerprint } from '../core/fingerprint.ts';
import type { Json } from '../core/json.ts';
import type { Lock, LockBlock } from '../core/lock.ts';
import { byCodeUnit } from '../util/compare.ts';

export const LOCK_VERSION = 1;

/** Fields of a fingerprint that are spread over lines, and how many levels deep; the others stand in one line. */
const SPREAD: { readonly [field: string]: number } = { deps: 1, env: 1, params: 2 };

export function writeLock(lock: Lock): string {
  const sections: [string, string][] = [];
  if (lock.data.size > 0) sections.push(['data', lines(lock.data, 1, inline)]);
  if (lock.stages.size > 0) sections.push(['stages', lines(lock.stages, 1, writeBlock)]);
  sections.push(['version', String(LOCK_VERSION)]);
  return `${lines(sections, 0, (text) => text)}\n`;
}

function writeBlock(block: LockBlock, level: number): string {
  const fields: [string, string][] = [
    ['in', writeFingerprint(block.in, level + 1)],
    ['key', JSON.stringify(block.key)],
    ['outs', lines(Object.entries(block.outs), level + 1, inline)],
  ];
  return lines(fields, level, (text) => text);
}

function writeFingerprint(fingerprint: Fingerprint, level: number): string {
  const fields = Object.entries(fingerprint).filter(([, value]) => value !== undefined);
  return lines(
    fields.map(([name, value]): [string, string] => [
      name,
      spread(value as Json, level + 1, SPREAD[name] ?? 0),
    ]),
    level,
    (text) => text,
  );
}

function spread(value: Json, level: number, depth: number): string {
  if (depth === 0) return inline(value);
  return lines(Object.entries(value as object), level, (each: Json, below) => spread(each, below, depth - 1));
}

/** A map with one entry a line; `level` is the depth of its own braces. */
function lines<T>(
  entries: Iterable<readonly [string, T]>,
  level: number,
  write: (value: T, level: number) => string,
): string {
  const sorted = [...entries].sort(([a], [b]) => byCodeUnit(a, b));
  if (sorted.length === 0) return '{}';
  const indent = ' '.repeat(level + 1);
  const body = sorted.map(([key, value]) => `${indent}${JSON.stringify(key)}: ${write(value, level + 1)}`);
  return `{\n${body.join(',\n')}\n${' '.repeat(level)}}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value === 0 ? 0 : value);
  const entries = Object.entries(value).sort(([a], [b]) => byCodeUnit(a, b));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}: ${inline(each)}`).join(', ')}}`;
}
