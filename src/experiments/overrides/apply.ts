// Overrides carried out in the text of a params file. Of several ways to write an edit, from the one that touches
// least to the one that prints the whole file anew, the first is taken that reads back as exactly what was meant.

import { stringify as stringifyToml } from 'smol-toml';
import { keyWords, type Override } from '../../core/experiment.ts';
import { fail, MlopsError } from '../../core/failure.ts';
import type { RepoPath } from '../../core/ids.ts';
import type { JsonObject } from '../../core/json.ts';
import { readParams } from '../../pipeline/params.ts';
import { canonicalJson } from '../../util/canonical-json.ts';
import { overridden } from './at-key.ts';
import { misfitOfKey } from './fits.ts';
import { spliceNodes } from './node-splice.ts';
import { printYaml } from './print-yaml.ts';
import { spliceToml } from './toml-splice.ts';
import { flowStyle, indentOf, jsonStyle, jsonText } from './value-text.ts';

type Way = (text: string, override: Override, meant: JsonObject) => string | undefined;

const YAML: readonly Way[] = [(text, override) => spliceNodes(text, override, flowStyle), printYaml];
const JSON_WAYS: readonly Way[] = [
  (text, override) => spliceNodes(text, override, jsonStyle(text)),
  printJson,
];
const TOML: readonly Way[] = [spliceToml, printToml];

/**
 * One after the other, as typed. Comments, quotes and order stay.
 * @throws MlopsError (config) when the file cannot be read, or is not as it was when the overrides were checked
 */
export function applyOverrides(text: string, file: RepoPath, overrides: readonly Override[]): string {
  const ways = /\.json$/i.test(file) ? JSON_WAYS : /\.toml$/i.test(file) ? TOML : YAML;
  let done = text;
  for (const override of overrides.filter((each) => each.file === file)) {
    const params = readParams(file, done);
    const misfit = misfitOfKey(params, override);
    if (misfit)
      fail('config', misfit.message, { where: { file }, ...(misfit.help ? { help: misfit.help } : {}) });
    done = written(done, override, overridden(params, override) as JsonObject, ways);
  }
  return done;
}

function printJson(text: string, _: Override, meant: JsonObject): string {
  return `${jsonText(meant, '', indentOf(text))}${/\s*$/.exec(text)![0]}`;
}

/** Its comments are lost: for what `spliceToml` does not know. */
function printToml(_text: string, _: Override, meant: JsonObject): string {
  return stringifyToml(meant);
}

function written(text: string, override: Override, meant: JsonObject, ways: readonly Way[]): string {
  const wanted = canonicalJson(meant);
  for (const way of ways) {
    const edited = way(text, override, meant);
    if (edited !== undefined && reads(override.file, edited) === wanted) return edited;
  }
  return fail('config', `${keyWords(override.file, override.key)} cannot be overridden in ${override.file}`, {
    where: { file: override.file },
    help: 'write this part of the file in a plainer way',
  });
}

function reads(file: RepoPath, text: string): string | undefined {
  try {
    return canonicalJson(readParams(file, text));
  } catch (error) {
    if (error instanceof MlopsError) return undefined;
    throw error;
  }
}
