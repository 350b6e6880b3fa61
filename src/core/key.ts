import { canonicalJson } from '../util/canonical-json.ts';
import { digestBytes } from '../util/digest.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { StageKey } from './ids.ts';

/** sha256 of the fingerprint's canonical JSON: two stages with one key may share one result. */
export function fingerprintKey(fingerprint: Fingerprint): StageKey {
  return digestBytes(canonicalJson(fingerprint)) as string as StageKey;
}
