import type { Command } from 'commander';
import type { ExitName } from '../core/failure.ts';
import { renderStatus, type StageStatus, statusJson } from '../render/data/status.ts';
import { changedData } from '../run/data.ts';
import { isUpToDate, judgeAll } from '../run/judge-all.ts';
import { selectStages } from '../run/select.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, withProject } from './open-project.ts';
import { remoteStatusOf } from './remote-status.ts';

interface Flags {
  readonly why?: true;
  readonly check?: true;
  readonly json?: true;
  readonly remote?: string | true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[targets...]', 'stages, outs or folders; nothing means everything')
    .option('--why', 'every difference between what a stage last read and what it would read now')
    .option('--check', 'exit 10 when something is not fresh')
    .option('-c, --remote [name]', 'compare the store with a remote')
    .option('--json', 'as JSON')
    .addHelpText('after', examples('mlops status', 'mlops status --why train', 'mlops status --remote'))
    .action(
      run((targets: string[], flags: Flags) =>
        flags.remote
          ? remoteStatusOf(io, targets, flags.remote === true ? undefined : flags.remote, flags)
          : status(io, targets, flags),
      ),
    );
}

function status(io: Io, targets: readonly string[], flags: Flags): Promise<ExitName> {
  return withProject(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
    if (project.pipeline.files.length === 0) {
      if (flags.json) printJson(io, { stages: [], data: [] });
      else print(io, 'no pipeline yet. next: mlops init, then mlops stage add\n');
      return 'ok';
    }
    const selection = selectStages(project.pipeline, targets, project.dir, 'upstream');
    const context = project.runContext();
    const judged = await judgeAll(context, selection);
    const order = new Map(selection.stages.map((name, at) => [name, at]));
    judged.sort((a, b) => order.get(a.stage)! - order.get(b.stage)!);
    const seen = judged.map(({ stage, action, outcome }): StageStatus => ({ stage, action, outcome }));
    const data = await changedData(context);
    reporter.close();
    if (flags.json) printJson(io, statusJson(seen, data));
    else print(io, renderStatus(seen, data, { why: flags.why ?? false }, io.outStyle));
    const clean = data.length === 0 && judged.every(isUpToDate);
    return flags.check && !clean ? 'differs' : 'ok';
  });
}
