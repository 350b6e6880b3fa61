// Which of MLflow's experiments a repository's runs belong to: the one of its name that the folder has, else a new one
// whose id follows from the name.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { byCodeUnit } from '../../util/compare.ts';
import { digestBytes } from '../../util/digest.ts';
import { orAbsent } from '../../util/errno.ts';
import type { MlflowExperiment } from './write.ts';

export function experimentFor(dir: string, name: string): MlflowExperiment {
  return { id: idIn(dir, name) ?? idOf(name), name, root: pathToFileURL(dir).href };
}

function idIn(dir: string, name: string): string | undefined {
  const folders = orAbsent(() => readdirSync(dir, { withFileTypes: true }), []);
  return folders
    .filter((each) => each.isDirectory())
    .map((each) => each.name)
    .sort(byCodeUnit)
    .find((id) => nameOf(join(dir, id, 'meta.yaml')) === name);
}

function nameOf(meta: string): unknown {
  const text = orAbsent(() => readFileSync(meta, 'utf8'), undefined);
  if (text === undefined) return undefined;
  try {
    return (parse(text) as { readonly name?: unknown } | null)?.name;
  } catch {
    return undefined; // not MLflow's
  }
}

/** 18 digits, as MLflow's own. */
function idOf(name: string): string {
  const digits = BigInt(`0x${digestBytes(`mlflow ${name}`).slice(0, 16)}`) % 900_000_000_000_000_000n;
  return String(digits + 100_000_000_000_000_000n);
}
