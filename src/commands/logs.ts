import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import { logsOf } from '../run/log.ts';
import { resolveTarget } from '../run/select.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, say, withProject } from './open-project.ts';

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('<stage>')
    .option('-n, --number <n>', 'not the last run but the n-th before it', '0')
    .option('--list', 'name the logs that are kept')
    .addHelpText('after', examples('mlops logs train', 'mlops logs train -n 1'))
    .action(run((stage: string, flags: { number: string; list?: true }) => logs(io, stage, flags)));
}

function logs(io: Io, target: string, flags: { number: string; list?: true }): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const names = resolveTarget(project.requirePipeline(), target, project.dir);
    for (const name of names) {
      const kept = logsOf(project.state, name);
      if (flags.list) {
        for (const path of kept) print(io, path);
        continue;
      }
      const path = kept[Number(flags.number)];
      if (path === undefined)
        throw new MlopsError(
          failure(
            'missing',
            kept.length
              ? `${name} has ${kept.length} logs, counted from 0`
              : `${name} has printed nothing here`,
            { help: `mlops repro -f ${name}` },
          ),
        );
      if (names.length > 1) say(io, `${name}:`);
      print(io, readFileSync(path, 'utf8'));
    }
    return 'ok';
  });
}
