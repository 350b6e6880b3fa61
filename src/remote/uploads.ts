// Uploads in parts that are not finished, so that the next attempt, or the next process, sends only what is missing. It
// is a hint: which parts the server has, only the server says. One file an upload, lines in the order they came; a line
// cut off by a crash counts as not written:
//   {"key":"bucket/team/v1/objects/ab/cd…","id":"2~Vx…","digest":"abcd…","bytes":2147483648}
//   {"part":1,"etag":"\"5d41…\"","sha256":"9f86…"}
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../core/ids.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import { digestBytes } from '../util/digest.ts';
import { orAbsent } from '../util/errno.ts';

export interface Upload {
  /** As the server named it. */
  readonly id: string;
  /** What it is to become. */
  readonly digest: Digest;
  readonly bytes: number;
  /** By number, from 1. */
  readonly parts: Map<number, SentPart>;
}

/** `sha256` is that of the bytes that were sent, `etag` what the server called them. */
export interface SentPart {
  readonly etag: string;
  readonly sha256: string;
}

export interface Uploads {
  /** `key` names an object on one server: bucket and name. */
  find(key: string): Upload | undefined;
  start(key: string, upload: Omit<Upload, 'parts'>): Upload;
  sent(key: string, number: number, part: SentPart): void;
  forget(key: string): void;
  /** Whether so many parts are more than any attempt of this process had: then its work was not in vain. */
  further(key: string, parts: number): boolean;
}

export function openUploads(dir: string | undefined): Uploads {
  const known = new Map<string, Upload>();
  const most = new Map<string, number>();
  const fileOf = (key: string): string => join(dir!, `${digestBytes(key).slice(0, 32)}.jsonl`);
  return {
    find: (key) => {
      const upload = known.get(key) ?? (dir === undefined ? undefined : readUpload(fileOf(key), key));
      if (upload) known.set(key, upload);
      return upload;
    },
    start: (key, { id, digest, bytes }) => {
      const upload = { id, digest, bytes, parts: new Map() };
      known.set(key, upload);
      if (dir !== undefined)
        ifPossible(() => {
          mkdirSync(dir, { recursive: true });
          writeFileSync(fileOf(key), lineOf({ key, id, digest, bytes }));
        });
      return upload;
    },
    sent: (key, number, { etag, sha256 }) => {
      known.get(key)?.parts.set(number, { etag, sha256 });
      if (dir !== undefined)
        ifPossible(() => appendFileSync(fileOf(key), lineOf({ part: number, etag, sha256 })));
    },
    forget: (key) => {
      known.delete(key);
      if (dir !== undefined) ifPossible(() => rmSync(fileOf(key), { force: true }));
    },
    further: (key, parts) => {
      const further = parts > (most.get(key) ?? 0);
      if (further) most.set(key, parts);
      return further;
    },
  };
}

/** Undefined for what is not there, is not ours or is cut off: then the upload starts over. */
function readUpload(path: string, key: string): Upload | undefined {
  const text = orAbsent(() => readFileSync(path, 'utf8'), '');
  const [head, ...lines] = text.split('\n').slice(0, -1).map(parse);
  if (!head || head['key'] !== key || typeof head['id'] !== 'string') return undefined;
  const parts = new Map<number, SentPart>();
  for (const line of lines)
    if (line) parts.set(Number(line['part']), { etag: String(line['etag']), sha256: String(line['sha256']) });
  return { id: head['id'], digest: head['digest'] as Digest, bytes: Number(head['bytes']), parts };
}

function parse(line: string): { readonly [name: string]: Json } | undefined {
  try {
    const value = JSON.parse(line) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** A disk that is full, read-only or otherwise unwilling costs the memory of an upload, not the upload. */
function ifPossible(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
  }
}
