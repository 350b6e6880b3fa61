// A job that its host cancels, as hosts do: a word first, a louder one, and after ten seconds no more words.
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { onGithub } from '../e2e/ci-host.ts';
import { openReported } from '../e2e/ci-reported.ts';
import { openRig, type Rig, type Running } from '../rig.ts';

/** Neither it nor its child ends when told to. */
const STUBBORN = `const { spawn } = require('child_process');
const deaf = "for (const each of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(each, () => {}); setInterval(() => {}, 1000);";
eval(deaf);
spawn(process.execPath, ['-e', deaf], { stdio: 'inherit' }).on('spawn', () => require('fs').writeFileSync(process.env.MLOPS_ROOT + '/.rig/deaf-' + process.argv[2], ''));
`;

/** INT; TERM after 7.5 s; KILL after 2.5 s more: https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation */
async function cancelledByGithub(run: Running) {
  const over = new AbortController();
  const late = async (ms: number, signal: NodeJS.Signals): Promise<void> => {
    await setTimeout(ms, undefined, { signal: over.signal }).then(
      () => process.kill(run.pid, signal),
      () => {},
    );
  };
  process.kill(run.pid, 'SIGINT');
  const louder = [late(7500, 'SIGTERM'), late(10_000, 'SIGKILL')];
  const ended = await run.done;
  over.abort();
  await Promise.all(louder);
  return ended;
}

/** Processes that work in the folder. */
function atWork(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
      } catch {
        return false; // gone meanwhile, or of the kernel
      }
    });
}

function recordOf(rig: Rig) {
  return JSON.parse(rig.read('mlops-report/ci.json'));
}

describe.skipIf(process.platform !== 'linux')('a cancelled job', () => {
  it('leaves its report in time, and no process, where stages hear no signal', async () => {
    const rig = await openRig();
    rig.write({
      'stubborn.cjs': STUBBORN,
      'pipeline.yaml': {
        stages: {
          one: { cmd: 'node stubborn.cjs one', outs: ['one.txt'] },
          two: { cmd: 'node stubborn.cjs two & wait', outs: ['two.txt'] },
          after: { cmd: 'cp one.txt after.txt', deps: ['one.txt'], outs: ['after.txt'] },
        },
      },
    });
    await rig.commit('first');
    const { env } = onGithub(rig, 'push', {});
    const run = rig.startWith({ env }, 'ci', 'run', '-j', '2');
    while (!(rig.has('.rig/deaf-one') && rig.has('.rig/deaf-two'))) await setTimeout(20);
    expect(atWork(rig.path).length).toBeGreaterThan(4);
    const { exit } = await cancelledByGithub(run);
    expect(exit).toBe(130);
    expect(atWork(rig.path)).toEqual([]);
    expect(recordOf(rig)).toMatchObject({ state: 'cancelled', exit: 'interrupted' });
    const outcomes = recordOf(rig).view.stages.map((each: { stage: string; run: { outcome: string } }) => [
      each.stage,
      each.run.outcome,
    ]);
    expect(new Map(outcomes)).toEqual(
      new Map([
        ['one', 'cancelled'],
        ['two', 'cancelled'],
        ['after', 'cancelled'],
      ]),
    );
    expect(rig.read('mlops-report/comment.md')).toContain('Cancelled');
    expect(rig.has('pipeline.lock')).toBe(false);
  });

  it('ends at once in the middle of a call that its host does not answer', async () => {
    const all = await openReported();
    all.github.fail({ kind: 'hang' }, { times: 99 });
    const run = all.rig.startWith({ env: all.env }, 'ci', 'post');
    while (all.github.log.length === 0) await setTimeout(20);
    const { exit } = await cancelledByGithub(run);
    expect(exit).toBe(130);
    expect(all.rig.read('mlops-report/comment.md')).toContain('accuracy');
  });
});
