// What one version of the settings says otherwise than another, in words for people: of a pull request, whose own
// settings do not count. Both were written by somebody, so nothing here is trusted to be short, or free of secrets.
import { MlopsError } from '../core/failure.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import { byCodeUnit } from '../util/compare.ts';
import type { Config } from './config.ts';
import { configAt } from './read.ts';

const SHOWN = '.mlops/config.yaml';
/** Of a value; longer ones are cut. */
const LONGEST = 120;
const MOST = 20;

/**
 * One line a setting: `remote "origin": url: s3://a → s3://b`. `text`: as it stands in the work tree.
 * Credentials in URLs are left out of the words.
 */
export function configDifferences(before: Config, text: string): readonly string[] {
  let after: Config;
  try {
    after = configAt(text, SHOWN);
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    // Its words may quote what must not be repeated.
    return [`${SHOWN} is not valid`];
  }
  const old = settings(before as unknown as Json);
  const now = settings(after as unknown as Json);
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort(byCodeUnit);
  const changed = keys.flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    return was === is ? [] : [`${nameOf(key)}: ${was ?? 'not set'} → ${is ?? 'not set'}`];
  });
  return changed.length <= MOST
    ? changed
    : [...changed.slice(0, MOST), `and ${changed.length - MOST} more settings`];
}

/** Key path, its parts divided by NUL → value as shown. */
function settings(value: Json, path: readonly string[] = []): Map<string, string> {
  if (!isJsonObject(value)) return new Map([[path.join('\0'), shown(value)]]);
  return new Map(Object.entries(value).flatMap(([key, each]) => [...settings(each, [...path, key])]));
}

function nameOf(key: string): string {
  const [first, name, ...rest] = key.split('\0');
  if (first === 'remotes' && name !== undefined)
    return [`remote ${JSON.stringify(cut(name))}`, ...rest].join(': ');
  return key.replaceAll('\0', '.');
}

function shown(value: Json): string {
  if (typeof value !== 'string') return cut(JSON.stringify(value));
  return cut(value.replace(/\/\/[^/@]*@/, '//***@').replace(/\?.*$/s, '?***'));
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
