// `mlops ci run`: needs no token. Decides where it is and whose code this is, runs the command, shares what it made, and
// leaves a report in a folder, whatever happens: a job that fails or is cancelled has one too.
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { addSummary, SUMMARY, setOutputs } from '../../ci/github/files.ts';
import type { ExitName } from '../../core/failure.ts';
import { renderJobEnd } from '../../render/pipeline/job-end.ts';
import { renderPipelineMarkdown } from '../../render/pipeline/markdown.ts';
import { VERSION } from '../../util/version.ts';
import type { Io } from '../command.ts';
import { say } from '../open-project.ts';
import { annotationsOf } from './annotations.ts';
import { environmentFor } from './environment.ts';
import { exitFor } from './exit.ts';
import { toldBy } from './flags.ts';
import { inJobLog, type JobIo, unguessable } from './job-io.ts';
import { type Done, JobRun } from './job-run.ts';
import { outputsOf } from './outputs.ts';
import { findPlace, type Place } from './place.ts';
import { type PlanFlags, tellPlan } from './plan.ts';
import type { CiRecord } from './record.ts';
import { openReport, writeRecord, writeReport } from './report-folder.ts';
import { commandWords } from './typed-command.ts';
import { bareView, NOT_RUN } from './view.ts';

export async function runJob(io: Io, flags: PlanFlags): Promise<ExitName> {
  const words = commandWords(flags.command, flags.jobs);
  const place = findPlace(io, toldBy(flags), flags.trust ? 'trust' : 'ask');
  if (flags.dry) return tellPlan(io, place, flags);
  const title = `mlops ${flags.command}`;
  return inJobLog(io, place.context, title, (job) => runIn(io, job, { title, place, words, flags }));
}

interface Job {
  readonly title: string;
  readonly place: Place;
  readonly words: readonly string[];
  readonly flags: PlanFlags;
}

async function runIn(
  io: Io,
  { io: shown, log }: JobIo,
  { title, place, words, flags }: Job,
): Promise<ExitName> {
  // As the repository's folder is named, so that links between the two are seen.
  const folder = resolve(realpathSync(io.cwd), flags.out);
  openReport(folder, place.repo.top);
  writeRecord(folder, recordOf(place, unfinished(place)));
  const inner = { ...shown, env: environmentFor(io.env, place), secretEnv: io.env };
  const { command, remote, images } = flags;
  const wanted = { command, words, remote, folder, images };
  const done = await new JobRun(inner, place, wanted).toEnd();
  writeReport(folder, recordOf(place, done));
  for (const note of done.view.run?.notes ?? []) say(inner, `note: ${note}`);
  io.out.write(log.close(title));
  // Names and messages are of the repository here too.
  io.out.write(log.open());
  say(inner, renderJobEnd(done.view, changedPaths(done), io.errStyle));
  say(inner, `report: ${folder}`);
  io.out.write(log.close());
  io.out.write(log.annotate(annotationsOf(done.view, done.stages), place.repo.top));
  addSummary(io.env, renderPipelineMarkdown(done.view, { limit: SUMMARY }));
  setOutputs(io.env, outputsOf(done, folder), unguessable());
  return exitFor(flags.failOn, done);
}

function changedPaths({ lock }: Done): readonly string[] {
  return lock.map(({ path }) => path);
}

/** What stays behind of a job that was killed. */
function unfinished({ repo, baseline }: Place): Pick<Done, 'state' | 'exit' | 'lock' | 'view'> {
  const view = bareView(repo, baseline, new Map());
  const run = { ...NOT_RUN, exit: 'terminated' } as const;
  return { state: 'running', exit: 'terminated', lock: [], view: { ...view, run } };
}

function recordOf(
  { context }: Place,
  { state, exit, lock, view }: Pick<Done, 'state' | 'exit' | 'lock' | 'view'>,
): CiRecord {
  return { schema: 'mlops.ci/1', tool: VERSION, state, exit, context, lock, view };
}
