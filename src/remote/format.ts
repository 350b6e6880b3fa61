// format.json says what a remote is, before anything in it is believed. The first push makes it:
//   {"format":1,"hash":"sha256","id":"0b6c…","requires":[]}
// `requires` names what a reader must know; one that does not know a word of it must not touch the rest.
import { randomUUID } from 'node:crypto';
import { fail } from '../core/failure.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import { canonicalJson } from '../util/canonical-json.ts';
import { collect, textBody } from './body.ts';
import type { Remote } from './remote.ts';

const NAME = 'format.json';

export interface Format {
  /** Of this remote, made once; a folder emptied and used again has another. */
  readonly id: string;
}

/** Undefined: nothing was ever pushed there. @throws Failure 'remote' when this program must not use it. */
export async function readFormat(remote: Remote): Promise<Format | undefined> {
  const bytes = await remote.read(NAME, (body) => collect(body, 1 << 20));
  return bytes && parseFormat(bytes.toString('utf8'), remote.url);
}

/** As readFormat; makes the file where there is none. Of several that make it at once, one wins and all read that. */
export async function ensureFormat(remote: Remote): Promise<Format> {
  const found = await readFormat(remote);
  if (found) return found;
  const mine = { format: 1, hash: 'sha256', id: randomUUID(), requires: [] };
  await remote.write(NAME, textBody(`${canonicalJson(mine)}\n`), 'new');
  return (await readFormat(remote)) ?? fail('remote', `${remote.url}: ${NAME} was written and is not there`);
}

function parseFormat(text: string, url: string): Format {
  const value = jsonOf(text);
  if (!isJsonObject(value) || typeof value['id'] !== 'string' || !Array.isArray(value['requires']))
    fail('remote', `${url}: ${NAME} is not one of ours`, {
      help: 'use another prefix or folder; mlops never writes beside what it does not know',
    });
  const unknown = [
    ...(value['format'] === 1 ? [] : [`format ${canonicalJson(value['format'] ?? null)}`]),
    ...(value['hash'] === 'sha256' ? [] : [`hash ${canonicalJson(value['hash'] ?? null)}`]),
    ...value['requires'].map((each: Json) => String(each)),
  ];
  if (unknown.length > 0)
    fail('remote', `${url}: needs a newer mlops (${unknown.join(', ')})`, {
      help: 'npm install -g mlops@latest',
    });
  return { id: value['id'] };
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
