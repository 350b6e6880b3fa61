// The machine of one job: its folders, its environment, and how it starts the script of a step.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import type { Host } from './host.ts';
import { JobOutput } from './output.ts';

export interface Machine {
  readonly workspace: string;
  readonly temp: string;
  readonly home: string;
  /** Set by steps for those that follow, through GITHUB_ENV. */
  readonly env: Map<string, string>;
  /** Put before the PATH, last first. */
  readonly path: string[];
  readonly output: JobOutput;
  /** Aborts when somebody cancels the run. */
  readonly cancel: AbortSignal;
}

export interface MachineOptions {
  readonly host: Host;
  readonly folder: string;
  readonly cancel: AbortSignal;
  readonly look: (line: string) => void;
}

export function openMachine({ host, folder, cancel, look }: MachineOptions): Machine {
  const name = host.repository.split('/')[1]!;
  const workspace = join(folder, 'work', name, name);
  const [temp, home] = [join(folder, 'work/_temp'), join(folder, 'home')];
  for (const each of [workspace, temp, home]) mkdirSync(each, { recursive: true });
  return { workspace, temp, home, env: new Map(), path: [], output: new JobOutput(look), cancel };
}

/** How a step's `shell` is started; `{0}` is the script. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell */
const SHELLS: { readonly [shell: string]: readonly string[] } = {
  '': ['bash', '-e', '{0}'],
  bash: ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '{0}'],
  sh: ['sh', '-e', '{0}'],
};

export interface Script {
  /** Its name, for that of its file. */
  readonly file: string;
  readonly text: string;
  readonly shell: string;
  readonly cwd: string;
  readonly env: { readonly [name: string]: string };
}

/** The exit code. Cancelled: SIGINT to the shell, 7.5 s later SIGTERM, 2.5 s later the end of all, as GitHub's runner does. */
export async function runScript(
  machine: Machine,
  { file: name, text, shell, cwd, env }: Script,
): Promise<number> {
  const words = SHELLS[shell];
  if (!words) throw new Error(`the runner knows no shell ${shell}`);
  const file = join(machine.temp, `${name}-${randomUUID()}.sh`);
  writeFileSync(file, text.endsWith('\n') ? text : `${text}\n`);
  const [program, ...args] = words.map((word) => (word === '{0}' ? file : word));
  const path = [...machine.path, dirname(process.execPath), process.env['PATH']].join(':');
  const child = spawn(program!, args, {
    cwd,
    env: { PATH: path, HOME: machine.home, LANG: 'C.UTF-8', TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a group of its own, for the end of all
  });
  const ended = once(child, 'close');
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => machine.output.line(line));
  const over = new AbortController();
  const stop = () => void interrupt(child.pid!, over.signal);
  machine.cancel.addEventListener('abort', stop);
  const [code] = (await ended) as [number | null];
  machine.cancel.removeEventListener('abort', stop);
  over.abort();
  return code ?? 1;
}

async function interrupt(pid: number, over: AbortSignal): Promise<void> {
  try {
    process.kill(pid, 'SIGINT'); // the shell alone: a script that wants its program to hear of it says `exec`
    await setTimeout(7500, undefined, { signal: over });
    process.kill(pid, 'SIGTERM');
    await setTimeout(2500, undefined, { signal: over });
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is over.
  }
}
