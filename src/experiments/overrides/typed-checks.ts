// Typed overrides → what they mean in the params files that are there.
import { keyWords, type Override } from '../../core/experiment.ts';
import { MlopsError } from '../../core/failure.ts';
import { pathIn, type RepoPath } from '../../core/ids.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { readParams } from '../../pipeline/params.ts';
import { resolvePath } from '../../pipeline/paths.ts';
import { DEFAULT_PARAMS } from '../../pipeline/scope.ts';
import type { Domain } from '../../search/space.ts';
import { overridden, valueAtKey } from './at-key.ts';
import type { TypedCondition } from './condition.ts';
import { asInFile, type Misfit, misfitOfKey, misfitOfType } from './fits.ts';
import type { SweepDimension } from './sweep-dimension.ts';
import type { TypedKey } from './typed-key.ts';
import type { TypedOverride } from './typed-override.ts';
import type { TypedText } from './typed-text.ts';
import { heldByVars } from './vars.ts';

export interface ParamsPlaces {
  /** Where the command was typed; paths before `:` are seen from there. */
  readonly dir: RepoPath | '';
  /** Undefined: not there. */
  readonly read: (file: RepoPath) => string | undefined;
  /** Every params file that a stage names: where a key is looked for that no params.yaml has. */
  readonly others: readonly RepoPath[];
}

export interface SweptKey {
  readonly typed: TypedText;
  /** Its conditions are still as typed. */
  readonly dimension: SweepDimension;
  readonly when: readonly TypedCondition[];
}

interface Taken extends Pick<Override, 'file' | 'key'> {
  readonly kind: 'fixed' | 'swept';
}

export class TypedChecks {
  readonly #places: ParamsPlaces;
  /** As the overrides so far have made them; undefined: cannot be read, which was said. */
  readonly #params = new Map<RepoPath, JsonObject | undefined>();
  readonly #taken: Taken[] = [];

  constructor(places: ParamsPlaces) {
    this.#places = places;
  }

  /** @throws MlopsError */
  fixed(typed: TypedOverride): Override {
    const { op, put } = typed;
    const { file, key } = this.#place(typed, 'fixed');
    const override: Override = put.kind === 'value' ? { file, key, op, value: put.value } : { file, key, op };
    this.#check(typed, override, put.kind === 'value' ? [put.value] : []);
    this.#params.set(file, overridden(this.#params.get(file)!, override) as JsonObject);
    return override;
  }

  /** @throws MlopsError */
  swept(typed: TypedOverride): SweptKey {
    const { op, put } = typed;
    if (put.kind !== 'sweep' || op === 'remove') throw new Error('BUG: nothing is swept');
    const place = this.#place(typed, 'swept');
    this.#check(typed, { ...place, op }, someValues(put.domain));
    const name = keyWords(place.file, place.key);
    const dimension = { name, domain: put.domain, when: [], ...place, op };
    return { typed: typed.typed, dimension, when: put.when };
  }

  /** The name that a dimension of this key has. @throws MlopsError */
  wordsOf(typed: TypedKey): string {
    const file = this.#fileOf(typed);
    return keyWords(file, asInFile(this.#paramsOf(file, typed), typed.key));
  }

  #place({ typed, of }: TypedOverride, kind: Taken['kind']): Pick<Override, 'file' | 'key'> {
    const file = this.#fileOf(of);
    const key = asInFile(this.#paramsOf(file, of), of.key);
    const taken = this.#taken.find((each) => each.file === file && clash(each, { file, key, kind }));
    if (taken) {
      const same = taken.key.length === key.length ? 'twice' : `beside ${keyWords(file, taken.key)}`;
      typed.refuse(`${keyWords(file, key)} stands ${same}`, 'override each key once');
    }
    this.#taken.push({ file, key, kind });
    return { file, key };
  }

  #check({ typed, op, types }: TypedOverride, override: Override, values: readonly Json[]): void {
    const { file, key } = override;
    const params = this.#params.get(file)!;
    const refuse = ({ message, help }: Misfit): never => typed.refuse(message, help);
    const misfit = misfitOfKey(params, override);
    const elsewhere = (op === 'add') === (misfit === undefined);
    const holder = elsewhere && heldByVars(file, keyWords('params.yaml', key), this.#places.read);
    if (holder) refuse(heldElsewhere(override, holder));
    if (misfit) refuse(misfit);
    if (/\.toml$/i.test(file) && values.some(holdsNull))
      typed.refuse('TOML has no null', `to remove the key: -S ~${keyWords(file, key)}`);
    for (const value of op === 'set' && types === 'stay' ? values : []) {
      const wrong = misfitOfType(params, override, value);
      if (wrong) refuse(wrong);
    }
  }

  /** Without a file: the nearest params.yaml; where that has no such key, the one params file of the pipeline that does. */
  #fileOf({ file, path, key }: TypedKey): RepoPath {
    if (file) {
      const found = resolvePath(this.#places.dir, file.text);
      return 'path' in found ? found.path : file.refuse(`path "${file.text}" ${found.problem}`);
    }
    const nearest = this.#nearest();
    if (nearest && this.#has(nearest, key)) return nearest;
    const there = this.#places.others.filter((each) => this.#places.read(each) !== undefined);
    const holders = there.filter((each) => this.#has(each, key));
    if (holders.length > 1)
      path.refuse(
        `"${path.text}" is in ${holders.join(' and ')}`,
        `name one: -S ${holders[0]}:${path.text}=…`,
      );
    // A key that is to be added is nowhere yet.
    const only = nearest === undefined && there.length === 1 ? there[0] : undefined;
    return holders[0] ?? nearest ?? only ?? (DEFAULT_PARAMS as RepoPath);
  }

  /** From where the command was typed upwards. */
  #nearest(): RepoPath | undefined {
    const parts = this.#places.dir.split('/').filter((part) => part !== '');
    for (let depth = parts.length; depth >= 0; depth--) {
      const path = pathIn(parts.slice(0, depth).join('/'), DEFAULT_PARAMS) as RepoPath;
      if (this.#places.read(path) !== undefined) return path;
    }
    return undefined;
  }

  /** A file that cannot be read has nothing; that is told when it is the one that is meant. */
  #has(file: RepoPath, key: Override['key']): boolean {
    try {
      const params = readParams(file, this.#places.read(file)!);
      return valueAtKey(params, asInFile(params, key)) !== undefined;
    } catch (error) {
      if (error instanceof MlopsError) return false;
      throw error;
    }
  }

  #paramsOf(file: RepoPath, { file: typed, path }: TypedKey): JsonObject {
    if (!this.#params.has(file)) {
      this.#params.set(file, undefined);
      const text = this.#places.read(file);
      if (text === undefined)
        (typed ?? path).refuse(
          `${file} is not there`,
          typed ? undefined : 'create it, or name another: -S file:key=…',
        );
      this.#params.set(file, readParams(file, text!));
    }
    const params = this.#params.get(file);
    if (!params) throw new MlopsError([]);
    return params;
  }
}

/** The same key; of two that are swept, also one inside the other: each would undo what the other set. */
function clash(a: Taken, b: Taken): boolean {
  const shorter = Math.min(a.key.length, b.key.length);
  if (a.key.slice(0, shorter).some((step, at) => step !== b.key[at])) return false;
  return a.key.length === b.key.length || (a.kind === 'swept' && b.kind === 'swept');
}

/** Of numbers, one stands for all. */
function someValues(domain: Domain): readonly Json[] {
  return domain.kind === 'choice' ? domain.values : [domain.low];
}

function holdsNull(value: Json): boolean {
  return value === null || (typeof value === 'object' && Object.values(value).some(holdsNull));
}

function heldElsewhere({ file, key, op }: Override, holder: RepoPath): Misfit {
  const words = keyWords('params.yaml', key);
  const message = op === 'add' ? `${words} has a value in ${holder} already` : `${file} has no "${words}"`;
  const inPipeline = holder.split('/').at(-1) === 'pipeline.yaml';
  const help = inPipeline
    ? `${holder} sets it under vars: move it to ${file} to try values of it`
    : `override it where it is: -S ${holder}:${words}=…`;
  return { message, help };
}
