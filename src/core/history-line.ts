// A step of a training run as a line of a history file:
//
//   {"step":3,"loss":null,"train/accuracy":0.25,"not_finite":{"loss":"NaN"}}
//
// The step first, then metrics by UTF-16 code unit, numbers as RFC 8785 lays them out.
import { canonicalJson } from '../util/canonical-json.ts';
import { byCodeUnit } from '../util/compare.ts';
import { isJsonObject, type Json } from './json.ts';

export interface HistoryStep {
  readonly step: number;
  readonly values: ReadonlyMap<string, number>;
}

export function historyLine({ step, values }: HistoryStep): string {
  const sorted = [...values].sort(([a], [b]) => byCodeUnit(a, b));
  const fields = sorted.map(([name, value]) => `,${JSON.stringify(name)}:${numberOrNull(value)}`);
  const odd = oddOnes(values);
  const why = odd.length === 0 ? '' : `,"not_finite":${canonicalJson(Object.fromEntries(odd))}`;
  return `{"step":${step}${fields.join('')}${why}}\n`;
}

export function numberOrNull(value: number): string {
  return Number.isFinite(value) ? canonicalJson(value) : 'null';
}

/** JSON has no NaN and no infinities: `null`, and which of them it was. */
export function oddOnes(values: ReadonlyMap<string, number>): [name: string, word: string][] {
  return [...values].flatMap(([name, value]) => (Number.isFinite(value) ? [] : [[name, String(value)]]));
}

/** Undefined for a line of another kind, and for a step below `least`. */
export function readHistoryLine(text: string, least: number): HistoryStep | undefined {
  const fields = parsed(text);
  if (!isJsonObject(fields) || !isStep(fields['step']) || fields['step'] < least) return undefined;
  const { step, not_finite: odd = null, ...rest } = fields;
  const values = new Map(Object.entries(rest).map(([name, value]) => [name, numberOf(name, value, odd)]));
  return [...values.values()].includes(undefined)
    ? undefined
    : { step: step as number, values: values as Map<string, number> };
}

function numberOf(name: string, value: Json, odd: Json): number | undefined {
  if (typeof value === 'number') return value;
  return value === null && isJsonObject(odd) ? Number(odd[name]) : undefined;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

export function isStep(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
