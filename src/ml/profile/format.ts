// A profile is a directory: `profile.json`, what is known of all rows, `sample.csv`, a seeded sample of them, and, where one
// was asked for, `detector.onnx`, which knows what a row looks like.
// It stands for its data wherever a reference is asked for, and is as small as the sample.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../core/failure.ts';
import type { CellType } from '../frame/frame.ts';
import type { StoredDetector } from '../multivariate/detector/open.ts';

export const PROFILE_FILE = 'profile.json';
export const SAMPLE_FILE = 'sample.csv';
export const DETECTOR_FILE = 'detector.onnx';

export interface ProfileColumn {
  readonly name: string;
  readonly type: CellType;
  readonly kind: 'numeric' | 'categorical' | 'datetime' | 'text' | 'id';
  readonly missing: number;
  /** Numeric, over all rows with a value. */
  readonly range: { readonly min: number; readonly max: number; readonly rows: number } | null;
  readonly quantiles: { readonly p: readonly number[]; readonly values: readonly number[] } | null;
  /** Inner edges of quantile bins, open at both ends, and how many rows each holds. */
  readonly bins: { readonly edges: readonly number[]; readonly counts: readonly number[] } | null;
  /** Categorical: names and rows, by name. */
  readonly categories: readonly (readonly [string, number])[] | null;
  /** What parts of the data reach against the rest, in the effect that decides; null without a time column. */
  readonly limit: number | null;
}

export interface Profile {
  readonly schema: 'mlops.profile/1';
  readonly data: { readonly path: string; readonly sha256: string; readonly rows: number };
  readonly sample: { readonly rows: number; readonly seed: number };
  /** Parts of the data behind `limit`. */
  readonly chunks: number;
  readonly columns: readonly ProfileColumn[];
  /** Columns, thresholds and widths of `detector.onnx`; null where none was asked for, or none could be trained. */
  readonly detector: StoredDetector | null;
  readonly unavailable: { readonly [name: string]: string };
}

/** `directory` holds `profile.json`. */
export function readProfile(directory: string): Profile {
  const path = join(directory, PROFILE_FILE);
  try {
    const profile = JSON.parse(readFileSync(path, 'utf8')) as Profile;
    if (profile.schema === 'mlops.profile/1') return profile;
  } catch (error) {
    fail('config', `${path} is not a profile`, {}, error);
  }
  return fail('config', `${path} is not a profile of this version`, {
    help: 'make it again with the profile action',
  });
}
