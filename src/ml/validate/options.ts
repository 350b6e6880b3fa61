// The options of `validate`: their shape and their defaults.
import type { JsonObject } from '../../core/json.ts';
import {
  count,
  described,
  list,
  object,
  orNothing,
  type Problem,
  type Shape,
  share,
  text,
} from '../../core/shape.ts';
import {
  type DataSource,
  optionalSourceOf,
  optionalSourceShape,
  sourceOf,
  sourceShape,
} from '../frame/source.ts';
import { millisecondsOf } from '../frame/where-values.ts';
import { validateGatesShape } from '../gates-validate.ts';
import { givenIn } from '../given.ts';
import { CHECKS } from './checks.ts';
import type { Limits } from './report.ts';

const limit = orNothing('a share from 0 to 1', share);

export const validateShape: Shape = object(
  {
    data: described('Data to look at.', sourceShape),
    schema: described('What they have to look like: a file of mlops schema infer.', orNothing('text', text)),
    environment: described(
      'TRAINING, SERVING, …: which columns of the schema are asked for.',
      orNothing('text', text),
    ),
    against: described(
      'Other data, such as those a model is trained on: to share no rows with, to be as many as.',
      optionalSourceShape,
    ),
    keys: described('Columns that say which thing a row is about.', list(text)),
    target: orNothing('text', text),
    time: described(
      'Column of the time of a row: none of data may be before the newest of against.',
      orNothing('text', text),
    ),
    now: described('The time that freshness counts from; ISO 8601.', orNothing('text', text)),
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
    privacy: object({ min_count: count(1) }),
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
  const { get, part } = givenIn(given);
  return {
    data: sourceOf(given['data']!),
    schema: get<string | null>('schema', null),
    environment: get<string | null>('environment', null),
    against: optionalSourceOf(given['against']),
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
