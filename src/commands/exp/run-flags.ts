import type { Trial } from '../../core/experiment.ts';
import type { Project } from '../../project.ts';
import type { Reporter } from '../../render/run/reporter.ts';
import type { Io } from '../command.ts';
import { jobsOf } from '../repro.ts';
import type { QueueFlags } from './queue-flags.ts';

export interface RunFlags extends QueueFlags {
  /** As typed after each `-S`. */
  readonly setParam: readonly string[];
  readonly name?: string;
  readonly message?: string;
  readonly isolated?: true;
  readonly dry?: true;
  readonly force?: true;
  readonly jobs?: string;
  readonly pull?: true;
  readonly json?: true;
}

/** What was asked for; where it starts is found when it does. */
export type Wish = Omit<Trial, 'baseline' | 'commit'>;

/** One experiment that is to run now, with what it needs. */
export interface AskedNow {
  readonly io: Io;
  readonly project: Project;
  readonly reporter: Reporter;
  readonly wish: Wish;
  readonly flags: RunFlags;
}

/** As `repro` takes them. */
export function reproFlags(project: Project, flags: RunFlags) {
  const jobs = jobsOf(flags.jobs) ?? project.config.jobs;
  const force = flags.force ?? false;
  return { ...(jobs === undefined ? {} : { jobs }), force, useCache: !force, pull: flags.pull ?? false };
}
