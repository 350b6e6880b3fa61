import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { ExitName } from '../core/failure.ts';
import { type Listed, renderListing } from '../render/data/artifacts.ts';
import { allTracked, partOf, type Tracked, trackedTargets } from '../run/tracked.ts';
import { listTree } from '../store/tree-list.ts';
import { missingObjects } from '../store/tree-objects.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, withProject } from './open-project.ts';

interface Flags {
  readonly recursive?: true;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[targets...]', 'data, outs, folders or stages; nothing means everything')
    .option('-R, --recursive', 'the files inside directories')
    .option('--json', 'as JSON')
    .addHelpText('after', examples('mlops ls', 'mlops ls -R data/raw'))
    .action(
      run((targets: string[], flags: Flags) =>
        withProject<ExitName>(io, 'plain', async (project) => {
          const { pipeline, locks } = project;
          const { store, top } = project.workspace;
          const tracked =
            targets.length === 0
              ? allTracked(pipeline, locks)
              : trackedTargets(pipeline, locks, targets, project.dir, (typed) => project.pathFromHere(typed));
          const listed = tracked.flatMap((each) =>
            partOf(store, each).flatMap((part) => listedOf({ ...each, ...part })),
          );
          if (flags.json) printJson(io, listed);
          else print(io, renderListing(listed, 'text', io.outStyle));
          return 'ok';

          function listedOf({ path, artifact, stage }: Tracked): Listed[] {
            const from = stage?.name ?? 'data';
            if (!flags.recursive || 'file' in artifact)
              return [
                {
                  path,
                  artifact,
                  from,
                  present: existsSync(`${top}/${path}`) || missingObjects(store, artifact).length === 0,
                },
              ];
            return listTree(store, artifact).flatMap((file) =>
              file.digest
                ? [
                    {
                      path: `${path}/${file.path}`,
                      artifact: { bytes: file.bytes, file: file.digest },
                      from,
                      present: existsSync(`${top}/${path}/${file.path}`) || store.has(file.digest),
                    },
                  ]
                : [],
            );
          }
        }),
      ),
    );
}
