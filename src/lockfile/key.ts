import type { Fingerprint } from '../core/fingerprint.ts';
import type { StageKey } from '../core/ids.ts';
import { canonicalJson } from '../util/canonical-json.ts';
import { digestBytes } from '../util/digest.ts';

/** sha256 of the fingerprint's canonical JSON. The record is hashed as it stands: absent fields stay absent. */
export function fingerprintKey(fingerprint: Fingerprint): StageKey {
  return digestBytes(canonicalJson(fingerprint)) as string as StageKey;
}
