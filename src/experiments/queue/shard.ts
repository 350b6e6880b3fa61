// One of n shares of a sweep that several machines queue alike and run apart: none knows of the others. What belongs to a
// share is said by each ticket itself, so neither order nor timing matters: every experiment is in exactly one of them.
import type { Ticket } from '../../core/experiment.ts';
import { fail } from '../../core/failure.ts';
import type { Json } from '../../core/json.ts';
import { canonicalJson } from '../../util/canonical-json.ts';
import { digestBytes } from '../../util/digest.ts';

export interface Shard {
  /** From 1 to `of`. */
  readonly number: number;
  readonly of: number;
}

const MOST = 10_000;

/** `2/5`. @throws MlopsError `usage` */
export function parseShard(typed: string): Shard {
  const [, number = '', of = ''] = /^(\d{1,5})\/(\d{1,5})$/.exec(typed) ?? [];
  const shard = { number: Number(number), of: Number(of) };
  const fits = number !== '' && shard.number >= 1 && shard.number <= shard.of && shard.of <= MOST;
  return fits
    ? shard
    : fail('usage', `--shard ${typed} is no share of a sweep`, {
        help: `1/3, 2/3 and 3/3 are the three shares of three machines; at most ${MOST}`,
      });
}

/** Trials of a sweep in turn; what was queued alone by what it tries. */
export function isInShard({ sweep, overrides, baseline, targets }: Ticket, { number, of }: Shard): boolean {
  return (sweep?.trial ?? numberFrom([baseline, targets, overrides])) % of === number - 1;
}

/** A whole number that is the same wherever the same is tried; it also names the trials of a sweep alike everywhere. */
export function numberFrom(what: unknown): number {
  return Number.parseInt(digestBytes(canonicalJson(what as Json)).slice(0, 8), 16);
}
