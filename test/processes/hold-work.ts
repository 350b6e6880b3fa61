// A process that claims work, sets an out aside, runs a command that overwrites it, and waits to be killed:
// argv = repository, state folder.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoPathOf } from '../../src/core/ids.ts';
import { setAside } from '../../src/run/aside.ts';
import { claimWork, openWork } from '../../src/run/claims.ts';
import { localExecutor } from '../../src/run/executors/local.ts';
import { openWorkspace } from '../../src/store/workspace.ts';

const [top, state] = process.argv.slice(2) as [string, string];
const out = repoPathOf('models/model.txt');
const git = join(state, '..');
const workspace = openWorkspace({ top, gitDir: git, commonDir: git });
const claim = await claimWork(openWork(state), { name: 'stage:train', what: 'stage train', writes: [out] });
await setAside(workspace, state, claim.nonce, [{ path: out, keep: false }]);
writeFileSync(join(top, out), 'half');
console.log('aside');
await localExecutor().run(
  {
    commands: [`trap '' TERM HUP; echo running; while :; do sleep 0.01; done`],
    cwd: top,
    env: process.env as Record<string, string>,
    secrets: [],
  },
  {
    signal: new AbortController().signal,
    onStart: (group) => {
      claim.update(group);
      console.log(`group ${group.pgid}`);
    },
    onLine: (line) => console.log(line),
  },
);
