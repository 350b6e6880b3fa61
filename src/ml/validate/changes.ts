// What would have to change in a schema for data to fit it: one change for each anomaly that can be accepted.
import type { Document } from 'yaml';
import type { Json } from '../../core/json.ts';
import type { ColumnFacts } from './facts.ts';
import { boundIn } from './infer.ts';
import type { Anomaly } from './report.ts';
import type { ColumnSchema, Schema } from './schema.ts';
import { shorten } from './write-schema.ts';

export interface Edit {
  readonly path: readonly string[];
  /** undefined removes. */
  readonly to: Json | undefined;
}

export interface Change {
  /** What `--accept` calls it: `season.values`, `wind`, `rows.max`. */
  readonly id: string;
  readonly edits: readonly Edit[];
  /** What was found. */
  readonly why: string;
}

export interface Evidence {
  readonly facts: ColumnFacts | undefined;
  /** What the cells are where nothing declares a type. */
  readonly found: ColumnFacts | undefined;
  readonly inferred: ColumnSchema | undefined;
  readonly distinct: number | undefined;
  /** Outside the domain; undefined: too many to list. */
  readonly unexpected: readonly string[] | undefined;
  readonly environment: string | null;
}

/** Undefined for an anomaly that only the data can mend. */
export function changeFor(finding: Anomaly, schema: Schema, evidence: Evidence): Change | undefined {
  if (finding.accept === null) return undefined;
  const made = (all: readonly Edit[]): Change => ({ id: finding.accept!, edits: all, why: finding.message });
  if (finding.check.startsWith('DATASET_'))
    return made([{ path: ['rows', finding.accept.split('.')[1]!], to: finding.value }]);
  if (finding.accept === finding.subject)
    return made([{ path: ['columns', finding.subject], to: (evidence.inferred ?? {}) as Json }]);
  const key = finding.accept.slice(finding.subject.length + 1);
  const column = schema.columns.get(finding.subject) ?? {};
  const edits = editsOf(key, column, finding, evidence);
  return made(Object.entries(edits).map(([name, to]) => ({ path: ['columns', finding.subject, name], to })));
}

type Keys = { readonly [key: string]: Json | undefined };

function editsOf(key: string, column: ColumnSchema, finding: Anomaly, evidence: Evidence): Keys {
  const { facts } = evidence;
  switch (key) {
    case 'required':
      return finding.check === 'FEATURE_TYPE_NOT_PRESENT'
        ? { required: false, nullable: undefined, min_fraction: undefined, min_count: undefined }
        : { required: false };
    case 'environment':
      return environmentEdits(column, evidence.environment!);
    case 'nullable':
    case 'min_fraction':
      return { nullable: undefined, min_fraction: roundedDown(Number(finding.value)) };
    case 'type':
      return typeEdits(column, evidence.found!.type);
    case 'values':
      return evidence.unexpected === undefined
        ? { values: undefined, min_domain_mass: undefined }
        : { values: [...column.values!, ...evidence.unexpected.map((value) => valueIn(column, value))] };
    case 'min':
      return { min: boundIn(facts!.type, facts!.min!) };
    case 'max':
      return { max: boundIn(facts!.type, facts!.max!) };
    case 'infinite':
      return { infinite: true };
    case 'length':
      return { length: widened(column.length!, facts!.length!.min, facts!.length!.max) };
    case 'distinct':
      return { distinct: widened(column.distinct!, evidence.distinct!, evidence.distinct!) };
    case 'min_count':
      return { min_count: facts!.present };
    case 'regex':
    case 'unique':
    case 'drift':
      return { [key]: undefined };
    default:
      throw new Error(`BUG: no change accepts ${key}`);
  }
}

/** Two digits, so that the next file need not have the very same share. */
function roundedDown(share: number): number {
  return Math.floor(share * 100) / 100;
}

function widened(bounds: { readonly min?: number; readonly max?: number }, low: number, high: number): Json {
  return {
    ...(bounds.min === undefined ? {} : { min: Math.min(bounds.min, low) }),
    ...(bounds.max === undefined ? {} : { max: Math.max(bounds.max, high) }),
  };
}

function environmentEdits(
  { in_environment: only, not_in_environment: not }: ColumnSchema,
  name: string,
): Keys {
  if (only) return { in_environment: [...only, name] };
  const rest = (not ?? []).filter((each) => each !== name);
  return { not_in_environment: rest.length === 0 ? undefined : rest };
}

/** The narrowest type that holds both; what has no meaning for it goes. */
function typeEdits({ type }: ColumnSchema, found: ColumnFacts['type']): Keys {
  const numbers = ['int64', 'float64'];
  // A cell of a text format fits `string` always; one of Parquet does not, and there its own type is the answer.
  if (type === 'string') return { type: found, regex: undefined, length: undefined };
  const to = numbers.includes(type!) && numbers.includes(found) ? 'float64' : 'string';
  if (to === 'float64') return { type: to };
  return {
    type: to,
    min: undefined,
    max: undefined,
    infinite: undefined,
  };
}

/** As the values beside it are written. */
function valueIn({ type, values }: ColumnSchema, text: string): Json {
  const numeric = type === 'int64' || type === 'float64' || values?.every((each) => typeof each === 'number');
  if (numeric && !Number.isNaN(Number(text))) return Number(text);
  return type === 'bool' ? text.toLowerCase() === 'true' : text;
}

/** Comments and order stay. */
export function applyChange(document: Document.Parsed, { edits }: Change): void {
  for (const { path, to } of edits) {
    if (to === undefined) document.deleteIn(path);
    else if (path.length === 2 && path[0] === 'columns') {
      const node = document.createNode(to);
      shorten(node, path[1]!.length);
      document.setIn(path, node);
    } else document.setIn(path, document.createNode(to, { flow: true }));
  }
}
