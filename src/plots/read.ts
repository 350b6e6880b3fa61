// A file of points: JSON, JSON lines, YAML, CSV or TSV by its name. Text only, UTF-8, and not beyond what a page can be
// made of.
import { parseDocument } from 'yaml';
import { formatBytes } from '../util/units.ts';
import { type Header, readCsv } from './csv.ts';
import { readLines, readTree, withoutBareNumbers } from './json.ts';
import { type Read, unfit } from './points.ts';

export const MOST_BYTES = 100_000_000;

export function tooLarge(bytes: number): string | undefined {
  if (bytes <= MOST_BYTES) return undefined;
  return `is too large to draw: ${formatBytes(bytes)}, limit ${formatBytes(MOST_BYTES)}; let the stage write every n-th row`;
}

const KINDS = /\.(json|jsonl|ndjson|ya?ml|csv|tsv)$/i;

/** Whether the name says that points are in it. */
export function holdsPoints(path: string): boolean {
  return KINDS.test(path);
}

export function readPoints(path: string, bytes: Uint8Array, header: Header = 'names'): Read {
  const kind = KINDS.exec(path)?.[1]?.toLowerCase();
  if (kind === undefined) return unfit('is no JSON, JSON lines, YAML, CSV or TSV by its name');
  const large = tooLarge(bytes.length);
  if (large) return unfit(large);
  const text = textOf(bytes);
  if (text === undefined) return unfit('is no text in UTF-8');
  if (text.trim() === '') return unfit('is empty');
  switch (kind) {
    case 'csv':
      return { kind: 'points', lists: [readCsv(text, ',', header)] };
    case 'tsv':
      return { kind: 'points', lists: [readCsv(text, '\t', header)] };
    case 'json':
      return readJson(text);
    case 'yml':
    case 'yaml':
      return readYaml(text);
    default:
      return { kind: 'points', lists: [readLines(text)] };
  }
}

/** Without its byte order mark; undefined for bytes that are no text. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function readJson(text: string): Read {
  try {
    return readTree(JSON.parse(withoutBareNumbers(text)));
  } catch (error) {
    const lines = readLines(text);
    // Some call JSON lines .json.
    if (lines.rows > 0 && lines.notes.length === 0) return { kind: 'points', lists: [lines] };
    return unfit(`is no JSON: ${(error as Error).message}`);
  }
}

function readYaml(text: string): Read {
  const document = parseDocument(text);
  const [problem] = document.errors;
  return problem ? unfit(`is no YAML: ${problem.message.split('\n')[0]}`) : readTree(document.toJS());
}
