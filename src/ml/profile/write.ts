import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../util/atomic-write.ts';
import { canonicalJson } from '../../util/canonical-json.ts';
import { DETECTOR_FILE, PROFILE_FILE, SAMPLE_FILE } from './format.ts';
import type { ProfileResult } from './profile.ts';

/** Writes the files of a profile into `directory`, which is made where absent. */
export function writeProfile({ profile, sample, detector }: ProfileResult, directory: string): void {
  writeAtomic(join(directory, PROFILE_FILE), `${canonicalJson(profile)}\n`);
  writeAtomic(join(directory, SAMPLE_FILE), sample);
  const path = join(directory, DETECTOR_FILE);
  if (detector) writeAtomic(path, detector);
  else rmSync(path, { force: true });
}
