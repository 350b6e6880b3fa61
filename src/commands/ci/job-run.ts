// One run of a job's command, from the refusal to the report's content. Expected trouble is kept and told at the end: every
// part is tried that still makes sense.
import { existsSync } from 'node:fs';
import type { PlannedPath } from '../../ci/commit/plan.ts';
import { refusal } from '../../ci/trust.ts';
import { sharedConfig } from '../../config/read.ts';
import { type ExitName, type Failure, MlopsError, worstExit } from '../../core/failure.ts';
import type { StageName } from '../../core/ids.ts';
import type { Stage } from '../../core/pipeline.ts';
import { asExpected } from '../../core/system-trouble.ts';
import type { Project } from '../../project.ts';
import { renderFailure } from '../../render/failure.ts';
import type { PipelineView, RunView } from '../../render/pipeline/types.ts';
import type { ValueChange } from '../../run/values.ts';
import type { Io } from '../command.ts';
import { withProject } from '../open-project.ts';
import { allMetrics, fewMetrics } from './all-metrics.ts';
import { changedFiles } from './changed-files.ts';
import { missingBaseConfig } from './environment.ts';
import type { RunFlags } from './flags.ts';
import type { Place } from './place.ts';
import { placeOf } from './place-of.ts';
import type { CiRecord } from './record.ts';
import { withPagesIn } from './report-folder.ts';
import { withSavedTime } from './saved-time.ts';
import { shareAll } from './share.ts';
import { runWords } from './typed-command.ts';
import { bareView, gatherView, savedBy } from './view.ts';
import { RunWatch } from './watch.ts';

export interface Wanted {
  /** As typed, and its words. */
  readonly command: string;
  readonly words: readonly string[];
  readonly remote: string | undefined;
  /** Absolute, of the report. */
  readonly folder: string;
  readonly images: RunFlags['images'];
}

export interface Done {
  readonly state: CiRecord['state'];
  readonly exit: ExitName;
  readonly view: PipelineView;
  readonly lock: readonly PlannedPath[];
  readonly metrics: readonly ValueChange[];
  readonly stages: ReadonlyMap<StageName, Stage>;
}

export class JobRun {
  readonly #io: Io;
  readonly #place: Place;
  readonly #wanted: Wanted;
  readonly #watch = new RunWatch();
  readonly #begun = Date.now();
  readonly #failures: Failure[] = [];
  readonly #notes: string[];
  #exit: ExitName = 'ok';
  #pushed: RunView['pushed'] = null;
  #gathered: Pick<Done, 'view' | 'lock' | 'metrics' | 'stages'> | undefined;

  constructor(io: Io, place: Place, wanted: Wanted) {
    this.#io = { ...io, watch: this.#watch.see };
    this.#place = place;
    this.#wanted = wanted;
    this.#notes = [...place.baseline.notes];
  }

  async toEnd(): Promise<Done> {
    if (!this.#mayRun()) return this.#end('refused');
    const { exit, failures } = await runWords(this.#io, this.#wanted.words);
    this.#exit = exit;
    this.#fail(failures);
    // A host that cancels kills after seconds.
    if (this.#io.signal.aborted) return this.#end('cancelled');
    await this.#trying(() => withProject(this.#io, 'plain', (project) => this.#after(project)));
    return this.#end(this.#io.signal.aborted ? 'cancelled' : 'done');
  }

  #mayRun(): boolean {
    const { trust, repo } = this.#place;
    if (trust.kind === 'refused') this.#fail([refusal(trust)]);
    else {
      const problem = missingBaseConfig(this.#place, () => existsSync(sharedConfig(repo.top).path));
      if (problem) this.#fail([problem]);
    }
    return this.#failures.length === 0;
  }

  /** What a gate refused is shared too: the next run of it restores it, and says no again. */
  async #after(project: Project): Promise<void> {
    const { trust, baseline } = this.#place;
    const ignored = project.settings.ignored();
    this.#notes.push(...ignored.map((each) => `ignored, for settings come from the base: ${each}`));
    if (trust.kind === 'harmless') this.#notes.push(`nothing is pushed: ${trust.why}`);
    else
      await this.#trying(async () => {
        this.#pushed = await shareAll(project, this.#wanted.remote);
      });
    const runs = await withSavedTime(project.runContext(), this.#watch.stages);
    const { folder, images } = this.#wanted;
    const folders = { report: folder, images: images === 'none' ? undefined : folder };
    const all = allMetrics(project, baseline.commit);
    const metrics = fewMetrics(all);
    if (metrics.length < all.length)
      this.#notes.push(`the output metrics holds the first ${metrics.length} of ${all.length}`);
    const view = await gatherView(project, baseline, runs, folders, (each) => this.#fail(this.#news(each)));
    this.#gathered = {
      view: withPagesIn(folder, view),
      lock: changedFiles(project, runs),
      metrics,
      stages: project.pipeline.stages,
    };
  }

  /** Of bytes that the run found nowhere, it said so: that push and report lack them too is nothing new. */
  #news(failures: readonly Failure[]): readonly Failure[] {
    return this.#exit === 'missing' ? failures.filter(({ exit }) => exit !== 'missing') : failures;
  }

  async #trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const error = asExpected(thrown);
      if (!(error instanceof MlopsError)) throw error;
      this.#fail(this.#news(error.failures));
    }
  }

  /** The command and what comes after it may meet the same trouble: it is told once. */
  #fail(failures: readonly Failure[]): void {
    for (const each of failures) {
      if (this.#failures.some(({ message }) => message === each.message)) continue;
      this.#failures.push(each);
      this.#io.err.write(renderFailure(each, this.#io.errStyle));
    }
  }

  #end(state: CiRecord['state']): Done {
    const { repo, baseline, context } = this.#place;
    const { view, ...rest } = this.#gathered ?? {
      view: bareView(repo, baseline, this.#watch.stages),
      lock: [],
      metrics: [],
      stages: new Map(),
    };
    const exit = worstExit([this.#exit, ...this.#failures.map((each) => each.exit), ...this.#signalled()]);
    const run: RunView = {
      command: this.#wanted.command,
      exit,
      ms: Date.now() - this.#begun,
      savedMs: savedBy(view),
      failures: this.#failures,
      notes: [...this.#notes, ...this.#watch.notes],
      pushed: this.#pushed,
    };
    const { at, links } = placeOf(context);
    return { ...rest, state, exit, view: { ...view, at: at ?? view.at, run, links } };
  }

  #signalled(): ExitName[] {
    const { signal } = this.#io;
    return signal.aborted ? (signal.reason as MlopsError).failures.map((each) => each.exit) : [];
  }
}
