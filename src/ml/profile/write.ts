import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../util/canonical-json.ts';
import { PROFILE_FILE, SAMPLE_FILE } from './format.ts';
import type { ProfileResult } from './profile.ts';

/** Writes both files of a profile into `directory`, which is made where absent. */
export function writeProfile({ profile, sample }: ProfileResult, directory: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, PROFILE_FILE), `${canonicalJson(profile)}\n`);
  writeFileSync(join(directory, SAMPLE_FILE), sample);
}
