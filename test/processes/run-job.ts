// A process that runs one job with the local executor, so that tests can kill it: argv = folder, command.
// Says `started <pgid>` when the command's group exists.
import { localExecutor } from '../../src/run/executors/local.ts';

const [cwd, command] = process.argv.slice(2) as [string, string];
await localExecutor().run(
  { commands: [command], cwd, env: process.env as Record<string, string>, secrets: [] },
  {
    signal: new AbortController().signal,
    onLine: (line) => console.log(line),
    onStart: (group) => console.log(`started ${group.pgid}`),
  },
);
