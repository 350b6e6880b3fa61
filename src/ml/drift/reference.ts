// What `drift.reference` names: data, or the directory of a profile, which holds a sample of the data and what is known of
// all its rows.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ColumnOverrides, DataSource } from '../frame/source.ts';
import type { StoredAt } from '../multivariate/detector/open.ts';
import { DETECTOR_FILE, PROFILE_FILE, readProfile, SAMPLE_FILE } from '../profile/format.ts';
import type { ColumnPair } from './draft.ts';
import type { DriftInput } from './report.ts';

export interface Reference {
  readonly source: DataSource;
  /** How the sample's columns are to be read. */
  readonly overrides: ColumnOverrides;
  readonly whole: ReadonlyMap<string, NonNullable<ColumnPair['whole']>>;
  /** Parts of the data that a profile's limits rest on; 0 for plain data. */
  readonly chunks: number;
  /** The detector that a profile brings along. */
  readonly detector: StoredAt | null;
  /** The data behind a profile. */
  readonly input: (DriftInput & { readonly rows: number }) | null;
}

export function openReference(source: DataSource, cwd: string): Reference {
  const path = source.paths[0]!;
  if (source.paths.length !== 1 || !existsSync(resolve(cwd, path, PROFILE_FILE)))
    return { source, overrides: {}, whole: new Map(), chunks: 0, detector: null, input: null };
  const profile = readProfile(resolve(cwd, path));
  const overrides: Record<string, ColumnOverrides[string]> = {};
  const whole = new Map<string, NonNullable<ColumnPair['whole']>>();
  for (const column of profile.columns) {
    // Text that looks like numbers in a small sample is still text.
    if (column.type === 'string') overrides[column.name] = { type: 'string' };
    whole.set(column.name, {
      ...(column.range ? { range: column.range } : {}),
      ...(column.categories ? { seen: new Set(column.categories.map(([name]) => name)) } : {}),
      ...(column.limit === null ? {} : { limit: column.limit }),
    });
  }
  return {
    source: { ...source, paths: [join(path, SAMPLE_FILE)], format: 'csv' },
    overrides,
    whole,
    chunks: profile.chunks,
    detector: profile.detector && {
      detector: profile.detector,
      absolute: resolve(cwd, path, DETECTOR_FILE),
      path: join(path, DETECTOR_FILE),
    },
    input: { path, sha256: profile.data.sha256, rows: profile.data.rows },
  };
}
