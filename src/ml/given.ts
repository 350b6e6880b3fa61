// Reads options that a shape has checked. Nothing (null) and absent are the same: the default.
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';

export interface Given {
  readonly get: <T extends Json>(key: string, otherwise: T) => T;
  /** A map of options; empty where there is none. */
  readonly part: (key: string) => JsonObject;
}

/** What is part of the key of a stage: gates are judged after every repro, so rules that changed run nothing again. */
export function withoutGates({ gates: _, ...options }: JsonObject): JsonObject {
  return options;
}

export function givenIn(options: JsonObject): Given {
  return {
    get: <T extends Json>(key: string, otherwise: T) => (options[key] as T | undefined) ?? otherwise,
    part: (key) => {
      const part = options[key];
      return isJsonObject(part) ? part : {};
    },
  };
}
