// `exp run` in the workspace: the overrides stay when it went well, and are taken back when it did not.
import { type Override, overrideWords } from '../../core/experiment.ts';
import type { ExitName } from '../../core/failure.ts';
import { BaselineRecords } from '../../experiments/baseline-records.ts';
import { putBackWords, runHere } from '../../experiments/here.ts';
import { modifiedAmong } from '../../git/files.ts';
import type { Project } from '../../project.ts';
import { renderFailure } from '../../render/failure.ts';
import type { RunContext } from '../../run/context.ts';
import { selectStages } from '../../run/select.ts';
import { shellWord } from '../../util/shell-word.ts';
import { hideFromGit } from '../edit-files.ts';
import { say } from '../open-project.ts';
import { untold, withViews } from '../repro.ts';
import { type AskedNow, reproFlags } from './run-flags.ts';
import { tellExperiment } from './tell-experiment.ts';

export async function runInWorkspace(asked: AskedNow): Promise<ExitName> {
  const { io, project, reporter, wish, flags } = asked;
  const clean = cleanFiles(project, wish.overrides);
  const { result, experiment, putBack } = await runHere(project.runContext(), wish, {
    open: () => openHere(asked),
    repro: { ...reproFlags(project, flags), dry: false, keepGoing: false, single: false },
    baselines: new BaselineRecords(project.repo),
    refs: project.config.exp.refs,
  });
  reporter.close();
  if (!flags.json) for (const each of untold(result)) io.err.write(renderFailure(each, io.errStyle));
  if (experiment) {
    tellExperiment(io, flags, experiment.name, experiment.commit, result.exit);
    if (!flags.json) for (const line of keptLines(wish.overrides, clean)) say(io, line);
    if (!flags.json) say(io, 'next: mlops exp show');
  } else {
    const back = putBack ? `: ${putBackWords(putBack)}; mlops repro brings outs back` : '';
    say(io, `no experiment was kept${back}`);
  }
  return result.exit;
}

/** The workspace with the overrides in it. */
function openHere({ io, project, reporter: { report }, wish: { name, targets, dir } }: AskedNow): RunContext {
  project.reload();
  for (const path of hideFromGit(project))
    report({ kind: 'note', text: `${path} keeps outs and data out of Git` });
  const context = { ...project.runContext(), env: { ...io.env, MLOPS_EXP_NAME: name } };
  const selection = selectStages(context.pipeline, targets, dir, 'upstream');
  return { ...context, report: withViews(context, selection, report) };
}

/** Files that the overrides change and that are as Git has them now: these can be had back from it. */
function cleanFiles(project: Project, overrides: readonly Override[]): Set<string> {
  const files = [...new Set(overrides.map(({ file }) => file))];
  const modified = new Set(modifiedAmong(project.repo, files));
  return new Set(files.filter((file) => !modified.has(file)));
}

function keptLines(overrides: readonly Override[], clean: ReadonlySet<string>): string[] {
  const files = [...new Set(overrides.map(({ file }) => file))];
  return files.map((file) => {
    const words = overrides.filter((each) => each.file === file).map(overrideWords);
    const undo = clean.has(file) ? `; undo: git restore ${shellWord(file)} && mlops repro` : '';
    return `${file} keeps ${words.join(' ')}${undo}`;
  });
}
