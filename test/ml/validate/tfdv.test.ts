// The same anomalies as TensorFlow Data Validation, by name and column, on the same data under the same schema.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { sourceOf } from '../../../src/ml/frame/source.ts';
import { INFER, inferSchema } from '../../../src/ml/validate/infer.ts';
import { folder } from '../frame/folder.ts';
import { validated } from './validated.ts';

interface Case {
  readonly title: string;
  readonly data: string;
  readonly schema: JsonObject;
  readonly environment?: string;
  readonly against?: string;
  readonly anomalies: readonly (readonly [column: string, name: string])[];
}

const FIXTURE = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../fixtures/ml/validate/tfdv.json'), 'utf8'),
) as {
  readonly cases: readonly Case[];
  readonly inference: { readonly data: string; readonly columns: { readonly [name: string]: object } };
};

describe('the anomalies of TensorFlow Data Validation', () => {
  it.each(FIXTURE.cases.map((each) => [each.title, each] as const))('%s', async (_, each) => {
    const { findings } = await validated({
      files: {
        'data.csv': each.data,
        'schema.yaml': JSON.stringify({ format: 'mlops.schema/1', ...each.schema }),
        ...(each.against ? { 'against.csv': each.against } : {}),
      },
      environment: each.environment ?? null,
      against: each.against ? 'against.csv' : null,
      limits: { duplicates: null, shared: null },
    });
    expect(findings.map(({ subject, check }) => [subject, check]).sort()).toEqual(each.anomalies);
  });

  it('infers the types, the missing values and the domains that it does', async () => {
    const cwd = folder({ 'data.csv': FIXTURE.inference.data });
    const io = { cwd, signal: new AbortController().signal };
    const columns = await inferSchema(sourceOf('data.csv'), INFER, io);
    const shown = [...columns].map(([name, { type, nullable, values }]) => [
      name,
      { type, nullable: nullable ?? true, values: values ?? null },
    ]);
    expect(Object.fromEntries(shown)).toEqual(FIXTURE.inference.columns);
  });

  it('takes 0 and 1 for yes and no, where TFDV has whole numbers', async () => {
    const cwd = folder({ 'data.csv': 'flag,count,ones\n0,0,1\n1,1,1\n1,2,1\n' });
    const io = { cwd, signal: new AbortController().signal };
    const columns = await inferSchema(sourceOf('data.csv'), INFER, io);
    expect(columns.get('flag')).toEqual({ type: 'int64', nullable: false, values: [0, 1] });
    expect(columns.get('count')).toEqual({ type: 'int64', nullable: false, min: 0 });
    expect(columns.get('ones')).toEqual({ type: 'int64', nullable: false, min: 0 });
  });
});
