import { join } from 'node:path';
import type { Command } from 'commander';
import { type ExitName, fail } from '../core/failure.ts';
import { isWithin } from '../core/ids.ts';
import { remoteUsage } from '../remote/usage.ts';
import { type ArtifactUsage, renderArtifactUsage, renderPlaceUsage } from '../render/data/du.ts';
import { recordedNow } from '../run/recorded.ts';
import { sharesOf } from '../store/shares.ts';
import { storeUsage, usageOf } from '../store/usage.ts';
import { byCodeUnit } from '../util/compare.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, withProject } from './open-project.ts';

interface Flags {
  readonly remote?: string | true;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[path]', 'only what lies there')
    .option('-r, --remote [name]', 'of a remote instead of the store')
    .option('--json', 'as JSON, in bytes')
    .addHelpText(
      'after',
      `
size: what the lock says; store: bytes in the store that nothing else of the lock needs; shared: those that others need too.
${examples('mlops du', 'mlops du data/', 'mlops du --remote')}`,
    )
    .action(run((path: string | undefined, flags: Flags) => du(io, path, flags)));
}

function du(io: Io, typed: string | undefined, flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    if (flags.remote) {
      const remote = await project.remote(flags.remote === true ? undefined : flags.remote);
      const usage = await remoteUsage(remote);
      if (flags.json) printJson(io, { remote: remote.url, usage });
      else print(io, renderPlaceUsage(remote.url, usage, io.outStyle));
      return 'ok';
    }
    const { store } = project.workspace;
    const path = typed === undefined ? '' : project.pathFromHere(typed.replace(/\/$/, ''));
    const recorded = recordedNow(project.repo).recorded.toSorted((a, b) => byCodeUnit(a.path, b.path));
    const shares = sharesOf(
      store,
      recorded.map(({ artifact }) => artifact),
    );
    const artifacts = recorded
      .map(
        (each, at): ArtifactUsage => ({
          path: each.path,
          bytes: each.artifact.bytes,
          workspace: usageOf(join(project.repo.top, each.path)).bytes,
          ...shares[at]!,
        }),
      )
      .filter((each) => isWithin(each.path, path));
    if (typed !== undefined && artifacts.length === 0)
      fail('missing', `no lock names ${typed}`, { help: 'mlops ls lists what is tracked' });
    const usage = storeUsage(store.dir);
    if (flags.json) printJson(io, { artifacts, store: usage });
    else {
      print(io, renderArtifactUsage(artifacts, io.outStyle));
      if (path === '') print(io, `\n${renderPlaceUsage('store', usage, io.outStyle)}`);
    }
    return 'ok';
  });
}
