import { existsSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job, JobResult } from '../../src/run/executors/executor.ts';
import { localExecutor } from '../../src/run/executors/local.ts';
import { groupMembers, startOf } from '../../src/util/process.ts';
import { buildProcess, Child, temporaryFolder } from '../child.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

interface Ran extends JobResult {
  readonly lines: readonly string[];
  readonly progress: readonly string[];
}

interface RunOptions extends Partial<Job> {
  readonly graceMs?: number;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

async function run(command: string | readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { graceMs, signal, onLine, ...job } = options;
  const lines: string[] = [];
  const progress: string[] = [];
  const result = await localExecutor(graceMs === undefined ? {} : { graceMs }).run(
    {
      commands: typeof command === 'string' ? [command] : command,
      cwd: folder.path,
      env: { PATH: process.env['PATH']! },
      secrets: [],
      ...job,
    },
    {
      signal: signal ?? new AbortController().signal,
      onLine: (line, stream) => {
        lines.push(stream === 'stderr' ? `! ${line}` : line);
        onLine?.(line);
      },
      onProgress: (line) => progress.push(line),
    },
  );
  return { ...result, lines, progress };
}

const file = (name: string): string => join(folder.path, name);

describe('a command', () => {
  it('hands on its output and its exit code', async () => {
    const ran = await run('echo out; echo err >&2; exit 7');
    expect(ran.lines.toSorted()).toEqual(['! err', 'out']);
    expect(ran).toMatchObject({ exit: 7, signal: null, timedOut: false, outOfMemory: false, survivors: [] });
  });

  it('stops at the first line of a script that fails', async () => {
    const ran = await run('false\necho never');
    expect(ran.exit).toBe(1);
    expect(ran.lines).toEqual([]);
  });

  it('has nothing to read and none of our pipes', async () => {
    const ran = await run(
      'cat; for fd in 3 4 5 6 7 8 9; do (: <&$fd) && echo open $fd; done 2>/dev/null; echo end',
    );
    expect(ran.lines).toEqual(['end']);
  });

  it('sees signals as usual', async () => {
    const ran = await run(`trap 'echo caught; exit 0' TERM; kill -TERM $$; echo never`);
    expect(ran.lines).toEqual(['caught']);
    expect(await run('kill -TERM $$')).toMatchObject({ exit: 143, signal: 'SIGTERM', outOfMemory: false });
  });

  it('gets exactly the environment it was given', async () => {
    const ran = await run('echo "$A|$HOME"', { env: { PATH: process.env['PATH']!, A: 'a b' } });
    expect(ran.lines).toEqual(['a b|']);
  });

  it('runs in the shell that was asked for', async () => {
    expect((await run('echo "$0"', { shell: 'bash' })).lines).toEqual(['bash']);
    const script = 'process.stdout.write(JSON.stringify(process.argv.length))';
    expect((await run(script, { shell: 'node -e' })).lines).toEqual(['1']);
    expect((await run('false | true; echo on', { shell: 'bash -eo pipefail -c' })).exit).toBe(1);
  });

  it('says when its shell is not there', async () => {
    const ran = await run('true', { shell: 'no-such-shell' });
    expect(ran.exit).toBe(127);
    expect(ran.lines.join()).toContain('no-such-shell');
  });

  it('cannot start in a folder that is not there, and says so', async () => {
    await expect(run('true', { cwd: file('nowhere') })).rejects.toMatchObject({
      failures: [{ exit: 'stage', help: `the folder ${file('nowhere')} does not exist` }],
    });
  });

  it('that is killed by somebody else probably ran out of memory', async () => {
    expect(await run('kill -KILL $$')).toMatchObject({ exit: 137, signal: 'SIGKILL', outOfMemory: true });
    expect(await run('exit 137')).toMatchObject({ outOfMemory: true });
  });

  it('is followed by the next only when it succeeded', async () => {
    const ran = await run(['echo one', 'echo two; exit 3', 'echo three']);
    expect(ran.lines).toEqual(['one', 'two']);
    expect(ran.exit).toBe(3);
    expect((await run(['cd /; A=1', 'pwd; echo "[$A]"'])).lines.at(-1)).toBe('[]');
  });

  it('tells its process group while it runs', async () => {
    const stop = new AbortController();
    const result = await localExecutor().run(
      { commands: ['sleep 600'], cwd: folder.path, env: { PATH: process.env['PATH']! }, secrets: [] },
      {
        signal: stop.signal,
        onLine: () => {},
        onStart: ({ pgid, started }) => {
          expect(startOf(pgid)).toBe(started);
          stop.abort();
        },
      },
    );
    expect(groupMembers(result.group.pgid)).toEqual([]);
    expect(startOf(result.group.pgid)).toBeUndefined();
  });

  it('leaves nothing behind, not even the guard', async () => {
    const { group } = await run('echo done');
    expect(groupMembers(group.pgid)).toEqual([]);
  });
});

describe('lines', () => {
  it('end where the output ends, also without a line end', async () => {
    expect((await run('printf "a\\r\\nb"')).lines).toEqual(['a', 'b']);
  });

  it('show what a terminal would when they are overwritten', async () => {
    const ran = await run('printf "\\r10 %%"; printf "\\r90 %%"; printf "\\rdone\\n"');
    expect(ran.lines).toEqual(['done']);
  });

  it('are cut before they fill memory', async () => {
    const ran = await run('head -c 300000 /dev/zero | tr "\\0" x');
    expect(ran.lines.join('').length).toBe(300_000);
    expect(Math.max(...ran.lines.map((line) => line.length))).toBeLessThan(200_000);
  });

  it('never show a secret', async () => {
    const secrets = ['s3cr3t', 's3cr3t-longer', 'a+b', 'first\nsecond'];
    const ran = await run('echo "x s3cr3t-longer y s3cr3t z"; echo "a+b" >&2; echo first; echo second', {
      secrets,
    });
    expect(ran.lines.toSorted()).toEqual(['! ***', '***', '***', 'x *** y *** z']);
  });

  it('never show a secret that a cut would split', async () => {
    const ran = await run(
      'i=0; while [ $i -lt 3000 ]; do printf "0123456789 hunter2 0123456789 0123456789"; i=$((i+1)); done',
      {
        secrets: ['hunter2'],
      },
    );
    expect(ran.lines.length).toBeGreaterThan(1);
    expect(ran.lines.join('')).not.toContain('hunter2');
    expect(ran.lines.join('').split('***').length).toBe(3001);
  });
});

describe('a process group', () => {
  it('ends with its command: what was left in the background is killed and named', async () => {
    const ran = await run(`(trap '' HUP TERM; exec sleep 600) & exec >/dev/null 2>&1; true`);
    expect(ran).toMatchObject({ exit: 0, survivors: ['sleep 600'] });
    expect(groupMembers(ran.group.pgid)).toEqual([]);
  });

  it('does not count what ends by itself in a moment', async () => {
    const ran = await run('sleep 0.02 & exit 0');
    expect(ran.survivors).toEqual([]);
  });

  it('ends when its time is up, the time of all commands together', async () => {
    const ran = await run(['true', 'sleep 600 & sleep 600'], { timeoutMs: 1000 });
    expect(ran).toMatchObject({ timedOut: true, outOfMemory: false, exit: 143, survivors: [] });
    expect(groupMembers(ran.group.pgid)).toEqual([]);
  });

  it('is asked to end, whole, before it is killed', async () => {
    const stop = new AbortController();
    const ran = await run(
      `sh -c "trap 'echo child asked; exit 0' TERM; echo ready; while :; do sleep 0.01; done" & wait`,
      { signal: stop.signal, onLine: (line) => line === 'ready' && stop.abort() },
    );
    expect(ran).toMatchObject({ timedOut: false, outOfMemory: false });
    expect(ran.lines).toContain('child asked');
    expect(groupMembers(ran.group.pgid)).toEqual([]);
  });

  it('is killed, whole, when it does not want to end', async () => {
    const stop = new AbortController();
    const ran = await run(`trap '' TERM; sh -c "trap '' TERM; echo ready; while :; do sleep 0.01; done"`, {
      graceMs: 50,
      signal: stop.signal,
      onLine: (line) => line === 'ready' && stop.abort(),
    });
    expect(ran).toMatchObject({ exit: 137, signal: 'SIGKILL', timedOut: false, outOfMemory: false });
    expect(groupMembers(ran.group.pgid)).toEqual([]);
  });

  it('does not start the next command after it was stopped', async () => {
    const stop = new AbortController();
    const ran = await run([`trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done`, 'echo never'], {
      signal: stop.signal,
      onLine: (line) => line === 'ready' && stop.abort(),
    });
    expect(ran.lines[0]).toBe('ready');
    expect(ran.lines).not.toContain('never');
  });

  it('is not held up by a daemon that left it with our pipes open', async () => {
    const ran = await run('setsid sleep 600 & echo $!');
    expect(ran.exit).toBe(0);
    process.kill(Number(ran.lines[0]), 'SIGKILL');
  });

  it('is gone before anybody hears that its start could not be recorded', async () => {
    let pgid = 0;
    const running = localExecutor().run(
      { commands: ['sleep 600'], cwd: folder.path, env: { PATH: process.env['PATH']! }, secrets: [] },
      {
        signal: new AbortController().signal,
        onLine: () => {},
        onStart: (group) => {
          pgid = group.pgid;
          throw new Error('no space for the claim');
        },
      },
    );
    await expect(running).rejects.toThrow('no space for the claim');
    expect(groupMembers(pgid)).toEqual([]);
  });

  it('dies with the process that runs it, grandchildren too', async () => {
    const script = await buildProcess('run-job', folder.path);
    const child = new Child(script, [
      folder.path,
      `trap '' TERM HUP; (trap '' TERM HUP; nohup sh -c 'echo grandchild >&2; while :; do sleep 0.01; done' 2>grandchild >/dev/null) & echo running; wait; echo late > late`,
    ]);
    const pgid = Number(await child.said('started'));
    await child.said('running');
    await appears(file('grandchild'));
    expect(groupMembers(pgid).length).toBeGreaterThanOrEqual(3);
    expect(await child.kill('SIGKILL')).toBe('SIGKILL');
    await groupEnds(pgid);
    expect(existsSync(file('late'))).toBe(false);
  });

  it('dies also when its parent dies while the guard is being made', async () => {
    const script = await buildProcess('run-job', folder.path);
    for (let round = 0; round < 10; round++) {
      const child = new Child(script, [folder.path, 'sleep 600']);
      const pgid = Number(await child.said('started'));
      await child.kill('SIGKILL');
      await groupEnds(pgid);
    }
  });
});

/** Waits for content. */
function appears(path: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder.path, () => look());
    const look = (): void => {
      if (!existsSync(path) || readFileSync(path).length === 0) return;
      watcher.close();
      resolve();
    };
    look();
  });
}

/** A group makes no event when it ends; the test's time limit is the failure. */
async function groupEnds(pgid: number): Promise<void> {
  while (groupMembers(pgid).length > 0) await new Promise((resolve) => setImmediate(resolve));
}
