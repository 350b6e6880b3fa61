// What is read as a report: a file that people merge, cut and write over, and that another version may have made.
import { type Failure, fail } from '../core/failure.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { GatesInput } from './gates-input.ts';

const HELP: Pick<Failure, 'help'> = {
  help: 'mlops repro --force STAGE makes it again; git restore FILE takes that of a commit',
};

/** @throws when `text` is no JSON object */
export function parseReport(text: string, path: string): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    fail('config', `${path} is no report: it is not JSON`, HELP, error);
  }
  if (!isJsonObject(value)) fail('config', `${path} is no report: it holds no JSON object`, HELP);
  return value;
}

/** What is looked at of a report of each kind. Later versions may have more, earlier ones had these. */
const LOOKED_AT: { readonly [schema: string]: { readonly [key: string]: 'list' | 'object' } } = {
  'mlops.evaluate/1': { metrics: 'object', slices: 'list', mapping: 'object', unavailable: 'object' },
  'mlops.drift/1': { columns: 'list', findings: 'list', advice: 'object' },
  'mlops.validate/1': { findings: 'list' },
  'mlops.check/1': { findings: 'list' },
  'mlops.smoke/1': { findings: 'list' },
};

/** @throws when no gate can be judged on it: one of another version, or one that lacks what gates are about */
export function judgeable(report: JsonObject, path: string): GatesInput['report'] {
  const { schema } = report;
  const keys = typeof schema === 'string' && Object.hasOwn(LOOKED_AT, schema) ? LOOKED_AT[schema] : undefined;
  if (!keys)
    fail('config', `${path} is of ${said(schema)}, which no gate of this version of mlops can judge`, HELP);
  for (const [key, kind] of Object.entries(keys)) {
    const value = report[key];
    if (kind === 'list' ? Array.isArray(value) : isJsonObject(value)) continue;
    fail('config', `${path} is damaged: its ${key} is no ${kind}`, HELP);
  }
  return report as unknown as GatesInput['report'];
}

function said(schema: Json | undefined): string {
  return schema === undefined ? 'no schema' : `schema ${JSON.stringify(schema)}`;
}

/** @throws instead of what `use` trips over: `report` is whole JSON and yet not what its schema promises */
export function usingReport<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return fail(
      'config',
      `${path} is damaged or of another version: it lacks what a report has`,
      HELP,
      error,
    );
  }
}
