// What `detector` and `domain_classifier` may be, and their defaults.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import {
  between,
  bool,
  count,
  either,
  nothing,
  number,
  object,
  type Shape,
  text,
  word,
} from '../../core/shape.ts';
import { predictKeys } from '../predict/options.ts';
import type { GivenOptions } from './detector/given.ts';

const kinds = word('pca', 'autoencoder');
const compat = word('autodeploy');

export const detectorShape: Shape = either(
  'pca, autoencoder, a map with "kind" or "model", or nothing',
  kinds,
  object({ kind: kinds, compat }),
  object(
    {
      model: text,
      output: text,
      gives: word('auto', 'reconstruction', 'error'),
      threshold: number,
      features: predictKeys['features']!,
      compat,
    },
    ['model'],
  ),
  nothing,
);

export const domainShape: Shape = either(
  'true, false, a map with "rows" and "floor", or nothing',
  bool,
  object({ rows: count(100), floor: between(0.5, 1) }),
  nothing,
);

export interface DomainOptions {
  /** At most so many rows of each side are looked at, drawn by chance. */
  readonly rows: number;
  /** An area under the curve below this is no drift, however sure. */
  readonly floor: number;
}

/** Null: not asked for. */
export function domainOptionsOf(json: Json | undefined): DomainOptions | null {
  if (json === undefined || json === null || json === false) return null;
  const given = isJsonObject(json) ? json : {};
  return { rows: (given['rows'] ?? 5000) as number, floor: (given['floor'] ?? 0.6) as number };
}

/** `profile`: the one that the reference brings along, if any. */
export type DetectorOption =
  | { readonly kind: 'profile' | 'pca' | 'autoencoder'; readonly autodeploy: boolean }
  | ({ readonly kind: 'model' } & GivenOptions);

/** `predict`: `batch`, `device` and `threads` of the stage. */
export function detectorOptionOf(json: Json | undefined, predict: JsonObject): DetectorOption {
  if (json === undefined || json === null) return { kind: 'profile', autodeploy: false };
  if (!isJsonObject(json)) return { kind: json as 'pca' | 'autoencoder', autodeploy: false };
  const autodeploy = json['compat'] === 'autodeploy';
  const model = modelOf(json);
  if (model === null)
    return { kind: (json['kind'] as 'pca' | 'autoencoder' | undefined) ?? 'profile', autodeploy };
  return {
    kind: 'model',
    model,
    output: (json['output'] as string | undefined) ?? null,
    gives: (json['gives'] as GivenOptions['gives'] | undefined) ?? 'auto',
    threshold: (json['threshold'] as number | undefined) ?? null,
    autodeploy,
    predict: { ...predict, features: json['features'] ?? 'auto' },
  };
}

/** The ONNX file that `detector` names; null where it names none. */
export function modelOf(detector: Json | undefined): string | null {
  return isJsonObject(detector) && typeof detector['model'] === 'string' ? detector['model'] : null;
}
