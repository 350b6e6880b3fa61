// Who a process is, so that a number in a file is never taken for another process that got the same number later.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isErrno, orAbsent } from './errno.ts';

export interface ProcessIdentity {
  readonly host: string;
  /** Changes with every boot; '' where the system has none. */
  readonly bootId: string;
  /** Pids mean something inside one namespace only; '' where the system has none. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** When the process started, in the system's own words; '' when it cannot be told. */
  readonly started: string;
}

/** A process group: its number is the pid of its first process. */
export interface ProcessGroup {
  readonly pgid: number;
  /** Start of its first process. */
  readonly started: string;
}

export interface Member {
  readonly pid: number;
  readonly command: string;
}

const LINUX = process.platform === 'linux';
const WINDOWS = process.platform === 'win32';

export function thisProcess(): ProcessIdentity {
  return {
    host: hostname(),
    bootId: bootId(),
    pidNamespace: LINUX ? orAbsent(() => readlinkSync('/proc/self/ns/pid'), '') : '',
    pid: process.pid,
    started: startOf(process.pid) ?? '',
  };
}

function bootId(): string {
  if (LINUX) return orAbsent(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), '');
  if (process.platform === 'darwin') return output('sysctl', ['-n', 'kern.bootsessionuuid']);
  return '';
}

/** Whether a pid of `other` means the same process here. */
export function sharesPids(other: ProcessIdentity, self: ProcessIdentity): boolean {
  return other.host === self.host && other.bootId === self.bootId && other.pidNamespace === self.pidNamespace;
}

/** Only for identities that share pids with this process. */
export function isAlive(identity: { readonly pid: number; readonly started: string }): boolean {
  const started = startOf(identity.pid);
  return started !== undefined && (started === '' || identity.started === '' || started === identity.started);
}

/** Undefined when no such process runs (a zombie does not); '' when it runs but its start cannot be told. */
export function startOf(pid: number): string | undefined {
  if (LINUX) {
    const stat = readStat(pid);
    if (stat) return stat.state === 'Z' || stat.state === 'X' ? undefined : stat.started;
  }
  if (!reaches(pid)) return undefined;
  return LINUX || WINDOWS ? '' : output('ps', ['-o', 'lstart=', '-p', String(pid)]);
}

/** The group that `pid`, a child of this process, leads: also when it has ended but was not yet reaped. */
export function groupLedBy(pid: number): ProcessGroup {
  return { pgid: pid, started: (LINUX ? readStat(pid)?.started : startOf(pid)) ?? '' };
}

/** Whether a signal would find a process (pid) or a group (negative pgid). */
function reaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

/** The living members of a group, zombies not counted. Empty on Windows, which has no groups. */
export function groupMembers(pgid: number): Member[] {
  if (WINDOWS || !reaches(-pgid)) return [];
  return LINUX ? membersInProc(pgid) : membersByPs(pgid);
}

function membersInProc(pgid: number): Member[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = readStat(Number(name));
      if (stat?.pgid !== pgid || stat.state === 'Z' || stat.state === 'X') return [];
      const words = orAbsent(() => readFileSync(`/proc/${name}/cmdline`, 'utf8'), '').split('\0');
      return [{ pid: Number(name), command: words.join(' ').trim() || stat.name }];
    });
}

function membersByPs(pgid: number): Member[] {
  return output('ps', ['-A', '-o', 'pid=,pgid=,stat=,command='])
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .flatMap((match) =>
      match && Number(match[2]) === pgid && !match[3]!.startsWith('Z')
        ? [{ pid: Number(match[1]), command: match[4]! }]
        : [],
    );
}

/** Signals every member. A group that is gone is no error. On Windows the tree below the first process ends at once. */
export function signalGroup(pgid: number, signal: NodeJS.Signals): void {
  if (WINDOWS) {
    spawnSync('taskkill', ['/T', '/F', '/PID', String(pgid)], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-pgid, signal);
  } catch (error) {
    // EPERM: macOS says so of a group that holds only zombies.
    if (!isErrno(error, 'ESRCH', 'EPERM')) throw error;
  }
}

/** Kills a group that a dead process left behind, unless its number now belongs to somebody else. */
export function killLeftGroup(group: ProcessGroup): void {
  const first = startOf(group.pgid);
  if (first === undefined || first === group.started) signalGroup(group.pgid, 'SIGKILL');
}

interface Stat {
  readonly name: string;
  readonly state: string;
  readonly pgid: number;
  /** Clock ticks from boot to its start. */
  readonly started: string;
}

/** `4242 (a (strange) name) S 1 4242 4242 …`: fields count from after the last parenthesis. */
function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  return {
    name: text.slice(text.indexOf('(') + 1, close),
    state: fields[0]!,
    pgid: Number(fields[2]),
    started: fields[19]!,
  };
}

function output(command: string, args: readonly string[]): string {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout?.trim() ?? '';
}
