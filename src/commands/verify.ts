import type { Command } from 'commander';
import { type ExitName, failure, MlopsError, worstExit } from '../core/failure.ts';
import { isWithin } from '../core/ids.ts';
import { resolveCommit } from '../git/history.ts';
import type { Project } from '../project.ts';
import { renderVerify } from '../render/data/verify.ts';
import { type Recorded, recordedAt, recordedNow, storedOnly } from '../run/recorded.ts';
import { type Verified, verify } from '../run/verify.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, withProject } from './open-project.ts';

interface Flags {
  readonly rev?: string;
  readonly remote?: string | true;
  readonly read?: true;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[paths...]', 'only what lies there; nothing means everything that the locks name')
    .option('--rev <commit>', 'what the locks of that commit name')
    .option('-r, --remote [name]', 'all of it must be on this remote, as a fresh clone needs it')
    .option('--read', 'read every byte, here and there; without this names and sizes are believed')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Exit 0: all of it can be had, here or on the default remote. Exit 5: something is nowhere (with --remote: not there).
Exit 8: something is damaged.
${examples('mlops verify', 'mlops verify --remote', 'mlops verify --rev v1.2 --read')}`,
    )
    .action(run((paths: string[], flags: Flags) => verifyAll(io, paths, flags)));
}

function verifyAll(io: Io, typed: readonly string[], flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const wanted = flags.remote !== undefined;
    const name = typeof flags.remote === 'string' ? flags.remote : project.defaultRemote;
    const remote = wanted || name !== undefined ? await project.remote(name) : undefined;
    const { workspace } = project;
    const scope = {
      store: workspace.store,
      remote,
      read: flags.read ?? false,
      workspace: flags.rev === undefined ? workspace : undefined,
      signal: io.signal,
    };
    const verified = await verify(scope, chosen(project, typed, flags));
    if (flags.json) printJson(io, { remote: remote?.url ?? null, artifacts: verified });
    else print(io, renderVerify(verified, remote?.url, wanted, io.outStyle));
    return worstExit(verified.map((each) => exitOf(each, wanted)));
  });
}

function exitOf({ damaged, failures, lackingBoth, lackingThere = 0 }: Verified, wanted: boolean): ExitName {
  return worstExit([
    ...failures.map(({ exit }) => exit),
    damaged > 0 ? 'integrity' : 'ok',
    lackingBoth > 0 || (wanted && lackingThere > 0) ? 'missing' : 'ok',
  ]);
}

function chosen(project: Project, typed: readonly string[], { rev }: Flags): readonly Recorded[] {
  const recorded =
    rev === undefined ? recordedHere(project) : recordedAt(project.repo, resolveCommit(project.repo, rev));
  if (typed.length === 0) return recorded;
  return typed.flatMap((each) => {
    const path = project.pathFromHere(each.replace(/\/$/, ''));
    const found = recorded.filter((one) => isWithin(one.path, path));
    if (found.length === 0)
      throw new MlopsError(
        failure('missing', `no lock names ${each}`, { help: 'mlops ls lists what is tracked' }),
      );
    return found;
  });
}

/** A lock that lost lines proves nothing. */
function recordedHere(project: Project): readonly Recorded[] {
  const { recorded, damage } = recordedNow(project.repo);
  if (damage.length > 0)
    throw new MlopsError(
      damage.map(({ file, problem }) => failure('integrity', `${file} ${problem}`, { help: 'mlops fsck' })),
    );
  return storedOnly(recorded, project.pipeline);
}
