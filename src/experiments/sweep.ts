// A sweep whose next trial depends on what came of the others: what one command asked for, and how far its search has
// come. `<common>/mlops/queue/sweeps/<id>.json`, written whole, under a claim of its own where it is changed:
//
//   {"v":1,"id":"…","created":"…","fixed":[…Override],"dimensions":[…],"objective":{"file":"metrics.json","key":"accuracy"},
//    "search":"tpe","seed":0,"direction":"max","limit":40,"trials":[{"point":{"train.lr":0.01},"outcome":{"kind":"value","value":0.93}}]}
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Override } from '../core/experiment.ts';
import { fail } from '../core/failure.ts';
import { isJsonObject } from '../core/json.ts';
import { refuseTooMany } from '../search/plan.ts';
import type { Point } from '../search/space.ts';
import { type Outcome, type Study, type Trial, told } from '../search/study.ts';
import { nextPoint } from '../search/tpe.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { openClaimDir } from '../util/claim-file.ts';
import { awaitClaim } from '../util/claim-wait.ts';
import { orAbsent } from '../util/errno.ts';
import { fileName } from '../util/file-name.ts';
import type { Objective } from './objective.ts';
import { overridesAt, type SweepDimension } from './overrides/sweep-dimension.ts';

export interface Sweep extends Omit<Study, 'space'> {
  readonly v: 1;
  readonly id: string;
  /** ISO time. */
  readonly created: string;
  readonly fixed: readonly Override[];
  /** As `parseOverrides` gives them. */
  readonly dimensions: readonly SweepDimension[];
  readonly search: 'tpe';
  /** How many to try at most. */
  readonly limit: number;
  readonly objective: Objective;
}

export type SweepRequest = Omit<Sweep, 'v' | 'created' | 'trials'>;

/** What a trial overrides, as its ticket says: `sweep: {id, trial}`. */
export interface SweepTrial {
  readonly trial: number;
  readonly overrides: readonly Override[];
}

/**
 * Writes the sweep's file. `queue` is `<git-common-dir>/mlops/queue`; nobody else has this id.
 * @throws MlopsError (usage)
 */
export function createSweep(queue: string, request: SweepRequest): Sweep {
  refuseTooMany(request.limit);
  const sweep: Sweep = { ...request, v: 1, created: new Date().toISOString(), trials: [] };
  write(queue, sweep);
  return sweep;
}

/** A grid and what was drawn at once have no record: nothing is to be told. */
export function hasSweep(queue: string, id: string): boolean {
  return existsSync(sweepFile(queue, id));
}

/** @throws MlopsError (missing, integrity) */
export function readSweep(queue: string, id: string): Sweep {
  const file = sweepFile(queue, id);
  const text = orAbsent(() => readFileSync(file, 'utf8'), undefined);
  if (text === undefined) return fail('missing', `there is no sweep ${id}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail('integrity', `the record of sweep ${id} is damaged`, { where: { file } }, error);
  }
  if (isJsonObject(value) && value['v'] === 1 && Array.isArray(value['trials']))
    return value as unknown as Sweep;
  return fail('integrity', `the record of sweep ${id} is not one that this version can read`, {
    where: { file },
  });
}

/** Trials that were asked and not told. After a crash some have no ticket yet: whoever goes on makes it. */
export function openTrials(sweep: Sweep): readonly SweepTrial[] {
  return sweep.trials.flatMap(({ point, outcome }, trial) =>
    outcome === null ? [trialOf(sweep, trial, point)] : [],
  );
}

/** Asks for one more and records it before it is given. Undefined: no more are to be asked, or there are none. */
export async function nextTrial(queue: string, id: string): Promise<SweepTrial | undefined> {
  const changed = await change(queue, id, (sweep) => {
    const { dimensions, limit, trials } = sweep;
    const point = trials.length < limit ? nextPoint({ ...sweep, space: dimensions }) : undefined;
    return point && [...trials, { point, outcome: null }];
  });
  const last = changed?.trials.at(-1);
  return last && trialOf(changed!, changed!.trials.length - 1, last.point);
}

/** May be called again: the first value stands, a failure may become a value. */
export async function tellTrial(queue: string, id: string, trial: number, outcome: Outcome): Promise<void> {
  await change(queue, id, ({ trials }) => {
    const after = told(trials, trial, outcome);
    return after === trials ? undefined : after;
  });
}

/** Undefined when nothing was to be changed. */
async function change(
  queue: string,
  id: string,
  next: (sweep: Sweep) => readonly Trial[] | undefined,
): Promise<Sweep | undefined> {
  const got = await awaitClaim(openClaimDir(join(queue, 'claims')), `sweep:${id}`, { what: `sweep ${id}` });
  if (!('claim' in got)) throw new Error('BUG: a claim that is awaited for ever');
  try {
    const sweep = readSweep(queue, id);
    const trials = next(sweep);
    if (!trials) return undefined;
    if (!got.claim.isMine()) return fail('busy', `sweep ${id} was taken over while it was asked`);
    write(queue, { ...sweep, trials });
    return { ...sweep, trials };
  } finally {
    got.claim.release();
  }
}

function trialOf({ fixed, dimensions }: Sweep, trial: number, point: Point): SweepTrial {
  return { trial, overrides: overridesAt(fixed, dimensions, point) };
}

function write(queue: string, sweep: Sweep): void {
  writeAtomic(sweepFile(queue, sweep.id), `${JSON.stringify(sweep)}\n`);
}

function sweepFile(queue: string, id: string): string {
  return join(queue, 'sweeps', `${fileName(id)}.json`);
}
