// The options of `validate`: their shape and their defaults.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import {
  described,
  either,
  list,
  nothing,
  object,
  type Problem,
  type Shape,
  text,
} from '../../core/shape.ts';
import { type DataSource, sourceOf, sourceShape } from '../frame/source.ts';
import { millisecondsOf } from '../frame/where-values.ts';
import { validateGatesShape } from '../gates-validate.ts';
import { CHECKS } from './checks.ts';
import type { Limits } from './report.ts';

const optionalText = either('text or nothing', text, nothing);
const share: Shape = { kind: 'number', min: 0, max: 1 };
const limit = either('a share from 0 to 1, or nothing', share, nothing);

export const validateShape: Shape = object(
  {
    data: described('Data to look at.', sourceShape),
    schema: described('What they have to look like: a file of mlops schema infer.', optionalText),
    environment: described('TRAINING, SERVING, …: which columns of the schema are asked for.', optionalText),
    against: described(
      'Other data, such as those a model is trained on: to share no rows with, to be as many as.',
      either('a path, a list of paths, a map with "path", or nothing', sourceShape, nothing),
    ),
    keys: described('Columns that say which thing a row is about.', list(text)),
    target: optionalText,
    time: described(
      'Column of the time of a row: none of data may be before the newest of against.',
      optionalText,
    ),
    now: described('The time that freshness counts from; ISO 8601.', optionalText),
    exclude: described('Columns that are no features.', list(text)),
    limits: described(
      'Shares of rows that may be so; nothing: not looked for.',
      object({
        duplicates: limit,
        shared: limit,
        conflicts: limit,
        target: limit,
        id: limit,
        late: limit,
      }),
    ),
    warn: described('Anomalies that are told, and break no gate.', list({ kind: 'string', oneOf: CHECKS })),
    privacy: object({ min_count: { kind: 'number', integer: true, min: 1 } }),
    report: text,
    gates: validateGatesShape,
  },
  ['data'],
);

export interface ValidateOptions {
  readonly data: DataSource;
  readonly schema: string | null;
  readonly environment: string | null;
  readonly against: DataSource | null;
  readonly keys: readonly string[];
  readonly target: string | null;
  readonly time: string | null;
  readonly now: string | null;
  readonly exclude: readonly string[];
  readonly limits: Limits;
  readonly warn: readonly string[];
  readonly privacy: { readonly min_count: number };
}

const LIMITS: Limits = { duplicates: 0, shared: 0, conflicts: 0, target: 0.95, id: 0.99, late: 0 };
/** What has innocent reasons often. */
const WARN = ['DUPLICATE_ROWS', 'LABEL_CONFLICTS', 'ID_LIKE_FEATURE'];

/** Parses what `validateShape` has checked. */
export function validateOptionsOf(given: JsonObject): ValidateOptions {
  const get = <T extends Json>(key: string, otherwise: T): T => (given[key] as T | undefined) ?? otherwise;
  const part = (key: string): JsonObject => (isJsonObject(given[key]) ? given[key] : {});
  const against = get<Json>('against', null);
  return {
    data: sourceOf(given['data']!),
    schema: get<string | null>('schema', null),
    environment: get<string | null>('environment', null),
    against: against === null ? null : sourceOf(against),
    keys: get<readonly string[]>('keys', []),
    target: get<string | null>('target', null),
    time: get<string | null>('time', null),
    now: get<string | null>('now', null),
    exclude: get<readonly string[]>('exclude', []),
    limits: { ...LIMITS, ...part('limits') },
    warn: get<readonly string[]>('warn', WARN),
    privacy: { min_count: 10, ...part('privacy') },
  };
}

/** Beyond the shape. Paths lead from the options. */
export function validateProblems(given: JsonObject): readonly Problem[] {
  const { now, schema, environment, report } = given;
  const problems: Problem[] = [];
  if (typeof now === 'string' && Number.isNaN(millisecondsOf(now)))
    problems.push({ path: ['now'], message: `"${now}" is no time`, help: 'ISO 8601: 2026-01-31' });
  if (typeof environment === 'string' && typeof schema !== 'string')
    problems.push({ path: ['environment'], key: true, message: 'environment needs "schema"' });
  if (typeof report === 'string' && !report.endsWith('.json'))
    problems.push({ path: ['report'], message: `"${report}" does not end in .json` });
  return problems;
}
