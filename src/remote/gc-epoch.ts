// gc on a remote moves no bytes: it writes which names are condemned, as gc/<epoch8>.json, canonical JSON and a newline:
//   {"epoch":7,"objects":["9f86…"],"packs":["1b06…"],"runs":["runs/main/4a/4a4f…/9c81f2c4b153a185.json"],"time":"2026-11-21T10:00:00.000Z","v":1}
// The newest wins and says everything: what it does not name is condemned no longer. Who pushes takes what is condemned
// for absent; who reads still reads it. Only after a week does a second run delete what is condemned and still unused.
import { fail } from '../core/failure.ts';
import { type Digest, isDigest } from '../core/ids.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import { canonicalJson } from '../util/canonical-json.ts';
import { collect, textBody } from './body.ts';
import type { Remote } from './remote.ts';

export interface GcEpoch {
  /** From 1; no two have the same. */
  readonly epoch: number;
  /** When it was written, ISO 8601. */
  readonly time: string;
  readonly packs: readonly Digest[];
  readonly objects: readonly Digest[];
  /** Names of run entries. */
  readonly runs: readonly string[];
}

const FOLDER = 'gc/';
/** A million condemned names are 70 MB. */
const LIMIT_BYTES = 1 << 30;

/** Undefined when there was no gc yet. @throws MlopsError `remote` when the newest one cannot be understood */
export async function newestEpoch(remote: Remote): Promise<GcEpoch | undefined> {
  const epoch = await newestEpochNumber(remote);
  if (epoch === 0) return undefined;
  const text = await remote.read(epochName(epoch), (body) => collect(body, LIMIT_BYTES));
  return text && parseEpoch(text.toString('utf8'), epoch, remote.url);
}

/** 0 when there is none. */
export async function newestEpochNumber(remote: Remote): Promise<number> {
  let newest = 0;
  for await (const { name } of remote.list(FOLDER)) {
    const number = /^gc\/(\d{8})\.json$/.exec(name)?.[1];
    if (number !== undefined) newest = Math.max(newest, Number(number));
  }
  return newest;
}

/** 'exists': another gc was first; what it condemned has to be looked at before the next number is tried. */
export async function writeEpoch(remote: Remote, epoch: GcEpoch): Promise<'written' | 'exists'> {
  return remote.write(epochName(epoch.epoch), textBody(`${canonicalJson({ ...epoch, v: 1 })}\n`), 'new');
}

export function epochName(epoch: number): string {
  return `${FOLDER}${String(epoch).padStart(8, '0')}.json`;
}

function parseEpoch(text: string, epoch: number, url: string): GcEpoch {
  const value = jsonOf(text);
  const foreign = (): never =>
    fail('remote', `${url}: ${epochName(epoch)} is not one that this mlops can read`, {
      help: 'nothing is pushed where it is unknown what gc may delete: use the newest mlops, or remove that file',
    });
  if (!isJsonObject(value) || value['v'] !== 1 || value['epoch'] !== epoch) return foreign();
  const { time, packs, objects, runs } = value;
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time))) return foreign();
  if (!areDigests(packs) || !areDigests(objects)) return foreign();
  if (!Array.isArray(runs) || !runs.every((each) => typeof each === 'string')) return foreign();
  return { epoch, time, packs, objects, runs };
}

function areDigests(value: Json | undefined): value is readonly Digest[] & Json {
  return Array.isArray(value) && value.every(isDigest);
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
