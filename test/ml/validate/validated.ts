import type { JsonObject } from '../../../src/core/json.ts';
import type { ValidateReport } from '../../../src/ml/validate/report.ts';
import { validate } from '../../../src/ml/validate/validate.ts';
import { folder } from '../frame/folder.ts';

/** The report on `data.csv` under `schema.yaml` where there is one; everything but the files is an option. */
export async function validated({
  files,
  ...options
}: {
  readonly files: { readonly [path: string]: string | Uint8Array };
} & { readonly [option: string]: unknown }): Promise<ValidateReport> {
  const cwd = folder(files);
  const given: JsonObject = {
    data: 'data.csv',
    ...('schema.yaml' in files ? { schema: 'schema.yaml' } : {}),
    ...(options as JsonObject),
  };
  const io = { stage: 'check', cwd, signal: new AbortController().signal, log: () => {} };
  return (await validate(given, io)).report;
}
