import type { Command } from 'commander';
import type { ExitName } from '../core/failure.ts';
import { renderChecks } from '../render/data/doctor.ts';
import { VERSION } from '../util/version.ts';
import { examples, type Io, type Run } from './command.ts';
import { note } from './doctor/check.ts';
import { checkDuckDb, checkGit, checkNode, checkRuntime } from './doctor/machine.ts';
import { checkRemotes } from './doctor/remotes.ts';
import { checkRepository } from './doctor/repository.ts';
import { checkStore } from './doctor/store.ts';
import { print, printJson } from './open-project.ts';

interface Flags {
  readonly offline?: true;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .option('--offline', 'ask no remote')
    .option('--json', 'as JSON')
    .addHelpText('after', examples('mlops doctor', 'mlops doctor --offline --json'))
    .action(run((flags: Flags) => doctor(io, flags)));
}

async function doctor(io: Io, flags: Flags): Promise<ExitName> {
  const git = checkGit(io.cwd);
  const { checks, project } =
    git.status === 'broken' ? { checks: [], project: undefined } : checkRepository(io);
  const remotes = project ? Object.keys(project.config.remotes) : [];
  const all = [
    checkNode(process.versions.node),
    git,
    await checkDuckDb(),
    await checkRuntime(),
    ...checks,
    ...(project ? [await checkStore(project)] : []),
    ...(project && !flags.offline ? await checkRemotes(project, io.signal) : []),
    ...(flags.offline ? remotes.map((name) => note(`remote ${name}`, 'not asked (--offline)')) : []),
  ];
  if (flags.json) printJson(io, { version: VERSION, checks: all });
  else print(io, renderChecks(all, io.outStyle));
  return all.some(({ status }) => status === 'broken') ? 'config' : 'ok';
}
