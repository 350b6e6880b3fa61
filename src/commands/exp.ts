// `mlops exp VERB`: one file a verb in exp/, each with a function that adds it to this command.
import type { Command } from 'commander';
import { examples, type Io, type Run } from './command.ts';
import { addApply } from './exp/apply.ts';
import { addBranch } from './exp/branch.ts';
import { addClean } from './exp/clean.ts';
import { addDiff } from './exp/diff.ts';
import { addExport } from './exp/export.ts';
import { addList } from './exp/list.ts';
import { addLog } from './exp/log.ts';
import { addPull } from './exp/pull.ts';
import { addPush } from './exp/push.ts';
import { addQueue } from './exp/queue.ts';
import { addRemove } from './exp/remove.ts';
import { addRename } from './exp/rename.ts';
import { addRun } from './exp/run.ts';
import { addSave } from './exp/save.ts';
import { addShow } from './exp/show.ts';
import { addWorker } from './exp/worker.ts';

type AddVerb = (exp: Command, io: Io, run: Run) => void;

/** In the order of the help: as work goes on. */
const GROUPS: readonly (readonly [heading: string, verbs: readonly AddVerb[]])[] = [
  ['Try:', [addRun, addQueue, addWorker, addSave]],
  ['Compare:', [addShow, addDiff, addList, addLog]],
  ['Keep:', [addApply, addBranch, addRename]],
  ['Share:', [addPush, addPull, addExport]],
  ['Clear away:', [addRemove, addClean]],
];

export function build(command: Command, io: Io, run: Run): void {
  for (const [heading, verbs] of GROUPS) {
    command.commandsGroup(heading);
    for (const add of verbs) add(command, io, run);
  }
  command.addHelpText(
    'after',
    examples(
      'mlops exp run -S train.trees=200',
      'mlops exp run --queue -S train.trees=100,200 -S train.depth=2,4,8',
      'mlops exp run --all -j 2',
      'mlops exp show --sort accuracy',
      'mlops exp apply calm-otter',
    ),
  );
}
