// What is searched: dimensions with their domains, some only there under a condition. Plain data, kept in sweep files.
import type { Json } from '../core/json.ts';

/** One of a list, in the order it was typed. */
export interface Choice {
  readonly kind: 'choice';
  readonly values: readonly Json[];
}

/** From `low` to `high`, both included. With a step: low, low + step, … as far as `high`, which is then one of them. */
export interface Numbers {
  readonly kind: 'numbers';
  readonly low: number;
  readonly high: number;
  readonly step: number | null;
  readonly scale: 'linear' | 'log';
}

export type Domain = Choice | Numbers;

/** Holds when the other dimension is there and its value compares so. */
export interface Condition {
  /** Name of the other dimension. */
  readonly of: string;
  readonly test: '==' | '!=' | '<' | '<=' | '>' | '>=';
  readonly value: Json;
}

export interface Dimension {
  /** Unique in its space. */
  readonly name: string;
  readonly domain: Domain;
  /** All must hold; none = always there. */
  readonly when: readonly Condition[];
}

/** Each dimension stands behind those that its conditions name. */
export type Space = readonly Dimension[];

/** A value for every dimension that is there. Null prototype. */
export type Point = { readonly [name: string]: Json };

/** Whether `dimension` is there, when those before it are as in `point`. */
export function isThere({ when }: Dimension, point: Point): boolean {
  return when.every((condition) => holds(condition, point));
}

function holds({ of, test, value }: Condition, point: Point): boolean {
  const found = Object.hasOwn(point, of) ? point[of] : undefined;
  if (found === undefined) return false;
  if (test === '==') return JSON.stringify(found) === JSON.stringify(value);
  if (test === '!=') return JSON.stringify(found) !== JSON.stringify(value);
  if (typeof found !== 'number' || typeof value !== 'number') return false;
  if (test === '<') return found < value;
  if (test === '<=') return found <= value;
  return test === '>' ? found > value : found >= value;
}

/**
 * The dimensions in an order in which each stands behind those it depends on, else as given. `stuck`: those that
 * cannot be placed, because they wait for each other or for one that is not there.
 */
export function inOrder<D extends Dimension>(
  dimensions: readonly D[],
): { readonly space: readonly D[]; readonly stuck: readonly D[] } {
  const space: D[] = [];
  let left = dimensions;
  for (;;) {
    const placed = new Set(space.map(({ name }) => name));
    const next = left.find(({ when }) => when.every(({ of }) => placed.has(of)));
    if (!next) return { space, stuck: left };
    space.push(next);
    left = left.filter((each) => each !== next);
  }
}

/** One point = one text, whatever the order of its names. */
export function pointKey(space: Space, point: Point): string {
  return JSON.stringify(space.map(({ name }) => point[name] ?? (name in point ? null : [])));
}
