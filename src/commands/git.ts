import type { Command } from 'commander';
import type { ExitName } from '../core/failure.ts';
import { HOOKS, hookStates, installHooks, uninstallHooks } from '../git/hooks.ts';
import { launcherState, removeLauncher, writeLauncher } from '../git/launcher.ts';
import {
  hasMergeDriver,
  installMergeDriver,
  lockUsesDriver,
  uninstallMergeDriver,
} from '../git/merge-driver.ts';
import { type Repository, requireRepository } from '../git/repository.ts';
import { examples, type Io, type Run } from './command.ts';
import { writeLockAttributes } from './lock-attributes.ts';
import { print, printJson } from './open-project.ts';

export function build(command: Command, io: Io, run: Run): void {
  command.addHelpText(
    'after',
    `\nAfter a checkout or a merge, data follow the branch; a push of commits sends their bytes first; locks merge by stages.
"git push --no-verify" pushes without sending bytes.\n${examples('mlops git install', 'mlops git status', 'mlops git uninstall')}`,
  );
  command
    .command('install')
    .description('let checkout, push and merge of Git take mlops along')
    .action(run(() => install(io, requireRepository(io.cwd))));
  command
    .command('uninstall')
    .description('give Git back its hooks and settings as they were')
    .action(run(() => uninstall(io, requireRepository(io.cwd))));
  command
    .command('status')
    .description('what is installed')
    .option('--json', 'as JSON')
    .action(run((flags: { json?: true }) => status(io, requireRepository(io.cwd), flags.json ?? false)));
}

function install(io: Io, repo: Repository): ExitName {
  const program = writeLauncher(repo, io.self);
  const hooks = installHooks(repo);
  const driver = installMergeDriver(repo);
  const attributes = lockUsesDriver(repo) ? [] : writeLockAttributes(repo);
  for (const hook of hooks) print(io, `hook ${hook.name}: ${hook.path}`);
  if (driver) print(io, 'merge driver: pipeline.lock is merged stage by stage');
  if (attributes.length > 0)
    print(io, `made ${attributes.join(' ')}: commit it, so that it counts for everybody`);
  if (!program && hooks.length === 0 && !driver && attributes.length === 0)
    print(io, 'everything is installed already; nothing was changed');
  return 'ok';
}

function uninstall(io: Io, repo: Repository): ExitName {
  const hooks = uninstallHooks(repo);
  const driver = uninstallMergeDriver(repo);
  const program = removeLauncher(repo);
  for (const hook of hooks) print(io, `hook ${hook.name}: taken out of ${hook.path}`);
  if (driver) print(io, 'merge driver: taken out');
  if (!driver && !program && hooks.length === 0) print(io, 'nothing was installed');
  return 'ok';
}

interface Part {
  readonly name: string;
  readonly state: 'installed' | 'missing' | 'broken';
  readonly help?: string;
}

const INSTALL = 'mlops git install';

function status(io: Io, repo: Repository, json: boolean): ExitName {
  const parts = partsOf(repo);
  if (json) printJson(io, parts);
  else
    for (const { name, state, help } of parts)
      print(io, `${name.padEnd(15)} ${state}${help ? `   ${help}` : ''}`);
  return 'ok';
}

function partsOf(repo: Repository): Part[] {
  const launcher = launcherState(repo);
  const working = (name: string, installed: boolean): Part => {
    if (!installed || launcher === undefined) return { name, state: 'missing', help: INSTALL };
    return launcher === 'works'
      ? { name, state: 'installed' }
      : { name, state: 'broken', help: `mlops has moved since: ${INSTALL}` };
  };
  const states = new Map(hookStates(repo).map((each) => [each.name, each.installed]));
  return [
    ...HOOKS.map((name) => working(name, states.get(name)!)),
    working('merge driver', hasMergeDriver(repo)),
    lockUsesDriver(repo)
      ? { name: '.gitattributes', state: 'installed' }
      : { name: '.gitattributes', state: 'missing', help: `pipeline.lock is merged by lines: ${INSTALL}` },
  ];
}
